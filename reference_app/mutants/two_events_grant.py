"""One purchase is granted by two events.

Pattern: C2 (two event types fulfil one purchase).
Mechanism: Checkout grants because somebody has bought, the invoice because somebody has paid. Both
events are handled once, as they should be; that they are one purchase stands in neither.
Symptom: every first month has twice the credits, and every later one the right number.
Breaks: `grant-once`.
Seen in: masumi-network/sokosumi#1846, vm0-ai/vm0#16330.
"""

from __future__ import annotations

from fastapi import FastAPI
from sqlalchemy.orm import Session

from reference_app.billing import Notice
from reference_app.mutants._credits import Crediting, grant
from reference_app.settings import Settings
from reference_app.tables import Organisation
from reference_app.web import create_app as create_correct_app


class TwoEventsGrant(Crediting):
    """Is glad of a customer twice."""

    def credit(self, session: Session, organisation: Organisation, notice: Notice) -> bool:
        if notice.type != "checkout.session.completed":
            return super().credit(session, organisation, notice)
        grant(session, organisation, str(notice.subject["id"]))
        return True


def create_app(settings: Settings) -> FastAPI:
    return create_correct_app(settings, TwoEventsGrant)
