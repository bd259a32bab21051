"""A first purchase is written by the page that the browser comes back to, and by nothing else.

Pattern: A2 (the landing page is the only fulfilment).
Mechanism: the success page was there first and worked in every demonstration; the webhook handler
was added later, to update what the page had made.
Symptom: who pays and closes the tab has paid for nothing, until something else changes.
Breaks: `converges`.
Seen in: hushh-labs/hushh_Tech_website#100, t3dotgg/stripe-recommendations#3.
"""

from __future__ import annotations

from fastapi import FastAPI
from sqlalchemy.orm import Session

from reference_app.billing import Billing, Entitlement, Notice
from reference_app.billing.entitlements import write
from reference_app.billing.subscriptions import subscriptions_of
from reference_app.settings import Settings
from reference_app.tables import Organisation, PlanEntitlement
from reference_app.web import create_app as create_correct_app


class LandingPageFulfils(Billing):
    """Its webhooks only update."""

    def returned(self, organisation: Organisation) -> Entitlement:
        if organisation.stripe_customer is not None:
            with self.database.settling() as session:
                if session.get(PlanEntitlement, organisation.id) is None:
                    now = self.read(subscriptions_of(self.stripe, organisation.stripe_customer))
                    write(session, organisation, now, "success page")
        return self.entitlement(organisation)

    def settle(self, session: Session, organisation: Organisation, notice: Notice) -> bool:
        if session.get(PlanEntitlement, organisation.id) is None:
            return False
        return super().settle(session, organisation, notice)


def create_app(settings: Settings) -> FastAPI:
    return create_correct_app(settings, LandingPageFulfils)
