"""Who arrives at the success page has paid, or so the page thinks.

Pattern: A3 (arriving taken as paid).
Mechanism: the page is the one that Stripe leads to after a purchase, so being there is taken for
having bought. It asks Stripe what the session was about, and not whether it was paid.
Symptom: who opens Checkout and types the address of the page has the plan, for nothing.
Breaks: `single-writer` and `no-phantom-grant`.
Seen in: kortix-ai/suna#6247, restrictcontentpro/restrict-content-pro#292.
"""

from __future__ import annotations

from fastapi import FastAPI

from reference_app.billing import Billing, Entitlement, Reading
from reference_app.billing.entitlements import write
from reference_app.billing.plans import plan_of
from reference_app.settings import Settings
from reference_app.tables import Organisation
from reference_app.web import create_app as create_correct_app


class ArrivalIsPayment(Billing):
    """Opens the door to whoever has found it."""

    def returned(self, organisation: Organisation) -> Entitlement:
        with self.database.reading() as session:
            begun = session.get_one(Organisation, organisation.id).checkout_session
        if begun is not None:
            items = self.stripe.v1.checkout.sessions.line_items.list(begun)
            sold = items.data[0].to_dict()["price"]
            plan = plan_of(sold)
            assert plan is not None
            now = Reading(plan=plan.name, price=sold["lookup_key"], status="active")
            with self.database.settling() as session:
                write(session, organisation, now, "success page")
        return self.entitlement(organisation)


def create_app(settings: Settings) -> FastAPI:
    return create_correct_app(settings, ArrivalIsPayment)
