"""No other site may post in a customer's name.

The session cookie is SameSite=Lax, and a browser names the page behind a POST in `Origin`. A
request that carries another origin is refused. One that carries none is not from a page: Stripe's
webhooks, scripts.
"""

from __future__ import annotations

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
WEBHOOKS = "/webhooks/"
PROTECTION = {
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    # Checkout session ids are in our URLs, and are nobody else's business.
    "Referrer-Policy": "same-origin",
}


class SameOrigin:
    """Refuses posts from foreign pages, and sends the headers that keep our own pages ours."""

    def __init__(self, app: ASGIApp, origin: str) -> None:
        self.app = app
        self.origin = origin

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        origin = Headers(scope=scope).get("origin")
        exempt = scope["method"] in SAFE or scope["path"].startswith(WEBHOOKS)
        if not exempt and origin not in (None, self.origin):
            refusal = PlainTextResponse(
                f"This form came from {origin}, and the app is at {self.origin}: open it there.",
                status_code=403,
            )
            await refusal(scope, receive, send)
            return

        async def send_protected(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(PROTECTION)
            await send(message)

        await self.app(scope, receive, send_protected)
