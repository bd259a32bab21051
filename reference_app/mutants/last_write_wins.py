"""The picture inside the event is written as it came, in the order in which it came.

Pattern: B1 (older snapshot applied last).
Mechanism: an event carries its object as it was when the event was made. Deliveries overtake one
another and failed ones come again hours later; whichever is handled last wins, even if it is the
oldest.
Symptom: a customer who changed their mind is winding down again, or one who has left is active
again, until some later event happens to put it right.
Breaks: `converges`.
Seen in: laravel/cashier-stripe#1201, stripe/stripe-cli#418, TryGhost/Members#240,
pay-rails/pay#282.
"""

from __future__ import annotations

from fastapi import FastAPI
from sqlalchemy.orm import Session

from reference_app.billing import Billing, Notice
from reference_app.billing.entitlements import write
from reference_app.billing.webhooks import CUSTOMER_DELETED, FAMILY
from reference_app.mutants._pictures import pictured
from reference_app.settings import Settings
from reference_app.tables import Organisation
from reference_app.web import create_app as create_correct_app


class LastWriteWins(Billing):
    """Takes the event at its word."""

    def settle(self, session: Session, organisation: Organisation, notice: Notice) -> bool:
        if notice.type == CUSTOMER_DELETED:
            return super().settle(session, organisation, notice)
        if not notice.type.startswith(FAMILY):
            return False
        return write(session, organisation, pictured(self, notice), notice.id)


def create_app(settings: Settings) -> FastAPI:
    return create_correct_app(settings, LastWriteWins)
