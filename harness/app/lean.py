"""HTTP to one server from the simulator's loop: for exploring, where each request counts.

Connections are kept open, and nothing is sent late (asyncio turns Nagle's algorithm off). It knows
HTTP/1.1 as a server on this machine speaks it, and no more: no proxies, no redirects, no encodings.
"""

from __future__ import annotations

import asyncio
from concurrent.futures import Future
from urllib.parse import urlsplit

import httptools

from harness.app.loops import Loop
from harness.app.protocol import AppUnavailable, Reply, Request


class LeanTransport:
    """Sends requests for one public origin to `url`, the real one; `called` names the server in
    errors.
    """

    def __init__(self, url: str, called: str, timeout: float, loop: Loop) -> None:
        parts = urlsplit(url)
        self._address = parts.hostname or "", parts.port or 80
        self._called = called
        self._timeout = timeout
        self._loop = loop
        self._idle: list[_Connection] = []

    def send(self, request: Request) -> Reply:
        return self._loop.run(self._answer(request))

    def start(self, request: Request) -> Future[Reply]:
        return asyncio.run_coroutine_threadsafe(self._answer(request), self._loop.loop)

    def close(self) -> None:
        self._loop.run(self._close())

    async def _close(self) -> None:
        while self._idle:
            self._idle.pop().close()

    async def _answer(self, request: Request) -> Reply:
        words = _words(request)
        try:
            async with asyncio.timeout(self._timeout):
                return await self._ask(words, request.url)
        except TimeoutError:
            problem = f"in {self._timeout:g} s"
        except (OSError, httptools.HttpParserError) as fault:
            problem = f": {fault}"
        path = urlsplit(request.url).path
        raise AppUnavailable(f"{self._called} does not answer {request.method} {path} {problem}")

    async def _ask(self, words: bytes, url: str) -> Reply:
        while self._idle:
            kept = self._idle.pop()
            try:
                return await self._over(kept, words, url)
            except _NeverHeard:
                # Any server may close a connection that nobody uses, at the moment we begin to.
                continue
        loop = asyncio.get_running_loop()
        _, opened = await loop.create_connection(_Connection, *self._address)
        return await self._over(opened, words, url)

    async def _over(self, connection: _Connection, words: bytes, url: str) -> Reply:
        try:
            reply = await connection.ask(words, url)
        except BaseException:
            connection.close()
            raise
        if connection.stays_open:
            self._idle.append(connection)
        else:
            connection.close()
        return reply


class _NeverHeard(ConnectionError):
    """The connection was closed before the first byte of an answer."""


class _Connection(asyncio.Protocol):
    """One connection: one request at a time."""

    def __init__(self) -> None:
        self._transport: asyncio.Transport | None = None
        self._parser = httptools.HttpResponseParser(self)
        self._asked: asyncio.Future[None] | None = None
        self._headers: list[tuple[str, str]] = []
        self._body = bytearray()
        self._heard = False
        self._keep = False

    @property
    def stays_open(self) -> bool:
        return self._keep and self._transport is not None and not self._transport.is_closing()

    async def ask(self, words: bytes, url: str) -> Reply:
        if self._transport is None or self._transport.is_closing():
            raise _NeverHeard("closed")
        self._headers, self._body, self._heard = [], bytearray(), False
        self._asked = asyncio.get_running_loop().create_future()
        self._transport.write(words)
        await self._asked
        return Reply(self._parser.get_status_code(), tuple(self._headers), bytes(self._body), url)

    def close(self) -> None:
        if self._transport is not None:
            self._transport.close()

    # --- what asyncio and the parser call ------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def connection_lost(self, fault: Exception | None) -> None:
        if self._asked is not None and not self._asked.done():
            kind = ConnectionResetError if self._heard else _NeverHeard
            self._asked.set_exception(kind(str(fault or "the connection was closed")))

    def data_received(self, data: bytes) -> None:
        self._heard = True
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserError as fault:
            if self._asked is not None and not self._asked.done():
                self._asked.set_exception(fault)

    def on_header(self, name: bytes, value: bytes) -> None:
        self._headers.append((name.decode("latin-1"), value.decode("latin-1")))

    def on_body(self, body: bytes) -> None:
        self._body += body

    def on_message_complete(self) -> None:
        if self._parser.get_status_code() < 200:  # 103 Early Hints and its like
            self._headers.clear()
            return
        self._keep = self._parser.should_keep_alive()
        if self._asked is not None and not self._asked.done():
            self._asked.set_result(None)


def _words(request: Request) -> bytes:
    parts = urlsplit(request.url)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    headers = {"Host": parts.netloc, **request.headers, "Content-Length": str(len(request.body))}
    lines = [f"{request.method} {target} HTTP/1.1", *(f"{n}: {v}" for n, v in headers.items())]
    return "\r\n".join([*lines, "\r\n"]).encode("latin-1") + request.body
