"""A customer who was deleted at Stripe is kept in the app.

Pattern: G14 (the stored customer was deleted).
Mechanism: nobody listens to `customer.deleted`, so the app goes on with an id that leads nowhere.
Symptom: who comes back to buy again is refused, each time, and nothing that Stripe will send can
change that.
Breaks: `one-subscription`.
Seen in: monetr/monetr#146, invertase/stripe-firebase-extensions#385, ddevault/fosspay#31.
"""

from __future__ import annotations

from fastapi import FastAPI

from reference_app.billing import Billing, Outcome
from reference_app.billing.webhooks import CUSTOMER_DELETED, handle, verify
from reference_app.settings import Settings
from reference_app.web import create_app as create_correct_app


class DeletedCustomerKept(Billing):
    """Hears of the end of subscriptions, and not of that of customers."""

    def receive(self, payload: bytes, signature: str | None) -> Outcome:
        notice = verify(self.stripe, payload, signature, self.settings.stripe_webhook_secret)
        return Outcome.IGNORED if notice.type == CUSTOMER_DELETED else handle(self, notice)


def create_app(settings: Settings) -> FastAPI:
    return create_correct_app(settings, DeletedCustomerKept)
