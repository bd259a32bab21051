"""So many processes on this machine, each with a simulator and an app of its own."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from threading import Thread

from harness.explore.executors.executor import Executor, Pooled
from harness.explore.executors.worker import Opener, close


@contextmanager
def in_processes(opener: Opener, jobs: int) -> Iterator[Executor]:
    # Fresh interpreters: a fork would inherit the simulator's threads, halfway through something.
    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(jobs, mp_context=context, initializer=_begin)
    try:
        yield Pooled(pool, jobs, opener)
    finally:
        pool.shutdown(cancel_futures=True)


def _begin() -> None:
    """A worker ends when it is told to, or when nobody is left to tell it. An interrupt from the
    keyboard reaches all processes, and is for the first one to deal with.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    assert parent is not None
    parent.join()
    close()
    os._exit(1)
