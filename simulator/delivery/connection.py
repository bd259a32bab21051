"""One HTTP/1.1 connection to an endpoint: a request out, its answer back, and again.

An HTTP client takes most of the time that a webhook takes; this is as much of one as a courier
needs. `httptools` reads the answers (RFC 9112): chunked bodies, bodies that end with the
connection, interim 1xx answers, whether the connection stays open.
"""

from __future__ import annotations

import asyncio
from time import monotonic
from typing import cast

from httptools import HttpParserError, HttpParserUpgrade, HttpResponseParser

KEPT = 4096
"""Bytes of an answer's body that are kept to be read; of a longer one the rest is not awaited."""

FRESH = 1.0
"""Seconds for which an idle connection is used again: less than any common server keeps it, so
that a webhook does not go into a connection that is being closed."""

DELIMITED = frozenset({b"content-length", b"transfer-encoding"})


class ConnectionBroke(ConnectionError):
    """The endpoint hung up before its answer was whole, or what it said was no HTTP."""


class Connection(asyncio.Protocol):
    """Speaks with one endpoint; one request at a time."""

    def __init__(self) -> None:
        self._transport: asyncio.Transport | None = None
        self._answer: asyncio.Future[tuple[int, bytes]] | None = None
        self._begin()

    async def ask(self, request: bytes) -> tuple[int, bytes]:
        """Status and body of the answer to a whole request; raises `ConnectionBroke`."""
        if self._transport is None:
            raise ConnectionBroke("the connection is closed")
        self._answer = asyncio.get_running_loop().create_future()
        self._begin()
        self._transport.write(request)
        try:
            return await self._answer
        finally:
            if not self._answer.done() or self._answer.cancelled():
                self.close()  # it still owes an answer, and cannot be used for anything else
            self._answer = None

    @property
    def fresh(self) -> bool:
        """Whether another request may go this way."""
        return self._transport is not None and monotonic() - self._idle_since < FRESH

    def close(self) -> None:
        if self._transport is not None:
            self._transport.close()
            self._transport = None

    # --- what the event loop calls -------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        if self._answer is None or self._answer.done():
            self.close()  # nothing was asked
            return
        try:
            self._parser.feed_data(data)
        except HttpParserUpgrade:
            self._finish(stays=False)
        except HttpParserError as fault:
            self._break(f"what came is not HTTP: {fault}")

    def eof_received(self) -> None:
        if self._heading_read and not self._delimited:
            self._finish(stays=False)

    def connection_lost(self, fault: Exception | None) -> None:
        self._transport = None
        self._break(
            str(fault) if fault else "the connection was closed before the answer was whole"
        )

    # --- what the parser calls -----------------------------------------------------------------

    def on_header(self, name: bytes, _value: bytes) -> None:
        if name.lower() in DELIMITED:
            self._delimited = True

    def on_headers_complete(self) -> None:
        self._heading_read = True

    def on_body(self, body: bytes) -> None:
        self._body += body
        if len(self._body) >= KEPT:
            self._finish(stays=False)

    def on_message_complete(self) -> None:
        if self._parser.get_status_code() < 200:
            self._heading_read = self._delimited = False  # an interim answer; the real one follows
        else:
            self._finish(stays=self._parser.should_keep_alive())

    # --- inside --------------------------------------------------------------------------------

    def _begin(self) -> None:
        self._parser = HttpResponseParser(self)
        self._body = b""
        self._heading_read = self._delimited = False
        self._idle_since = monotonic()

    def _finish(self, *, stays: bool) -> None:
        if not stays:
            self.close()
        self._idle_since = monotonic()
        if self._answer is not None and not self._answer.done():
            self._answer.set_result((self._parser.get_status_code(), self._body[:KEPT]))

    def _break(self, why: str) -> None:
        self.close()
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(ConnectionBroke(why))
