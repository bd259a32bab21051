"""A webhook is answered first, and handled afterwards.

Pattern: C6 (acknowledged, then lost).
Mechanism: a quick 2xx keeps Stripe content, so the work is left to a task in the background. The
task is nowhere but in memory; if it fails, nobody tries again, and Stripe has been told not to.
Symptom: one hiccup at Stripe, and a change never arrives; the delivery log is all green.
Breaks: `truthful-ack`.
Seen in: useautumn/autumn#2396, riffado/riffado#270, dj-stripe/dj-stripe#608.
"""

from __future__ import annotations

import logging
from typing import Annotated

from fastapi import APIRouter, BackgroundTasks, FastAPI, Header

from reference_app.billing import Billing, Notice, StripeRefused
from reference_app.billing.webhooks import handle, verify
from reference_app.settings import Settings
from reference_app.web import create_app as create_correct_app
from reference_app.web.context import App, RawBody

log = logging.getLogger(__name__)
router = APIRouter()


@router.post("/webhooks/stripe")
def stripe_webhook(
    app: App,
    body: RawBody,
    later: BackgroundTasks,
    stripe_signature: Annotated[str | None, Header()] = None,
) -> dict[str, str]:
    """Knows that the event is from Stripe, and promises the rest."""
    secret = app.settings.stripe_webhook_secret
    later.add_task(work, app.billing, verify(app.billing.stripe, body, stripe_signature, secret))
    return {"outcome": "written"}


def work(billing: Billing, notice: Notice) -> None:
    try:
        handle(billing, notice)
    except StripeRefused:
        log.exception("The task for %s failed", notice.id)


def create_app(settings: Settings) -> FastAPI:
    app = create_correct_app(settings)
    app.router.routes[:0] = router.routes
    return app
