"""A worker: a process that opens a stage of its own for its first work, and keeps it."""

from __future__ import annotations

import pickle
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from multiprocessing.util import Finalize
from threading import Lock

from harness.explore.work import Done, Opening, Stage, Work

Opener = Callable[[], AbstractContextManager[Stage]]
"""Opens a stage; a value that can be pickled, for it is called where the work is."""


class Workplace:
    """A stage, and the stories whose friendly end it knows."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._remembered: set[object] = set()

    def perform(self, work: Work) -> Done:
        if not isinstance(work, Opening) and work.story.key not in self._remembered:
            self._stage.remember(work.story)
        done = work.perform(self._stage, time.monotonic)
        self._remembered.add(done.story.key)
        return done


class _Opened:
    """The stage of this process: the latest that was asked for."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._stack = ExitStack()
        self._named = b""
        self._workplace: Workplace | None = None

    def perform(self, opener: Opener, work: Work) -> Done:
        # A stage is one app and one account: no two works of a process at a time.
        with self._lock:
            named = pickle.dumps(opener)
            if self._workplace is None or named != self._named:
                self._close()
                self._workplace = Workplace(self._stack.enter_context(opener()))
                self._named = named
                Finalize(None, self.close, exitpriority=1)
            return self._workplace.perform(work)

    def close(self) -> None:
        with self._lock:
            self._close()

    def _close(self) -> None:
        self._workplace = None
        self._stack.close()


_OPENED = _Opened()


def perform(opener: Opener, work: Work) -> Done:
    """Performs it on the stage of this process."""
    return _OPENED.perform(opener, work)


def close() -> None:
    """Closes the stage of this process, if it has one."""
    _OPENED.close()
