"""An update that comes after the end blanks the end.

Pattern: B2 (update after delete).
Mechanism: whether a subscription lives is read from its end date. The handler of the end sets one;
the handler of updates computes it anew from "cancel at period end", which an ended subscription
does not say. The portal sends such an update when the customer gives a reason for leaving.
Symptom: who has cancelled at once is active again, with no end in sight.
Breaks: `no-phantom-grant`.
Seen in: laravel/cashier-stripe#1632, laravel/cashier-stripe#1714.
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


class UpdateAfterEndRevives(Billing):
    """Takes a subscription without an end date for one that goes on."""

    def settle(self, session: Session, organisation: Organisation, notice: Notice) -> bool:
        if notice.type != "customer.subscription.updated":
            return super().settle(session, organisation, notice)
        assert organisation.stripe_customer is not None
        now = self.read(subscriptions_of(self.stripe, organisation.stripe_customer))
        if now.status == "canceled" and not now.cancel_at_period_end:
            now = replace(now, status="active")
        return write(session, organisation, now, notice.id)


def create_app(settings: Settings) -> FastAPI:
    return create_correct_app(settings, UpdateAfterEndRevives)
