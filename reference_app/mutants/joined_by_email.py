"""Whose event it is, is found by the e-mail address.

Pattern: G10 (joined by e-mail).
Mechanism: the handler asks Stripe for the customer's address and looks for a user who has the same.
Either of the two can be changed, in the portal or by support, and then nobody is found.
Symptom: a customer whose invoices go to accounting has cancelled, and keeps the plan.
Breaks: `unpaid-access-ends`.
Seen in: 2anki/2anki.net#3862, enupal/stripe#206, zulip/zulip#20434.
"""

from __future__ import annotations

from fastapi import FastAPI
from sqlalchemy import select

from reference_app.billing import Billing, Outcome
from reference_app.billing.client import refusals
from reference_app.billing.webhooks import handle, verify
from reference_app.settings import Settings
from reference_app.tables import User
from reference_app.web import create_app as create_correct_app


class JoinedByEmail(Billing):
    """Knows its customers by what they can change."""

    def receive(self, payload: bytes, signature: str | None) -> Outcome:
        notice = verify(self.stripe, payload, signature, self.settings.stripe_webhook_secret)
        if not notice.matters or notice.customer is None or not self._user_of(notice.customer):
            return Outcome.IGNORED
        return handle(self, notice)

    def _user_of(self, customer: str) -> User | None:
        with refusals():
            email = self.stripe.v1.customers.retrieve(customer).to_dict().get("email")
        with self.database.reading() as session:
            return session.scalars(select(User).where(User.email == email)).one_or_none()


def create_app(settings: Settings) -> FastAPI:
    return create_correct_app(settings, JoinedByEmail)
