"""The in-process transport: calls an ASGI app directly, without a socket.

The app lives in an event loop of its own, in one thread, for the whole of its lifespan; the
harness hands requests over and waits. Nothing is pooled, buffered or retried, so that a request
costs little more than the app's own code.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any
from urllib.parse import unquote, urlsplit

from harness.app.protocol import AppUnavailable, Reply, Request

log = logging.getLogger(__name__)

Message = MutableMapping[str, Any]
AsgiApp = Callable[
    [Message, Callable[[], Awaitable[Message]], Callable[[Message], Awaitable[None]]],
    Awaitable[None],
]


class AsgiTransport:
    """Carries requests to `app`. Starting and stopping follow the ASGI lifespan protocol."""

    def __init__(self, app: AsgiApp, timeout: float = 30.0) -> None:
        self._app = app
        self._timeout = timeout
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="asgi-app", daemon=True)
        self._thread.start()
        self._inbox: asyncio.Queue[Message] = asyncio.Queue()
        self._outbox: asyncio.Queue[Message] = asyncio.Queue()
        self._lifespan = asyncio.run_coroutine_threadsafe(self._live(), self._loop)
        self._lifespan_step("startup")

    def send(self, request: Request) -> Reply:
        answer = asyncio.run_coroutine_threadsafe(answer_of(self._app, request), self._loop)
        try:
            return answer.result(self._timeout)
        except TimeoutError as fault:
            answer.cancel()
            problem = f"the app does not answer {request.method} {request.url} in {self._timeout} s"
            raise AppUnavailable(problem) from fault

    def close(self) -> None:
        if not self._lifespan.done():
            self._lifespan_step("shutdown")
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _live(self) -> None:
        scope: Message = {"type": "lifespan", "asgi": {"version": "3.0"}, "state": {}}
        await self._app(scope, self._inbox.get, self._outbox.put)

    def _lifespan_step(self, step: str) -> None:
        asyncio.run_coroutine_threadsafe(self._inbox.put({"type": f"lifespan.{step}"}), self._loop)
        said = asyncio.run_coroutine_threadsafe(self._lifespan_answer(), self._loop)
        message = said.result(self._timeout)
        if message["type"] == f"lifespan.{step}.failed":
            raise AppUnavailable(f"the app's {step} failed: {message.get('message', '')}")

    async def _lifespan_answer(self) -> Message:
        """What the app says to a lifespan message; an app without lifespan says nothing and
        ends.
        """
        said = asyncio.ensure_future(self._outbox.get())
        self._lifespan.add_done_callback(lambda _: self._loop.call_soon_threadsafe(said.cancel))
        await asyncio.wait([said])
        if not said.cancelled():
            return said.result()
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
