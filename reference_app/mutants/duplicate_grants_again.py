"""Each delivery of a payment grants, also the second one of the same payment.

Pattern: C1 (duplicate grants twice).
Mechanism: the entitlement is the same however often it is written, so nothing remembers which
events were handled. Then credits are added, and those are counted.
Symptom: after a slow answer of the app, some customers have twice what they paid for.
Breaks: `grant-once`.
Seen in: vm0-ai/vm0#10668, frappe/press#1175.
"""

from __future__ import annotations

from fastapi import FastAPI
from sqlalchemy.orm import Session

from reference_app.billing import Notice, Outcome
from reference_app.billing.webhooks import verify
from reference_app.locks import locked
from reference_app.mutants._credits import Crediting, grant, pays
from reference_app.settings import Settings
from reference_app.tables import Organisation
from reference_app.web import create_app as create_correct_app


class DuplicateGrantsAgain(Crediting):
    """Forgets what it has done."""

    def receive(self, payload: bytes, signature: str | None) -> Outcome:
        notice = verify(self.stripe, payload, signature, self.settings.stripe_webhook_secret)
        if not pays(notice):
            return super().receive(payload, signature)
        with self.database.settling() as session:
            organisation = locked(session, Organisation.stripe_customer == notice.customer)
            if organisation is None:
                return Outcome.IGNORED
            self.settle(session, organisation, notice)
        return Outcome.WRITTEN

    def credit(self, session: Session, organisation: Organisation, notice: Notice) -> bool:
        if pays(notice):
            grant(session, organisation, notice.id)
        return pays(notice)


def create_app(settings: Settings) -> FastAPI:
    return create_correct_app(settings, DuplicateGrantsAgain)
