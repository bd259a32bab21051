"""No other site may post in a customer's name.

The session cookie is SameSite=Lax, so a browser does not send it with another site's POST; and a
browser names the page behind a POST in `Origin`, so one that carries another origin is refused,
sibling subdomains included, which SameSite lets through. A request that carries none is not from a
page: Stripe's webhooks, scripts. A token in each form would prove the same a third time.
"""

from __future__ import annotations

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from reference_app.errors import AppError
from reference_app.web.errors import refusal

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
WEBHOOKS = "/webhooks/"
PROTECTION = {
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    # Checkout session ids are in our URLs, and are nobody else's business.
    "Referrer-Policy": "same-origin",
    # Nothing but our own files, no inline scripts or styles. Where forms may lead is not limited:
    # they lead to Stripe, at an address that a custom domain may change.
    "Content-Security-Policy": "default-src 'self'; base-uri 'none'; frame-ancestors 'none'",
}


class ForeignForm(AppError):
    status = 403
    code = "foreign_form"

    def __init__(self, found: str, ours: str) -> None:
        super().__init__(f"This form came from {found}, and the app is at {ours}: open it there.")


class SameOrigin:
    """Refuses posts from foreign pages, and sends the headers that keep our own pages ours."""

    def __init__(self, app: ASGIApp, origin: str) -> None:
        self.app = app
        self.origin = origin

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def send_protected(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(PROTECTION)
            await send(message)

        origin = Headers(scope=scope).get("origin")
        exempt = scope["method"] in SAFE or scope["path"].startswith(WEBHOOKS)
        if exempt or origin in (None, self.origin):
            await self.app(scope, receive, send_protected)
        else:
            answer = refusal(Request(scope), ForeignForm(str(origin), self.origin))
            await answer(scope, receive, send_protected)
