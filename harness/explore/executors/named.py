"""Executors by the word that names them: `inline`, `processes`, `dask://host:port`."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager

from harness.explore.executors.cluster import on_cluster
from harness.explore.executors.executor import Executor, NotAnExecutor
from harness.explore.executors.inline import Inline
from harness.explore.executors.processes import in_processes
from harness.explore.executors.worker import Opener

_DASK = re.compile(r"dask://([^/\s:]+:\d+)/?")


def executor_named(
    name: str, jobs: int, opener: Opener, here: Opener
) -> AbstractContextManager[Executor]:
    """The executor of this name. `opener` opens stages elsewhere, `here` the one of this process,
    which is enough for one job.

    Raises `NotAnExecutor`, and on entering what opening a stage or reaching a cluster raises.
    """
    found = _DASK.fullmatch(name)
    if found is not None:
        return on_cluster(opener, found.group(1))
    if not is_executor(name):
        raise NotAnExecutor(f'"{name}" is none of inline, processes and dask://host:port.')
    return in_processes(opener, jobs) if name == "processes" and jobs > 1 else _inline(here)


def is_executor(name: str) -> bool:
    return name in ("inline", "processes") or _DASK.fullmatch(name) is not None


def jobs_of(text: str) -> int:
    """A number of jobs, or `auto`: as many as this machine has processors. `ValueError` if not."""
    if text == "auto":
        return os.cpu_count() or 1
    if not text.isdigit() or int(text) < 1:
        raise ValueError(f'"{text}" is no number of jobs; say 1, 2, ... or auto.')
    return int(text)


@contextmanager
def _inline(here: Opener) -> Iterator[Executor]:
    with here() as stage:
        yield Inline(stage)
