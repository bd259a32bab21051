"""Whether an event was handled is asked first and noted last, with the work in between.

Pattern: C3 (check, then insert).
Mechanism: "have I seen it?" and "now I have" are two steps in two transactions. Stripe loses
patience with a slow answer and sends the event again; the second copy passes the check, too.
Symptom: on a slow day some customers are credited twice, or the second copy fails on the note.
Breaks: `grant-once`.
Seen in: onetimesecret/onetimesecret#3614, AI-Shipping-Labs/website#1525, webrenew/unicon#66.
"""

from __future__ import annotations

from fastapi import FastAPI

from reference_app.billing import Outcome
from reference_app.billing.client import refusals
from reference_app.billing.webhooks import verify
from reference_app.locks import locked
from reference_app.mutants._credits import Crediting, grant, pays
from reference_app.settings import Settings
from reference_app.tables import HandledEvent, Organisation
from reference_app.web import create_app as create_correct_app


class CheckedThenRecorded(Crediting):
    """Is never in two places at once, or so it thinks."""

    def receive(self, payload: bytes, signature: str | None) -> Outcome:
        notice = verify(self.stripe, payload, signature, self.settings.stripe_webhook_secret)
        if not pays(notice) or notice.customer is None:
            return super().receive(payload, signature)
        with self.database.reading() as session:
            if session.get(HandledEvent, notice.id) is not None:
                return Outcome.DUPLICATE
        with refusals():
            paid = self.stripe.v1.invoices.retrieve(notice.subject["id"]).amount_paid
        with self.database.settling() as session:
            organisation = locked(session, Organisation.stripe_customer == notice.customer)
            if organisation is None:
                return Outcome.IGNORED
            if paid:
                grant(session, organisation, notice.id)
            self.settle(session, organisation, notice)
            session.merge(HandledEvent(id=notice.id, type=notice.type))
        return Outcome.WRITTEN

    def credit(self, *_given: object) -> bool:
        return False


def create_app(settings: Settings) -> FastAPI:
    return create_correct_app(settings, CheckedThenRecorded)
