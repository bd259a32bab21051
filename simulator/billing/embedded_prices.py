"""Prices as subscriptions show them.

A subscription item embeds its whole price and plan, and Stripe shows both as they are now: after
`transfer_lookup_key` an old subscriber's item has no lookup key any more. No event tells of it; the
subscription's next one shows it.
"""

from __future__ import annotations

from simulator.engine import Obj, World


def show_in_subscriptions(world: World, price: Obj, plan: Obj) -> None:
    """Put a changed recurring price, and the plan it also is, in place of what items embed."""
    for subscription in world.find("subscription"):
        items = subscription["items"]
        if all(item["price"]["id"] != price["id"] for item in items["data"]):
            continue
        data = [
            {**item, "price": price, "plan": plan} if item["price"]["id"] == price["id"] else item
            for item in items["data"]
        ]
        changes: Obj = {"items": {**items, "data": data}}
        if subscription["plan"] is not None:
            changes["plan"] = plan
        world.change("subscription", subscription["id"], changes)
