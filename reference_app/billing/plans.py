"""The plans, and which one a Stripe price stands for.

A price is recognised by its `lookup_key`, never by its id: ids differ between accounts and change
when a price is re-created, and https://docs.stripe.com/products-prices/manage-prices#lookup-keys is
made for this. When a key moves to a newer price (`transfer_lookup_key`) the old price loses it
while customers still pay it; such a price is known by the `plan` in its metadata.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import stripe


@dataclass(frozen=True, slots=True)
class Plan:
    """What an organisation can have. A higher `rank` wins where two are paid at once."""

    name: str
    title: str
    rank: int
    pitch: str
    features: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Offer:
    """A way to pay for a plan: the lookup key of its price, and how often it is paid."""

    lookup_key: str
    plan: Plan
    interval: str


@dataclass(frozen=True, slots=True)
class Amount:
    """What a price costs each time: `amount_minor` in the currency's smallest unit."""

    amount_minor: int
    currency: str


FREE = Plan("free", "Free", 0, "For a look around.", ("1 table", "30 days of history"))
BASIC = Plan(
    "basic",
    "Basic",
    1,
    "For a club that meets every week.",
    ("8 tables", "A year of history", "League tables"),
)
PRO = Plan(
    "pro",
    "Pro",
    2,
    "For venues with members, doors and a bar.",
    ("Unlimited tables", "All history", "League tables", "Door and light control"),
)

PLANS: Mapping[str, Plan] = {plan.name: plan for plan in (FREE, BASIC, PRO)}

OFFERS: Mapping[str, Offer] = {
    offer.lookup_key: offer
    for offer in (
        Offer("basic_monthly", BASIC, "month"),
        Offer("basic_yearly", BASIC, "year"),
        Offer("pro_monthly", PRO, "month"),
        Offer("pro_yearly", PRO, "year"),
    )
}


def plan_of(price: Mapping[str, Any]) -> Plan | None:
    """The plan that this price (a Stripe Price as a dict) pays for; `None` if it is not ours."""
    offer = OFFERS.get(price.get("lookup_key") or "")
    if offer is not None:
        return offer.plan
    return PLANS.get((price.get("metadata") or {}).get("plan", ""))


def amounts(client: stripe.StripeClient) -> dict[str, Amount]:
    """What each offer costs, by lookup key:

    Stripe's own figures, so that no page can disagree with them.
    """
    found = client.v1.prices.list({"lookup_keys": list(OFFERS), "active": True, "limit": 100}).data
    return {
        price.lookup_key: Amount(price.unit_amount, price.currency)
        for price in found
        if price.lookup_key is not None and price.unit_amount is not None
    }
