"""Whoever opens the success page of a purchase is taken for the one who made it.

Pattern: A4 (another user's session claimed).
Mechanism: the page looks up the session that its address names, and credits the organisation of
whoever is signed in. The address is in histories, logs and mails; nobody asks whose session it is.
Symptom: a link that was passed on gives its reader the plan that somebody else pays for.
Breaks: `tenant-isolation`.
Seen in: 2anki/2anki.net#3878, filiksyos/gitreverse#85, lukevella/rallly#3251.
"""

from __future__ import annotations

from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import Response

from reference_app.billing.entitlements import write
from reference_app.billing.subscriptions import subscriptions_of
from reference_app.settings import Settings
from reference_app.tables import Organisation
from reference_app.web import billing_routes
from reference_app.web import create_app as create_correct_app
from reference_app.web.context import App, SignedIn

router = APIRouter()


@router.get("/billing/return")
def come_back(request: Request, app: App, member: SignedIn) -> Response:
    """Helps who bought before they signed up, or so it is meant."""
    named = request.query_params.get("session_id")
    with app.billing.database.reading() as session:
        ours = session.get_one(Organisation, member.organisation.id).stripe_customer
    if named and ours is None:
        customer = app.billing.stripe.v1.checkout.sessions.retrieve(named).customer
        now = app.billing.read(subscriptions_of(app.billing.stripe, str(customer)))
        with app.billing.database.settling() as session:
            write(session, member.organisation, now, "success page")
    return billing_routes.come_back(request, app, member)


def create_app(settings: Settings) -> FastAPI:
    app = create_correct_app(settings)
    app.router.routes[:0] = router.routes
    return app
