"""`invoice.upcoming`: notice of a renewal, some days ahead.

docs.stripe.com/billing/subscriptions/webhooks: how many days is a setting, and a change of it takes
effect on the next period. The body is the next invoice as it would be now, without an `id` (class
`stripe.Event`). None is sent to subscriptions that send their invoices, whose collection is paused,
or that end with the period; nor, by our choice, to those that are `unpaid`, nor for periods that
are not longer than the notice.
"""

from __future__ import annotations

from simulator.billing.previews import preview_change
from simulator.billing.subscription_items import items_of
from simulator.billing.timelines import timeline_of
from simulator.engine import Obj, World

_RENEWING = frozenset({"active", "past_due", "trialing"})


def announce(world: World, name: str) -> None:
    """Duty `subscription.upcoming`: tell of the renewal, if it is still to come as planned."""
    subscription = world.get("subscription", name)
    if subscription is None or not _renews_by_charging(subscription):
        return
    if world.kept(name).get("upcoming_at") == world.now(timeline_of(subscription)):
        invoice = preview_change(world, subscription, None)
        if invoice is None:
            return
        world.emit("invoice.upcoming", {key: invoice[key] for key in invoice if key != "id"})


def _renews_by_charging(subscription: Obj) -> bool:
    end, ends = subscription["cancel_at"], [i["current_period_end"] for i in items_of(subscription)]
    return (
        subscription["status"] in _RENEWING
        and subscription["collection_method"] == "charge_automatically"
        and subscription["pause_collection"] is None
        and (end is None or end > min(ends))
    )
