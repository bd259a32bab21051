"""A refund ends access.

Pattern: E14 (a refund or dispute leaves, or wrongly ends, access).
Mechanism: money that went back is taken for a subscription that has ended. Stripe keeps the two
apart: a refund changes no subscription, and the next invoice will be collected.
Symptom: support gives back a month out of goodwill, and the customer, who is billed again next
month, is locked out until then.
Breaks: `paid-access-kept`.
Seen in: cacheplane/threadplane#529, AI-Shipping-Labs/website#1422, elizaOS/eliza#22930,
antiwork/gumroad#5394.
"""

from __future__ import annotations

from fastapi import FastAPI
from sqlalchemy import update

from reference_app.billing import Billing, Outcome
from reference_app.billing.webhooks import handle, verify
from reference_app.locks import locked
from reference_app.settings import Settings
from reference_app.tables import Organisation, PlanEntitlement
from reference_app.web import create_app as create_correct_app


class RefundRevokes(Billing):
    """Takes money for the contract."""

    def receive(self, payload: bytes, signature: str | None) -> Outcome:
        notice = verify(self.stripe, payload, signature, self.settings.stripe_webhook_secret)
        if notice.type != "charge.refunded":
            return handle(self, notice)
        with self.database.settling() as session:
            organisation = locked(session, Organisation.stripe_customer == notice.customer)
            if organisation is None:
                return Outcome.IGNORED
            theirs = PlanEntitlement.organisation_id == organisation.id
            session.execute(update(PlanEntitlement).where(theirs).values(status="canceled"))
        return Outcome.WRITTEN


def create_app(settings: Settings) -> FastAPI:
    return create_correct_app(settings, RefundRevokes)
