"""An event about a customer that the app does not know is an error.

Pattern: C8 (error for events of others).
Mechanism: the handler expects to find an organisation, and answers 404 where there is none. Another
product on the same account has customers, too.
Symptom: Stripe tries such events for days, warns by mail, and in the end disables the endpoint.
Breaks: `tolerant`.
Seen in: FlowFuse/flowfuse#862, invertase/stripe-firebase-extensions#109, mozilla/fxa#7203.
"""

from __future__ import annotations

from fastapi import FastAPI
from sqlalchemy import select

from reference_app.billing import Billing, Outcome
from reference_app.billing.webhooks import handle, verify
from reference_app.errors import AppError
from reference_app.settings import Settings
from reference_app.tables import Organisation
from reference_app.web import create_app as create_correct_app


class UnknownCustomer(AppError):
    status = 404
    code = "unknown_customer"


class ForeignEventsFail(Billing):
    """Knows all customers of the account, or so it thinks."""

    def receive(self, payload: bytes, signature: str | None) -> Outcome:
        notice = verify(self.stripe, payload, signature, self.settings.stripe_webhook_secret)
        if notice.matters:
            with self.database.reading() as session:
                known = session.scalars(
                    select(Organisation).where(Organisation.stripe_customer == notice.customer)
                ).one_or_none()
            if known is None:
                raise UnknownCustomer(f"No organisation has the customer {notice.customer}.")
        return handle(self, notice)


def create_app(settings: Settings) -> FastAPI:
    return create_correct_app(settings, ForeignEventsFail)
