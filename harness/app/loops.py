"""Event loops on which an app, or what leads to it, can live.

The simulator's own (`Running`) is one: an app that asks Stripe without a socket can share it. Any
other app in this process has a loop of its own, in a thread, so that it may call Stripe and wait.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import Future, wait
from typing import Any, Protocol, TypeVar

T = TypeVar("T")

Wait = Callable[[Future[Any]], object]
"""Waits for one future, and may have other things to do meanwhile."""


class Loop(Protocol):
    """A loop, and how a caller outside of it gets something done on it."""

    @property
    def loop(self) -> asyncio.AbstractEventLoop: ...

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """What the coroutine returns, once it has."""
        ...


class OwnLoop:
    """A loop in a thread of its own. `waits` is how its callers wait."""

    def __init__(self, waits: Wait | None = None) -> None:
        self.loop = asyncio.new_event_loop()
        self._waits: Wait = waits or (lambda future: wait([future]))
        self._thread = threading.Thread(target=self.loop.run_forever, name="asgi-app", daemon=True)
        self._thread.start()

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        done = asyncio.run_coroutine_threadsafe(work, self.loop)
        self._waits(done)
        return done.result()

    def close(self) -> None:
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join()
        self.loop.close()
