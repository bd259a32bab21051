"""`python -m baize.seed`: prices and the portal's configuration, whose id it prints.

Run it as often as you like: what is there is found by lookup key or metadata, and kept.
"""

from __future__ import annotations

import os
from typing import Any

import stripe

from baize.billing import stripe_client
from baize.plans import OFFERS, PLANS

AMOUNTS_MINOR = {"basic_monthly": 1900, "pro_monthly": 4900}
MARK = {"app": "baize-flask"}


def seed(client: stripe.StripeClient) -> str:
    """The id of the portal configuration, for STRIPE_PORTAL_CONFIGURATION."""
    prices = [_price(client, lookup_key) for lookup_key in OFFERS]
    features: Any = {
        "customer_update": {"enabled": True, "allowed_updates": ["email", "name", "address"]},
        "invoice_history": {"enabled": True},
        "payment_method_update": {"enabled": True},
        "subscription_cancel": {"enabled": True, "mode": "at_period_end"},
        "subscription_update": {
            "enabled": True,
            "default_allowed_updates": ["price"],
            "proration_behavior": "always_invoice",
            "products": [{"product": price.product, "prices": [price.id]} for price in prices],
        },
    }
    configurations = client.v1.billing_portal.configurations
    for existing in configurations.list({"active": True, "limit": 100}).auto_paging_iter():
        if existing.metadata is not None and existing.metadata.to_dict().get("app") == MARK["app"]:
            return configurations.update(existing.id, {"features": features}).id
    return configurations.create({"features": features, "metadata": MARK}).id


def _price(client: stripe.StripeClient, lookup_key: str) -> stripe.Price:
    found = client.v1.prices.list({"lookup_keys": [lookup_key], "active": True, "limit": 1}).data
    if found:
        return found[0]
    plan = OFFERS[lookup_key]
    mark = {**MARK, "plan": plan}
    return client.v1.prices.create(
        {
            "product_data": {"name": f"Baize {PLANS[plan]}", "metadata": mark},
            "currency": "usd",
            "unit_amount": AMOUNTS_MINOR[lookup_key],
            "recurring": {"interval": "month"},
            "lookup_key": lookup_key,
            "metadata": mark,  # known by this if the lookup key moves on to a newer price
        }
    )


if __name__ == "__main__":
    here = os.environ
    print(seed(stripe_client(here["STRIPE_API_KEY"], here.get("STRIPE_API_BASE") or None)))
