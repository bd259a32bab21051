"""`python -m reference_app.seed`: products, prices and a portal configuration in a Stripe account.

Run it as often as you like: what is there is found by lookup key or metadata, and kept. Amounts are
set here and nowhere else; the app shows what Stripe has.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, cast

from reference_app.billing import OFFERS, Offer, Plan
from reference_app.billing.client import stripe_client

if TYPE_CHECKING:
    import stripe
    from stripe.params.billing_portal import (
        ConfigurationCreateParamsFeatures,
        ConfigurationUpdateParamsFeatures,
    )

AMOUNTS_MINOR = {
    "basic_monthly": 1900,
    "basic_yearly": 19000,
    "pro_monthly": 4900,
    "pro_yearly": 49000,
}
CURRENCY = "usd"
MARK = {"app": "baize"}


def seed(client: stripe.StripeClient) -> str:
    """The id of the portal configuration, for STRIPE_PORTAL_CONFIGURATION."""
    page = client.v1.prices.list({"lookup_keys": list(OFFERS), "active": True, "limit": 100})
    prices = {price.lookup_key: price for price in page.data}
    products = _products(client)
    choice: dict[str, list[str]] = {}
    for offer in OFFERS.values():
        price = prices.get(offer.lookup_key)
        if price is None:
            if offer.plan.name not in products:
                products[offer.plan.name] = _create_product(client, offer.plan)
            price = _create_price(client, offer, products[offer.plan.name])
        product = price.product if isinstance(price.product, str) else price.product.id
        choice.setdefault(product, []).append(price.id)
    return _configuration(client, choice)


def _products(client: stripe.StripeClient) -> dict[str, str]:
    """The ids of the products that an earlier run made, by the name of their plan."""
    page = client.v1.products.list({"active": True, "limit": 100})
    facts = [(product.id, product.metadata.to_dict()) for product in page.auto_paging_iter()]
    return {of["plan"]: id for id, of in facts if MARK.items() <= of.items()}


def _create_product(client: stripe.StripeClient, plan: Plan) -> str:
    product = client.v1.products.create(
        {
            "name": f"Baize {plan.title}",
            "description": plan.pitch,
            "metadata": {**MARK, "plan": plan.name},
        }
    )
    return product.id


def _create_price(client: stripe.StripeClient, offer: Offer, product: str) -> stripe.Price:
    interval = "year" if offer.interval == "year" else "month"
    return client.v1.prices.create(
        {
            "product": product,
            "currency": CURRENCY,
            "unit_amount": AMOUNTS_MINOR[offer.lookup_key],
            "recurring": {"interval": interval},
            "lookup_key": offer.lookup_key,
            # Known by this if the lookup key moves on to a newer price.
            "metadata": {**MARK, "plan": offer.plan.name},
        }
    )


def _configuration(client: stripe.StripeClient, choice: dict[str, list[str]]) -> str:
    """What customers may do in the portal.

    A switch is prorated and invoiced at once (`always_invoice`): with `create_prorations` the
    difference would wait for the next invoice, so that one could use the dear plan for most of a
    period, go back, and never have paid for it.
    """
    features: ConfigurationCreateParamsFeatures = {
        "customer_update": {"enabled": True, "allowed_updates": ["email", "name", "address"]},
        "invoice_history": {"enabled": True},
        "payment_method_update": {"enabled": True},
        "subscription_cancel": {"enabled": True, "mode": "at_period_end"},
        "subscription_update": {
            "enabled": True,
            "default_allowed_updates": ["price"],
            "proration_behavior": "always_invoice",
            "products": [
                {"product": product, "prices": prices} for product, prices in choice.items()
            ],
        },
    }
    configurations = client.v1.billing_portal.configurations
    for existing in configurations.list({"active": True, "limit": 100}).auto_paging_iter():
        if existing.metadata is not None and MARK.items() <= existing.metadata.to_dict().items():
            changes = cast("ConfigurationUpdateParamsFeatures", features)
            return configurations.update(existing.id, {"features": changes}).id
    return configurations.create({"features": features, "metadata": MARK}).id


def main(environment: Mapping[str, str]) -> int:
    """Seed the account of STRIPE_API_KEY and print the configuration. Returns the exit status."""
    key = environment.get("STRIPE_API_KEY")
    if not key:
        print("STRIPE_API_KEY is not set: use a test key, sk_test_...", file=sys.stderr)
        return 2
    print(seed(stripe_client(key, environment.get("STRIPE_API_BASE") or None)))
    return 0


if __name__ == "__main__":
    raise SystemExit(main(os.environ))
