"""The portal opens for the customer that the form names.

Pattern: G11 (the portal is opened for a customer whom the client names).
Mechanism: the page knows the customer's id and sends it along, so the handler takes it from there.
It sees that somebody is signed in, and not that it is somebody else.
Symptom: whoever knows an id, which is on every invoice, can read, change and cancel that billing.
Breaks: `tenant-isolation`.
Seen in: bldrs-ai/Share#1492, lukevella/rallly#3251, farming-labs/farm.js#1309.
"""

from __future__ import annotations

from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import JSONResponse, Response

from reference_app.billing.client import refusals
from reference_app.billing.portal import RETURN_PATH
from reference_app.settings import Settings
from reference_app.web import billing_routes
from reference_app.web import create_app as create_correct_app
from reference_app.web.context import App, Fields, SignedIn

router = APIRouter()


@router.post("/billing/portal")
def portal(request: Request, app: App, member: SignedIn, fields: Fields) -> Response:
    if "customer" not in fields:
        return billing_routes.portal(request, app, member, fields)
    with refusals():
        opened = app.billing.stripe.v1.billing_portal.sessions.create(
            {"customer": fields["customer"], "return_url": app.settings.url(RETURN_PATH)}
        )
    return JSONResponse({"url": opened.url})


def create_app(settings: Settings) -> FastAPI:
    app = create_correct_app(settings)
    app.router.routes[:0] = router.routes
    return app
