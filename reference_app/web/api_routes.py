"""What programs ask: the entitlement, Stripe's webhooks, and whether the app is up."""

from __future__ import annotations

from typing import Annotated

from anyio import to_thread
from fastapi import APIRouter, Header
from fastapi.responses import JSONResponse

from reference_app.web.context import App, RawBody, SignedIn

router = APIRouter()


@router.get("/api/entitlement")
def entitlement(app: App, member: SignedIn) -> JSONResponse:
    """What the signed-in organisation may use. Times are Unix seconds or null."""
    shown = app.billing.entitlement(member.organisation).public()
    return JSONResponse(shown, headers={"Cache-Control": "no-store"})


@router.post("/webhooks/stripe")
async def stripe_webhook(
    app: App, body: RawBody, stripe_signature: Annotated[str | None, Header()] = None
) -> dict[str, str]:
    """Answers 2xx only after the effect is committed. Needs no cookie, and never redirects.

    In a thread, of which webhooks have their own few: however many wait for one organisation's
    lock, there is a thread left for every page.
    """
    outcome = await to_thread.run_sync(
        app.billing.receive, body, stripe_signature, limiter=app.webhooks
    )
    return {"outcome": outcome}


@router.get("/health")
def health() -> dict[str, str]:
    return {"status": "ok"}
