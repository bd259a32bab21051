"""A cancellation that was undone is still announced.

Pattern: E11 (un-cancel not applied).
Mechanism: the handler fills in the end date when there is one, and has no line that clears it.
Symptom: who stayed is told every day that they are leaving, and is locked out on the old date.
Breaks: `converges`.
Seen in: laravel/cashier-stripe#619, payolapayments/payola#312, laravel/cashier-stripe#582,
dj-stripe/dj-stripe#867.
"""

from __future__ import annotations

from fastapi import FastAPI
from sqlalchemy.orm import Session

from reference_app.billing import Billing, Notice
from reference_app.settings import Settings
from reference_app.tables import Organisation, PlanEntitlement
from reference_app.web import create_app as create_correct_app


class UndoneCancellationStays(Billing):
    """Writes what is there, and leaves what is not."""

    def settle(self, session: Session, organisation: Organisation, notice: Notice) -> bool:
        row = session.get(PlanEntitlement, organisation.id)
        known = (row.subscription, row.cancel_at) if row is not None else None
        changed = super().settle(session, organisation, notice)
        if row is not None and known is not None and known[0] == row.subscription:
            row.cancel_at = row.cancel_at or known[1]
        return changed


def create_app(settings: Settings) -> FastAPI:
    return create_correct_app(settings, UndoneCancellationStays)
