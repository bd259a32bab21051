"""The one interface of all executors, and what those that send work away have in common."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Future, wait
from concurrent.futures import Executor as Pool
from itertools import count
from typing import Protocol, runtime_checkable

from harness.explore.executors.worker import Opener, perform
from harness.explore.work import Done, Work


class NotAnExecutor(ValueError):
    """The word names no executor, and what would."""


class ExecutorUnavailable(Exception):
    """What should explore is not there, or not any more, and what to do."""


@runtime_checkable
class Executor(Protocol):
    def run(self, works: Iterable[Work]) -> Iterator[Done]:
        """The results in the order of the works, whichever is done first. A work is asked for when
        there is somebody to do it, so the last to be asked for know how much time is left.
        """
        ...


class Pooled:
    """Sends works to the workers of a pool, at most `width` at a time; each has its own stage."""

    def __init__(self, pool: Pool, width: int, opener: Opener) -> None:
        self._pool = pool
        self._width = width
        self._opener = opener

    def run(self, works: Iterable[Work]) -> Iterator[Done]:
        source, numbers = iter(works), count()
        running: dict[Future[Done], int] = {}
        done: dict[int, Done] = {}
        wanted = 0
        try:
            while True:
                while len(running) < self._width and (work := next(source, None)) is not None:
                    running[self._pool.submit(perform, self._opener, work)] = next(numbers)
                if wanted in done:
                    yield done.pop(wanted)
                    wanted += 1
                elif running:
                    for future in wait(running, return_when=FIRST_COMPLETED).done:
                        done[running.pop(future)] = future.result()
                else:
                    return
        except BrokenExecutor as fault:
            raise ExecutorUnavailable(
                "a worker ended in the middle of its work; with --jobs 1 there are none."
            ) from fault
        finally:
            for future in running:
                future.cancel()
