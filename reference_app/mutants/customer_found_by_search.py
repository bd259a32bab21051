"""The customer is looked up by Stripe's search, and made when it is not found.

Pattern: G2 (a lookup through the search API, which is eventually consistent).
Mechanism: search finds what was made a minute ago, and not what was made a second ago
(https://docs.stripe.com/search#data-freshness). For that minute each try makes a customer.
Symptom: who clicks twice, or leaves Checkout and comes back at once, is two customers.
Breaks: `one-customer`.
Seen in: FOSSBilling/FOSSBilling#4231, gitpod-io/gitpod#13201.
"""

from __future__ import annotations

from fastapi import FastAPI

from reference_app.billing import Billing
from reference_app.settings import Settings
from reference_app.tables import Organisation, User
from reference_app.web import create_app as create_correct_app


class CustomerFoundBySearch(Billing):
    """Asks an index that lags behind, though it has the answer in its own table."""

    def customer(self, user: User, tenant: Organisation) -> str:
        mine = f"{self.database.instance}-{tenant.id}"
        customers = self.stripe.v1.customers
        found = customers.search({"query": f"metadata['organisation']:'{mine}'"}).data
        if not found:
            found = [
                customers.create({"email": user.email, "metadata": {"organisation": mine}}),
            ]
        tenant.stripe_customer = found[0].id
        return found[0].id


def create_app(settings: Settings) -> FastAPI:
    return create_correct_app(settings, CustomerFoundBySearch)
