"""The picture inside the event is written as it came, in the order in which it came.

Mechanism: an event carries its object as it was when the event was made. Deliveries overtake one
another and failed ones come again hours later; whichever is handled last wins, even if it is the
oldest.
Symptom: a customer who changed their mind is winding down again, or one who has left is active
again, until some later event happens to put it right.
Breaks: `converges`.
"""

from __future__ import annotations

from fastapi import FastAPI
from sqlalchemy.orm import Session

from reference_app.billing import Billing, Notice
from reference_app.billing.entitlements import write
from reference_app.billing.webhooks import FAMILY
from reference_app.settings import Settings
from reference_app.tables import Organisation
from reference_app.web import create_app as create_correct_app


class LastWriteWins(Billing):
    """Takes the event at its word."""

    def settle(self, session: Session, organisation: Organisation, notice: Notice) -> bool:
        if not notice.type.startswith(FAMILY):
            return False
        return write(session, organisation, self.read([notice.subject]), notice.id)


def create_app(settings: Settings) -> FastAPI:
    return create_correct_app(settings, LastWriteWins)
