"""A switch of plan is never written.

Pattern: F1 (a plan switch in the portal is not persisted).
Mechanism: the plan is written when the subscription is new. What comes later updates status and
dates, and leaves the plan as it was.
Symptom: who goes from basic to pro in the portal pays for pro, and has basic for ever.
Breaks: `converges`.
Seen in: get-convex/stripe#7, laravel/cashier-stripe#1035, laravel/cashier-stripe#1111,
dj-stripe/dj-stripe#1089.
"""

from __future__ import annotations

from fastapi import FastAPI
from sqlalchemy.orm import Session

from reference_app.billing import Billing, Notice
from reference_app.settings import Settings
from reference_app.tables import Organisation, PlanEntitlement
from reference_app.web import create_app as create_correct_app


class PlanOfTheFirstDay(Billing):
    """Knows a new subscription from a new plan, and writes the plan for the former only."""

    def settle(self, session: Session, organisation: Organisation, notice: Notice) -> bool:
        row = session.get(PlanEntitlement, organisation.id)
        before = (row.subscription, row.plan, row.price) if row is not None else None
        changed = super().settle(session, organisation, notice)
        if row is not None and before is not None and row.subscription == before[0]:
            row.plan, row.price = before[1:]
        return changed


def create_app(settings: Settings) -> FastAPI:
    return create_correct_app(settings, PlanOfTheFirstDay)
