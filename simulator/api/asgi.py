"""The API as an ASGI application: reads a request, has it answered, sends the answer.

Nothing but that, since a web framework's own routing would cost more than the endpoint.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, TypeAlias

from simulator.api.dispatch import StripeApi
from simulator.api.wire import MAX_BODY, Request

Scope: TypeAlias = "MutableMapping[str, Any]"
Receive: TypeAlias = "Callable[[], Awaitable[MutableMapping[str, Any]]]"
Send: TypeAlias = "Callable[[MutableMapping[str, Any]], Awaitable[None]]"


class StripeApp:
    """Serves a `StripeApi`."""

    def __init__(self, api: StripeApi) -> None:
        self._api = api

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            raise RuntimeError(f"the Stripe paths speak HTTP, not {scope['type']}")
        body = await _body(receive)
        if body is None:
            return
        answer = self._api.answer(_request(scope, body))
        if answer.late:
            await asyncio.sleep(answer.late)
        if answer.held is not None:
            await answer.held.released.wait()
        headers = [(name.encode(), value.encode("latin-1")) for name, value in answer.headers]
        headers.append((b"Content-Length", str(len(answer.body)).encode()))
        await send({"type": "http.response.start", "status": answer.status, "headers": headers})
        await send({"type": "http.response.body", "body": answer.body})


async def _body(receive: Receive) -> bytes | None:
    """The whole body, or as much as shows that it is too large; None if the client went away."""
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        body += message.get("body", b"")
        if not message.get("more_body") or len(body) > MAX_BODY:
            return bytes(body)


def _request(scope: Scope, body: bytes) -> Request:
    raw_path: bytes = scope.get("raw_path") or scope["path"].encode()
    return Request(
        method=scope["method"],
        path=raw_path.partition(b"?")[0].decode("latin-1"),
        query=scope["query_string"].decode("latin-1"),
        headers={
            name.decode("latin-1").lower(): value.decode("latin-1")
            for name, value in scope["headers"]
        },
        body=body,
    )
