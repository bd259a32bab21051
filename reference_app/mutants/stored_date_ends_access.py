"""What the app has stored as the end of the period is the end of access.

Pattern: E13 (a local period-end gate locks out a payer at renewal).
Mechanism: whenever Stripe is heard of, everything whose stored period has run out by then is ended.
A renewal moves that date on by an event of its own, and that event may be the next in the queue.
Symptom: on the day of renewal customers who paid are locked out, some for a second, and for weeks
if their event is lost.
Breaks: `single-writer` and `paid-access-kept`.
Seen in: arogan178/macrotrackr#174, BasedHardware/omi#7452, themegrill/user-registration#1332,
Automattic/jetpack#47773.
"""

from __future__ import annotations

import json

from fastapi import FastAPI
from sqlalchemy import update

from reference_app.billing import Billing, Outcome
from reference_app.settings import Settings
from reference_app.tables import PlanEntitlement
from reference_app.web import create_app as create_correct_app


class StoredDateEndsAccess(Billing):
    """Ends by the calendar what Stripe has not ended."""

    def receive(self, payload: bytes, signature: str | None) -> Outcome:
        outcome = super().receive(payload, signature)
        if outcome is not Outcome.IGNORED:
            over = PlanEntitlement.current_period_end <= json.loads(payload)["created"]
            with self.database.settling() as session:
                session.execute(update(PlanEntitlement).where(over).values(status="canceled"))
        return outcome


def create_app(settings: Settings) -> FastAPI:
    return create_correct_app(settings, StoredDateEndsAccess)
