"""What the customer had when they went to the portal is what they see when they are back.

Pattern: A7 (back from the portal, still the old state).
Mechanism: the browser keeps the subscription that the page was drawn with, so that the way back is
quick. Coming back draws from the copy, and the webhook knows nothing of copies.
Symptom: who has cancelled in the portal still sees the button to cancel, and presses it again.
Breaks: `converges`.
Seen in: Comfy-Org/ComfyUI_frontend#17345, better-auth/better-auth#5780, cobuildwithus/murph#1258.
"""

from __future__ import annotations

import json
from base64 import b64decode, b64encode

from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import JSONResponse, Response

from reference_app.settings import Settings
from reference_app.web import api_routes, billing_routes
from reference_app.web import create_app as create_correct_app
from reference_app.web.context import App, Fields, SignedIn

COPY = "billing_seen"
router = APIRouter()


@router.post("/billing/portal")
def portal(request: Request, app: App, member: SignedIn, fields: Fields) -> Response:
    away = billing_routes.portal(request, app, member, fields)
    shown = json.dumps(app.billing.entitlement(member.organisation).public())
    away.set_cookie(COPY, b64encode(shown.encode()).decode(), httponly=True)
    return away


@router.get("/api/entitlement")
def entitlement(request: Request, app: App, member: SignedIn) -> JSONResponse:
    kept = request.cookies.get(COPY)
    if kept is None:
        return api_routes.entitlement(app, member)
    return JSONResponse(json.loads(b64decode(kept)), headers={"Cache-Control": "no-store"})


def create_app(settings: Settings) -> FastAPI:
    app = create_correct_app(settings)
    app.router.routes[:0] = router.routes
    return app
