"""Sync handlers on the loop's own thread.

Frameworks give each sync handler and dependency to a worker thread (`anyio.to_thread`), so that one
that waits does not keep the others from running. Where a handler waits for nobody, because Stripe
answers it in this process, the hops between threads cost more than the work. While requests come
one after the other it makes no difference to the app; where they overlap, threads are used.
Whatever else runs in this process, on another loop, goes on as it would.
"""

from __future__ import annotations

import asyncio.events
from collections.abc import Callable
from contextvars import copy_context
from types import TracebackType
from typing import Any

import anyio.to_thread


class Inline:
    """While the block runs, `anyio.to_thread.run_sync` calls directly, unless `threads` is true.

    Only on this loop, if one is named.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop | None = None) -> None:
        self.threads = False
        self._loop = loop
        self._usual: Callable[..., Any] = anyio.to_thread.run_sync

    def __enter__(self) -> Inline:
        anyio.to_thread.run_sync = self._run_sync  # type: ignore[assignment]
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        anyio.to_thread.run_sync = self._usual  # type: ignore[assignment]

    async def _run_sync(self, work: Callable[..., Any], *given: Any, **named: Any) -> Any:
        loop = asyncio.get_running_loop()
        if self.threads or self._loop not in (None, loop):
            return await self._usual(work, *given, **named)
        # A worker thread has no running loop, and sync code may count on that.
        asyncio.events._set_running_loop(None)
        try:
            return copy_context().run(work, *given)
        finally:
            asyncio.events._set_running_loop(loop)
