"""Two handlers create the same row, each from what it knows, and the first one stays.

Pattern: A5 (two writers create one row).
Mechanism: `checkout.session.completed` and `customer.subscription.created` both begin with "if
there is a row already, keep it". What was bought was noted on the session, and the subscription
knows nothing of such notes; so the row that it makes has the usual plan.
Symptom: now and then somebody who pays for Pro gets Basic, for as long as nothing changes.
Breaks: `converges` and `history-independent`.
Seen in: laravel/cashier-stripe#1773, FOSSBilling/FOSSBilling#4231, keygen-sh/keygen-api#381.
"""

from __future__ import annotations

from dataclasses import replace

from fastapi import FastAPI
from sqlalchemy.orm import Session

from reference_app.billing import Billing, Notice
from reference_app.billing.entitlements import write
from reference_app.billing.plans import BASIC
from reference_app.billing.subscriptions import subscriptions_of
from reference_app.billing.webhooks import CUSTOMER_DELETED
from reference_app.settings import Settings
from reference_app.tables import Organisation, PlanEntitlement
from reference_app.web import create_app as create_correct_app


class TwoCreators(Billing):
    """Decides a plan when it makes the row, and again when the price is another."""

    def settle(self, session: Session, organisation: Organisation, notice: Notice) -> bool:
        if notice.type == CUSTOMER_DELETED:
            return super().settle(session, organisation, notice)
        assert organisation.stripe_customer is not None
        row = session.get(PlanEntitlement, organisation.id)
        now = self.read(subscriptions_of(self.stripe, organisation.stripe_customer))
        if row is None and notice.type == "customer.subscription.created":
            now = replace(now, plan=BASIC.name)
        elif row is not None and row.price == now.price:
            now = replace(now, plan=row.plan)
        return write(session, organisation, now, notice.id)


def create_app(settings: Settings) -> FastAPI:
    return create_correct_app(settings, TwoCreators)
