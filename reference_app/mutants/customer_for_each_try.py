"""Each try to buy makes a customer.

Pattern: G1 (a second customer on a double click).
Mechanism: a customer is made when Checkout is opened, and its id is put over the one that is there.
Nothing makes two clicks one: no look at what is stored, no lock, no idempotency key.
Symptom: two customers at Stripe for one organisation, and the portal of the one does not show what
the other has bought.
Breaks: `one-customer`.
Seen in: sagemathinc/cocalc#8112, webrenew/memories#394, jagduvi1/Cellarion#632,
NorthlandPositronics/Cogtrix#1118, t3dotgg/stripe-recommendations#20, stripe/stripe-node#476.
"""

from __future__ import annotations

from fastapi import FastAPI

from reference_app.billing import Billing
from reference_app.settings import Settings
from reference_app.tables import Organisation, User
from reference_app.web import create_app as create_correct_app


class CustomerForEachTry(Billing):
    """Gets by creating."""

    def customer(self, user: User, tenant: Organisation) -> str:
        made = self.stripe.v1.customers.create({"email": user.email, "name": tenant.name})
        tenant.stripe_customer = made.id
        return made.id


def create_app(settings: Settings) -> FastAPI:
    return create_correct_app(settings, CustomerForEachTry)
