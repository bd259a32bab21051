"""Checkout is opened for whoever asks, also if it is open already or was just paid.

Mechanism: "has no plan" is read from the app's own table, which knows nothing until the webhook
lands, and a page in another tab is not closed.
Symptom: a double click, or an impatient second try, and the customer pays two subscriptions.
Breaks: `one-subscription`.
"""

from __future__ import annotations

from fastapi import FastAPI
from sqlalchemy import select

from reference_app.accounts import require_owner
from reference_app.billing import OFFERS, AlreadySubscribed, Billing, UnknownPlan
from reference_app.billing.checkout import CANCEL_PATH, SUCCESS_PATH
from reference_app.settings import Settings
from reference_app.tables import Organisation, User
from reference_app.web import create_app as create_correct_app


class SecondCheckout(Billing):
    """Looks into its own table, and not at Stripe."""

    def upgrade(self, user: User, organisation: Organisation, plan: str) -> dict[str, str]:
        if self.entitlement(organisation).access:
            raise AlreadySubscribed
        if plan not in OFFERS:
            raise UnknownPlan(plan, tuple(OFFERS))
        with self.database.writing() as session:
            require_owner(session, user, organisation)
            tenant = session.scalars(
                select(Organisation).where(Organisation.id == organisation.id)
            ).one()
            if tenant.stripe_customer is None:
                tenant.stripe_customer = self.stripe.v1.customers.create(
                    {"email": user.email, "metadata": {"organisation": str(tenant.id)}}
                ).id
            prices = self.stripe.v1.prices.list({"lookup_keys": [plan], "active": True})
            checkout = self.stripe.v1.checkout.sessions.create(
                {
                    "mode": "subscription",
                    "customer": tenant.stripe_customer,
                    "line_items": [{"price": prices.data[0].id, "quantity": 1}],
                    "success_url": self.settings.url(SUCCESS_PATH),
                    "cancel_url": self.settings.url(CANCEL_PATH),
                }
            )
            tenant.checkout_session = checkout.id
            assert checkout.url is not None
            return {"url": checkout.url}


def create_app(settings: Settings) -> FastAPI:
    return create_correct_app(settings, SecondCheckout)
