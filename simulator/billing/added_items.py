"""`add_invoice_items`: one-off charges that come with a subscription's next invoice.

docs.stripe.com/api/subscriptions/create; recorded traffic (stripe_subscription_and_one_time_charge)
has their lines before the plan's, with the period of its item. In an update they wait for the next
invoice, which may be the update's own
(docs.stripe.com/billing/subscriptions/billing-mode/compare#invoice-one-time-charges).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from simulator.billing.call import not_simulated, simulates
from simulator.billing.one_off_items import new_one_off
from simulator.billing.subscription_items import items_of
from simulator.engine import Obj, World

_SIMULATED = (
    "discountable",
    "discounts",
    "metadata",
    "price",
    "price_data",
    "quantity",
    "tax_rates",
)


def add_invoice_items(world: World, subscription: Obj, given: Sequence[Mapping[str, Any]]) -> None:
    """Insert the charges as pending items of the subscription, emitting `invoiceitem.created`."""
    if not given:
        return
    customer = world.get("customer", subscription["customer"])
    assert customer is not None
    period = {
        "end": min(item["current_period_end"] for item in items_of(subscription)),
        "start": max(item["current_period_start"] for item in items_of(subscription)),
    }
    for position, entry in enumerate(given):
        where = f"add_invoice_items[{position}]"
        simulates(entry, _SIMULATED, where)
        if not entry.get("price") and not entry.get("price_data"):
            raise not_simulated("a charge without a price", param=f"{where}[price]")
        params = {**entry, "currency": subscription["currency"], "period": period}
        item = new_one_off(world, customer, params, subscription["id"])
        world.insert(item, "invoiceitem.created")
