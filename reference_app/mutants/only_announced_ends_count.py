"""A subscription that ends at once is not heard of.

Pattern: E12 (an immediate cancellation takes another event path).
Mechanism: cancelling was built and tried with "at period end", which is announced by an update and
carried out later. Ending at once is announced by nothing, and its one event,
`customer.subscription.deleted`, is taken for the echo of an announcement.
Symptom: support ends a subscription on the spot, and the customer keeps the plan.
Breaks: `unpaid-access-ends`.
Seen in: edalzell/statamic-charge#48, laravel/cashier-stripe#1567,
invertase/stripe-firebase-extensions#250.
"""

from __future__ import annotations

from fastapi import FastAPI
from sqlalchemy.orm import Session

from reference_app.billing import Billing, Notice
from reference_app.settings import Settings
from reference_app.tables import Organisation, PlanEntitlement
from reference_app.web import create_app as create_correct_app


class OnlyAnnouncedEndsCount(Billing):
    """Ends what it has been told will end."""

    def settle(self, session: Session, organisation: Organisation, notice: Notice) -> bool:
        row = session.get(PlanEntitlement, organisation.id)
        announced = row is not None and (row.cancel_at_period_end or row.cancel_at is not None)
        if notice.type == "customer.subscription.deleted" and not announced:
            return False
        return super().settle(session, organisation, notice)


def create_app(settings: Settings) -> FastAPI:
    return create_correct_app(settings, OnlyAnnouncedEndsCount)
