"""A completed Checkout switches the plan on, whatever has happened since.

Pattern: B3 (late checkout completion).
Mechanism: `checkout.session.completed` means "paid", so its handler writes "active" without asking
whether the subscription that was sold is still alive. Delivered late, it comes after the end.
Symptom: who bought, and cancelled at once, has the plan for good if the first event was late.
Breaks: `no-phantom-grant`.
Seen in: appstrate/appstrate#1323.
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


class CheckoutRevives(Billing):
    """Takes a purchase for a state."""

    def settle(self, session: Session, organisation: Organisation, notice: Notice) -> bool:
        if notice.type != "checkout.session.completed":
            return super().settle(session, organisation, notice)
        assert organisation.stripe_customer is not None
        sold = self.read(subscriptions_of(self.stripe, organisation.stripe_customer))
        return write(session, organisation, replace(sold, status="active"), notice.id)


def create_app(settings: Settings) -> FastAPI:
    return create_correct_app(settings, CheckoutRevives)
