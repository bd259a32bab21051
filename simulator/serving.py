"""Serving a simulator on a socket: in a thread beside the caller, or in the foreground.

The socket is bound before anything starts, so that the port is known at once. It is opened with
the TCP protocol by name: without it, the loop does not turn off Nagle's algorithm, and each request
costs 40 ms more.
"""

from __future__ import annotations

import asyncio
import gc
import socket
from collections.abc import Callable, Coroutine, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future
from concurrent.futures import wait as futures_wait
from contextlib import contextmanager, suppress
from threading import Event, Thread, get_ident
from typing import Any, TypeVar

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


class Running:
    """A simulator that answers at `url` (no trailing slash), on a loop in a thread of its own.

    Whoever asks it a lot can borrow the loop: while the block `here()` runs, the loop runs on the
    caller's thread, and only when the caller asks or waits. A question then costs no more than its
    answer, and other clients are served while the caller waits.
    """

    def __init__(self, url: str, simulator: Simulator) -> None:
        self.url = url
        self.simulator = simulator
        self.loop = asyncio.new_event_loop()
        self._borrower: int | None = None
        self._stopped = Event()
        self._returned = Event()

    @property
    def is_here(self) -> bool:
        """Whether the caller's thread has the loop."""
        return self._borrower == get_ident()

    def inside(self, wanted: Callable[[Simulator], Coroutine[Any, Any, T]]) -> T:
        """What `wanted` comes to, done on the loop: nothing else may touch a World."""
        return self.run(wanted(self.simulator))

    def ask(self, wanted: Callable[[Simulator], T]) -> T:
        """What `wanted` returns at once, without waiting for anything."""
        if self.is_here:
            return wanted(self.simulator)

        async def done() -> T:
            return wanted(self.simulator)

        return self.run(done())

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """What the coroutine returns, from the loop."""
        if self.is_here:
            return self._step(work)
        return asyncio.run_coroutine_threadsafe(work, self.loop).result()

    def wait(self, *futures: Future[Any], seconds: float | None = None) -> None:
        """Until one of them is done, but no longer than so many seconds; the loop goes on."""
        if not self.is_here:
            futures_wait(futures, seconds, FIRST_COMPLETED)
        elif not any(future.done() for future in futures):
            self._step(self._one_of(futures, seconds))

    def _step(self, work: Coroutine[Any, Any, T]) -> T:
        """Runs the borrowed loop until the work is done.

        A loop of the caller's own may be suspended in this thread, as that of Playwright's
        synchronous API is between two calls; asyncio takes it for running, so it is put aside.
        """
        theirs = asyncio._get_running_loop()
        asyncio._set_running_loop(None)
        try:
            return self.loop.run_until_complete(work)
        finally:
            asyncio._set_running_loop(theirs)

    @contextmanager
    def here(self) -> Iterator[None]:
        """Within the block the loop runs on this thread, and only while it is asked or waited for.

        Nobody else may borrow it, and `running` must not end, before the block does.
        """
        assert self._borrower is None, "the loop is lent already"
        self._lend()
        try:
            yield
        finally:
            self._take_back()

    @contextmanager
    def elsewhere(self) -> Iterator[None]:
        """Within the block the loop runs by itself again: for what makes this thread wait."""
        lent = self.is_here
        if lent:
            self._take_back()
        try:
            yield
        finally:
            if lent:
                self._lend()

    def move_here(self) -> None:
        """Whoever borrowed the loop goes on in the thread that calls."""
        if self._borrower is not None:
            self._borrower = get_ident()

    def _lend(self) -> None:
        self._stopped.clear()
        self._returned.clear()
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._stopped.wait()
        self._borrower = get_ident()

    def _take_back(self) -> None:
        self._borrower = None
        self._returned.set()

    async def _one_of(self, futures: Iterable[Future[Any]], seconds: float | None) -> None:
        waiting = [asyncio.wrap_future(future) for future in futures]
        await asyncio.wait(waiting, timeout=seconds, return_when=FIRST_COMPLETED)

    def serve(self, server: _Server, listening: socket.socket) -> None:
        """Serve until told to stop, in the thread that calls; the loop may be lent meanwhile."""
        serving = self.loop.create_task(server.serve([listening]))
        serving.add_done_callback(lambda _: self.loop.stop())
        try:
            self.loop.run_forever()
            while not serving.done():
                self._stopped.set()
                self._returned.wait()
                self.loop.run_forever()
        finally:
            self.loop.run_until_complete(self.loop.shutdown_asyncgens())
            self.loop.close()
            server.settled.set()


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
        self._on_ready = on_ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
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
        served = Running(simulator.served_at, simulator)
        thread = Thread(target=served.serve, args=(server, listening), name="carom", daemon=True)
        thread.start()
        try:
            if not server.settled.wait(STARTING) or not server.started:
                raise RuntimeError(f"the simulator did not start on {simulator.served_at}")
            yield served
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
