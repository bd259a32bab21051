"""Serving a simulator on a socket: in a thread beside the caller, or in the foreground.

The socket is bound before anything starts, so that the port is known at once. It is opened with
the TCP protocol by name: without it, the loop does not turn off Nagle's algorithm, and each request
costs 40 ms more.
"""

from __future__ import annotations

import asyncio
import gc
import socket
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from threading import Event, Thread
from typing import TypeVar

import uvicorn

from simulator.server import Simulator

STARTING = 30.0
"""Seconds within which a server must have started."""

COLLECT_AFTER = (50_000, 1_000, 1_000)
"""How seldom a process that only serves looks for garbage (`gc.set_threshold`). An account is a
heap of live objects without cycles: to walk it again and again makes writes take twice as long.
What a request leaves behind in cycles is young, and is found among the 50,000 youngest.
"""

T = TypeVar("T")


class CannotListen(Exception):
    """The address is taken or not ours."""

    def __init__(self, host: str, port: int, reason: str) -> None:
        super().__init__(
            f"cannot listen on {host}:{port}: {reason}. Choose another port, or 0 for a free one"
        )


@dataclass(frozen=True, slots=True)
class Running:
    """A simulator that answers at `url` (no trailing slash)."""

    url: str
    simulator: Simulator
    loop: asyncio.AbstractEventLoop = field(repr=False)

    def inside(self, wanted: Callable[[Simulator], Awaitable[T]]) -> T:
        """What `wanted` comes to, done on the loop that serves: nothing else may touch a World."""

        async def done() -> T:
            return await wanted(self.simulator)

        return asyncio.run_coroutine_threadsafe(done(), self.loop).result()


class _Server(uvicorn.Server):
    """Tells when it has started, or that it never will."""

    def __init__(self, simulator: Simulator, on_ready: Callable[[], None]) -> None:
        config = uvicorn.Config(
            simulator,
            access_log=False,
            log_level="warning",
            timeout_graceful_shutdown=2,
            ws="none",
        )
        super().__init__(config)
        self.settled = Event()
        self.loop: asyncio.AbstractEventLoop | None = None
        self._on_ready = on_ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        self.loop = asyncio.get_running_loop()
        try:
            await super().startup(sockets)
            if self.started:
                self._on_ready()
        finally:
            self.settled.set()


@contextmanager
def running(simulator: Simulator, host: str = "127.0.0.1", port: int = 0) -> Iterator[Running]:
    """Serve in a thread while the block runs. Port 0 picks a free one. Ready when it is entered."""
    with _bound(simulator, host, port) as listening:
        server = _Server(simulator, on_ready=lambda: None)
        thread = Thread(target=server.run, args=([listening],), name="carom", daemon=True)
        thread.start()
        try:
            if not server.settled.wait(STARTING) or not server.started:
                raise RuntimeError(f"the simulator did not start on {simulator.served_at}")
            assert server.loop is not None
            yield Running(simulator.served_at, simulator, server.loop)
        finally:
            server.should_exit = True
            thread.join()


def serve(
    simulator: Simulator,
    host: str = "127.0.0.1",
    port: int = 12111,
    on_ready: Callable[[str], None] = lambda _: None,
) -> None:
    """Serve until interrupted; `on_ready` is called with the URL when requests may come.

    The process is taken to be the server's own: its garbage collection is set for that.
    """
    gc.freeze()
    gc.set_threshold(*COLLECT_AFTER)
    with _bound(simulator, host, port) as listening:
        server = _Server(simulator, on_ready=lambda: on_ready(simulator.served_at))
        with suppress(KeyboardInterrupt):
            server.run([listening])


@contextmanager
def _bound(simulator: Simulator, host: str, port: int) -> Iterator[socket.socket]:
    """A socket bound to the address; the simulator is told the URL at which it will answer."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP) as listening:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind((host, port))
        except (OSError, OverflowError) as fault:
            raise CannotListen(host, port, str(fault)) from fault
        shown = f"[{host}]" if ":" in host else host
        simulator.served_at = f"http://{shown}:{listening.getsockname()[1]}"
        yield listening
