"""A handler thanks the customer when the work is done, and notes the event when it has thanked.

Pattern: C11 (slow handler, tried again).
Mechanism: mails, chat alerts and notes at Stripe are sent while Stripe waits. When one of them is
slow or fails, the answer is an error although the work is done, and so it is done again.
Symptom: whoever could not be thanked at once has twice the credits.
Breaks: `grant-once`.
Seen in: frappe/press#1175, fastrepl/anarlog#7611, dubinc/dub#3752.
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


class ThanksBeforeTheNote(Crediting):
    """Puts politeness before bookkeeping."""

    def receive(self, payload: bytes, signature: str | None) -> Outcome:
        notice = verify(self.stripe, payload, signature, self.settings.stripe_webhook_secret)
        if not pays(notice) or notice.customer is None:
            return super().receive(payload, signature)
        with self.database.settling() as session:
            organisation = locked(session, Organisation.stripe_customer == notice.customer)
            if organisation is None or session.get(HandledEvent, notice.id) is not None:
                return Outcome.DUPLICATE
            grant(session, organisation, notice.id)
        with refusals():
            self.stripe.v1.customers.update(notice.customer, {"metadata": {"thanked": notice.id}})
        return super().receive(payload, signature)

    def credit(self, *_given: object) -> bool:
        return False


def create_app(settings: Settings) -> FastAPI:
    return create_correct_app(settings, ThanksBeforeTheNote)
