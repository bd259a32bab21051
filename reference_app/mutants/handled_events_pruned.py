"""Which events were handled is forgotten after a day.

Pattern: C10 (memory shorter than redelivery).
Mechanism: the table of handled events is pruned so that it does not grow. Stripe tries for three
days by itself, and anybody at the dashboard can send an event again weeks later.
Symptom: an event that is sent again to mend something else grants last month's credits again.
Breaks: `grant-once`.
Seen in: letsrevel/revel-backend#493, letsrevel/revel-backend#491, dubinc/dub#3752.
"""

from __future__ import annotations

import json

from fastapi import FastAPI
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from reference_app.billing import Notice, Outcome
from reference_app.billing.webhooks import handle, verify
from reference_app.mutants._credits import Crediting, grant, pays
from reference_app.settings import Settings
from reference_app.tables import HandledEvent, Organisation
from reference_app.web import create_app as create_correct_app

DAY = 86_400
NOTED = "noted "


class HandledEventsPruned(Crediting):
    """Takes the time from the events, for they are what it cleans up after."""

    def receive(self, payload: bytes, signature: str | None) -> Outcome:
        notice = verify(self.stripe, payload, signature, self.settings.stripe_webhook_secret)
        told_at = json.loads(payload)["created"]
        with self.database.settling() as session:
            session.merge(HandledEvent(id=f"{NOTED}{notice.id}", type=str(told_at)))
            for note in session.scalars(
                select(HandledEvent).where(HandledEvent.id.startswith(NOTED))
            ):
                if int(note.type) < told_at - DAY:
                    old = HandledEvent.id == note.id.removeprefix(NOTED)
                    session.execute(delete(HandledEvent).where(old))
        return handle(self, notice)

    def credit(self, session: Session, organisation: Organisation, notice: Notice) -> bool:
        if pays(notice):
            grant(session, organisation, notice.id)
        return pays(notice)


def create_app(settings: Settings) -> FastAPI:
    return create_correct_app(settings, HandledEventsPruned)
