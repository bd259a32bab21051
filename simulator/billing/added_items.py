"""`add_invoice_items`: one-off charges that come with a subscription's next invoice.

docs.stripe.com/api/subscriptions/create; recorded traffic (stripe_subscription_and_one_time_charge)
has their lines before the plan's, with the period of its item; `period` asks for another one. In an
update they wait for the next invoice, which may be the update's own
(docs.stripe.com/billing/subscriptions/billing-mode/compare#invoice-one-time-charges).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from simulator.billing.call import not_simulated, refusal, simulates
from simulator.billing.one_off_items import new_one_off
from simulator.billing.subscription_items import items_of
from simulator.billing.timelines import time_of
from simulator.engine import Obj, World

CHARGE = (
    "discountable",
    "discounts",
    "metadata",
    "period",
    "price",
    "price_data",
    "quantity",
    "tax_rates",
)
"""The parameters of one charge that are simulated."""


def add_invoice_items(
    world: World,
    subscription: Obj,
    given: Sequence[Mapping[str, Any]],
    phase: tuple[int, int] | None = None,
) -> None:
    """Insert the charges as pending items of the subscription, emitting `invoiceitem.created`.

    `phase` are start and end of the schedule's phase that they come with, if one does.
    """
    if not given:
        return
    customer = world.get("customer", subscription["customer"])
    assert customer is not None
    now = time_of(world, customer)
    for position, entry in enumerate(given):
        where = f"add_invoice_items[{position}]"
        simulates(entry, CHARGE, where)
        if not entry.get("price") and not entry.get("price_data"):
            raise not_simulated("a charge without a price", param=f"{where}[price]")
        period = _period(entry.get("period") or {}, subscription, now, phase, where)
        params = {**entry, "currency": subscription["currency"], "period": period}
        item = new_one_off(world, customer, params, subscription["id"])
        world.insert(item, "invoiceitem.created")


def _period(
    given: Mapping[str, Any],
    subscription: Obj,
    now: int,
    phase: tuple[int, int] | None,
    where: str,
) -> Obj:
    """By default what all items have in common of their periods."""
    items = items_of(subscription)
    instants = {
        "max_item_period_start": max(item["current_period_start"] for item in items),
        "min_item_period_end": min(item["current_period_end"] for item in items),
        "now": now,
    }
    if phase is not None:
        instants |= {"phase_start": phase[0], "phase_end": phase[1]}
    default = {"start": "max_item_period_start", "end": "min_item_period_end"}
    period = {}
    for side, usual in default.items():
        asked = given.get(side) or {"type": usual}
        known = {**instants, "timestamp": asked.get("timestamp")}
        instant = known.get(asked["type"])
        if instant is None:
            raise refusal(
                f"`{asked['type']}` needs a `timestamp`, or is not known here.",
                param=f"{where}[period][{side}][type]",
            )
        period[side] = instant
    if period["start"] > period["end"]:
        raise refusal(
            "The period of an invoice item cannot end before it starts.",
            param=f"{where}[period][end]",
        )
    return period
