"""The address of the webhook leads to another address.

Pattern: C12 (endpoint behind a redirect).
Mechanism: the framework likes its paths with a slash at the end, and sends who leaves it out to the
one that has it. Browsers follow; Stripe does not, and counts the answer as a failure.
Symptom: no event ever lands, and in the end Stripe disables the endpoint.
Breaks: `truthful-ack`.
Seen in: iamnikhilsharma/jobflow#41, dj-stripe/dj-stripe#2137, laravel/cashier-stripe#67.
"""

from __future__ import annotations

from fastapi import APIRouter, FastAPI
from fastapi.responses import RedirectResponse

from reference_app.settings import Settings
from reference_app.web import api_routes
from reference_app.web import create_app as create_correct_app

router = APIRouter()
router.add_api_route("/webhooks/stripe/", api_routes.stripe_webhook, methods=["POST"])


@router.post("/webhooks/stripe")
def to_the_slash() -> RedirectResponse:
    return RedirectResponse("/webhooks/stripe/", status_code=308)


def create_app(settings: Settings) -> FastAPI:
    app = create_correct_app(settings)
    app.router.routes[:0] = router.routes
    return app
