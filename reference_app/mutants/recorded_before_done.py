"""An event is recorded as handled before it is handled.

Pattern: C4 (recorded before it is done).
Mechanism: the row that says "seen" is committed first, to be safe from duplicates. If the work then
fails, Stripe delivers the event again, and the app says that it knows it already.
Symptom: one hiccup at Stripe, and a customer's change never arrives; the delivery log is all green.
Breaks: `truthful-ack`.
Seen in: webrenew/unicon#42, dj-stripe/dj-stripe#832, AI-Shipping-Labs/website#285.
"""

from __future__ import annotations

from fastapi import FastAPI
from sqlalchemy import select

from reference_app.billing import Billing, Outcome
from reference_app.billing.webhooks import CUSTOMER_DELETED, handle, verify
from reference_app.settings import Settings
from reference_app.tables import HandledEvent, Organisation
from reference_app.web import create_app as create_correct_app


class RecordedBeforeDone(Billing):
    """Two transactions where one is needed."""

    def receive(self, payload: bytes, signature: str | None) -> Outcome:
        notice = verify(self.stripe, payload, signature, self.settings.stripe_webhook_secret)
        if not notice.matters or notice.customer is None:
            return Outcome.IGNORED
        if notice.type == CUSTOMER_DELETED:
            return handle(self, notice)
        with self.database.settling() as session:
            if session.get(HandledEvent, notice.id) is not None:
                return Outcome.DUPLICATE
            session.add(HandledEvent(id=notice.id, type=notice.type))
        with self.database.settling() as session:
            organisation = session.scalars(
                select(Organisation).where(Organisation.stripe_customer == notice.customer)
            ).one_or_none()
            if organisation is None:
                return Outcome.IGNORED
            changed = self.settle(session, organisation, notice)
        return Outcome.WRITTEN if changed else Outcome.UNCHANGED


def create_app(settings: Settings) -> FastAPI:
    return create_correct_app(settings, RecordedBeforeDone)
