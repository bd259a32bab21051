"""Changes in the portal that wait for the end of the period.

docs.stripe.com/customer-management/configure-portal: where a condition of `schedule_at_period_end`
holds (a smaller amount, a shorter interval), the portal attaches a subscription schedule instead:
the current period is its first phase and the change its second. That amounts are compared as those
of a whole period, whatever its length, is our reading, and so is that another interval begins a new
billing cycle.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from simulator.billing.periods import boundary
from simulator.billing.price_amounts import amount_of
from simulator.billing.schedule_clock import KIND, plan_ahead
from simulator.billing.schedules import attached
from simulator.billing.subscription_items import items_of
from simulator.billing.wanted_changes import Change
from simulator.engine import Obj, World

_INTERVAL = ("interval", "interval_count")


def waits_for_period_end(
    world: World, subscription: Obj, change: Change, when: Mapping[str, Any]
) -> bool:
    """Whether any of the conditions holds for a change of the only item."""
    wanted, item = change.items[0], items_of(subscription)[0]
    price = wanted.price or item["price"]
    kinds = {condition["type"] for condition in when["conditions"]}
    quantity = item["quantity"] if wanted.quantity is None else wanted.quantity
    before = amount_of(world, item["price"], item["quantity"])
    smaller = amount_of(world, price, quantity) < before
    shorter = boundary(0, price["recurring"], 1) < boundary(0, item["price"]["recurring"], 1)
    return ("decreasing_item_amount" in kinds and smaller) or (
        "shortening_interval" in kinds and shorter
    )


def schedule_change(world: World, subscription: Obj, change: Change) -> Obj:
    """Attach the schedule; returns the subscription, which is otherwise as it was."""
    wanted, item = change.items[0], items_of(subscription)[0]
    price = wanted.price or item["price"]
    quantity = item["quantity"] if wanted.quantity is None else wanted.quantity
    with world.transaction():
        schedule = attached(world, subscription, {"end_behavior": "release"})
        first = schedule["phases"][0]
        again = {**first["items"][0], "plan": price["id"], "price": price["id"]}
        same = all(price["recurring"][n] == item["price"]["recurring"][n] for n in _INTERVAL)
        second = {
            **first,
            "billing_cycle_anchor": None if same else "phase_start",
            "end_date": boundary(first["end_date"], price["recurring"], 1),
            "items": [{**again, "quantity": quantity}],
            "proration_behavior": change.proration_behavior,
            "start_date": first["end_date"],
            "trial_end": None,
        }
        world.keep(schedule["id"], lets_go=True)
        changed = world.change(
            KIND, schedule["id"], {"phases": [first, second]}, "subscription_schedule.updated"
        )
        plan_ahead(world, changed)
        held = world.get("subscription", subscription["id"])
        assert held is not None
        return held
