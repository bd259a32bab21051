"""A failed payment marks the subscription, whenever it is heard of.

Pattern: B5 (dunning pair crossed).
Mechanism: `invoice.payment_failed` means "past due", and `invoice.paid` means "active"; each
handler writes what its event means, and neither asks which of the two came first at Stripe.
Symptom: a customer who has made up for a failed renewal is dunned until the next one.
Breaks: `converges` and `monotonic`.
Seen in: hackerai-tech/hackerai#957, managoat/fountain#456.
"""

from __future__ import annotations

from dataclasses import replace

from fastapi import FastAPI
from sqlalchemy.orm import Session

from reference_app.billing import Billing, Notice
from reference_app.billing.entitlements import write
from reference_app.billing.subscriptions import subscriptions_of
from reference_app.settings import Settings
from reference_app.tables import Organisation
from reference_app.web import create_app as create_correct_app


class FailureAfterRecovery(Billing):
    """Dunning by word of mouth."""

    def settle(self, session: Session, organisation: Organisation, notice: Notice) -> bool:
        if notice.type != "invoice.payment_failed":
            return super().settle(session, organisation, notice)
        assert organisation.stripe_customer is not None
        now = self.read(subscriptions_of(self.stripe, organisation.stripe_customer))
        if now.status == "active":
            now = replace(now, status="past_due")
        return write(session, organisation, now, notice.id)


def create_app(settings: Settings) -> FastAPI:
    return create_correct_app(settings, FailureAfterRecovery)
