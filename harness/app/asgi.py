"""The in-process transport: calls an ASGI app directly, without a socket.

The app lives on one event loop for the whole of its lifespan. Nothing is pooled, buffered or
retried, so that a request costs little more than the app's own code.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, MutableMapping
from concurrent.futures import Future
from contextlib import ExitStack
from typing import Any
from urllib.parse import unquote, urlsplit

from harness.app.loops import Loop, OwnLoop
from harness.app.protocol import AppUnavailable, Reply, Request

log = logging.getLogger(__name__)

Message = MutableMapping[str, Any]
AsgiApp = Callable[
    [Message, Callable[[], Awaitable[Message]], Callable[[Message], Awaitable[None]]],
    Awaitable[None],
]


class AsgiTransport:
    """Carries requests to `app`. Starting and stopping follow the ASGI lifespan protocol.

    The app lives on the loop that is given, or on one of its own.
    """

    def __init__(self, app: AsgiApp, timeout: float = 30.0, loop: Loop | None = None) -> None:
        self._app = app
        self._timeout = timeout
        self._stack = ExitStack()
        if loop is None:
            loop = own = OwnLoop()
            self._stack.callback(own.close)
        self._loop = loop
        self._inbox: asyncio.Queue[Message] = asyncio.Queue()
        self._outbox: asyncio.Queue[Message] = asyncio.Queue()
        self._lifespan = asyncio.run_coroutine_threadsafe(self._live(), self._loop.loop)
        self._lifespan_step("startup")

    def send(self, request: Request) -> Reply:
        return self._loop.run(self._answer(request))

    def start(self, request: Request) -> Future[Reply]:
        """The same, without waiting for the answer."""
        return asyncio.run_coroutine_threadsafe(self._answer(request), self._loop.loop)

    def close(self) -> None:
        if not self._lifespan.done():
            self._lifespan_step("shutdown")
        self._stack.close()

    async def _answer(self, request: Request) -> Reply:
        try:
            async with asyncio.timeout(self._timeout):
                return await answer_of(self._app, request)
        except TimeoutError as fault:
            problem = f"the app does not answer {request.method} {request.url} in {self._timeout} s"
            raise AppUnavailable(problem) from fault

    async def _live(self) -> None:
        scope: Message = {"type": "lifespan", "asgi": {"version": "3.0"}, "state": {}}
        await self._app(scope, self._inbox.get, self._outbox.put)

    def _lifespan_step(self, step: str) -> None:
        try:
            message = self._loop.run(self._lifespan_answer(step))
        except TimeoutError as fault:
            problem = f"the app does not finish its {step} in {self._timeout} s"
            raise AppUnavailable(problem) from fault
        if message["type"] == f"lifespan.{step}.failed":
            raise AppUnavailable(f"the app's {step} failed: {message.get('message', '')}")

    async def _lifespan_answer(self, step: str) -> Message:
        """What the app says to a lifespan message; an app without lifespan says nothing and
        ends.
        """
        await self._inbox.put({"type": f"lifespan.{step}"})
        said = asyncio.ensure_future(self._outbox.get())
        either: list[asyncio.Future[Any]] = [said, asyncio.wrap_future(self._lifespan)]
        async with asyncio.timeout(self._timeout):
            await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
        if said.done():
            return said.result()
        said.cancel()
        return {"type": "lifespan.unsupported"}


async def answer_of(app: AsgiApp, request: Request) -> Reply:
    """Calls the app once, on the loop that runs."""
    given: list[Message] = [{"type": "http.request", "body": request.body, "more_body": False}]
    status, headers, body = 500, [], bytearray()

    async def receive() -> Message:
        return given.pop() if given else {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        nonlocal status, headers
        if message["type"] == "http.response.start":
            status, headers = message["status"], list(message.get("headers", ()))
        elif message["type"] == "http.response.body":
            body.extend(message.get("body", b""))

    try:
        await app(_scope(request), receive, send)
    except Exception:
        # As every server does: what the app does not catch is a 500, not the end of the caller.
        log.exception("The app raised while it answered %s %s", request.method, request.url)
        return Reply(500, (), b"Internal Server Error", request.url)
    decoded = tuple((key.decode("latin-1"), value.decode("latin-1")) for key, value in headers)
    return Reply(status, decoded, bytes(body), request.url)


def _scope(request: Request) -> Message:
    parts = urlsplit(request.url)
    headers = {
        "host": parts.netloc,
        **{key.lower(): value for key, value in request.headers.items()},
    }
    headers["content-length"] = str(len(request.body))
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": request.method,
        "scheme": parts.scheme,
        "path": unquote(parts.path),
        "raw_path": parts.path.encode("ascii"),
        "query_string": parts.query.encode("ascii"),
        "root_path": "",
        "headers": [
            (key.encode("latin-1"), value.encode("latin-1")) for key, value in headers.items()
        ],
        "client": ("127.0.0.1", 1),
        "server": (parts.hostname or "", parts.port or 80),
        "state": {},
    }
