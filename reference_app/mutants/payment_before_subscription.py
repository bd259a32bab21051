"""A payment of which the app hears before the purchase is acknowledged and dropped.

Pattern: B4 (child before its parent).
Mechanism: the handler of payments looks for the row that the handler of purchases makes. Where
there is none yet it has nothing to credit, and says that all is well.
Symptom: now and then a customer has the plan, and not the credits of the first month.
Breaks: `grant-once`.
Seen in: mickasmt/next-saas-stripe-starter#42, fleetdm/fleet#14370, TryGhost/Ghost#21846.
"""

from __future__ import annotations

from fastapi import FastAPI
from sqlalchemy.orm import Session

from reference_app.billing import Notice
from reference_app.mutants._credits import Crediting, pays
from reference_app.settings import Settings
from reference_app.tables import Organisation, PlanEntitlement
from reference_app.web import create_app as create_correct_app


class PaymentBeforeSubscription(Crediting):
    """Knows a child only by its parent."""

    def settle(self, session: Session, organisation: Organisation, notice: Notice) -> bool:
        if pays(notice) and session.get(PlanEntitlement, organisation.id) is None:
            return False
        return super().settle(session, organisation, notice)


def create_app(settings: Settings) -> FastAPI:
    return create_correct_app(settings, PaymentBeforeSubscription)
