"""Subscriptions that are `paused`: no period, no invoice, until they are resumed.

docs.stripe.com/billing/subscriptions/pause; `status_details` is class `stripe.Subscription`'s. The
update is told before `customer.subscription.paused`, so that it can say what the subscription was
before; Stripe names no order.
"""

from __future__ import annotations

from typing import Literal

from simulator.engine import Obj, World

Reason = Literal["pause_requested", "trial_end_without_payment_method"]
_UPDATED = "customer.subscription.updated"
_PAUSED = "customer.subscription.paused"


def pause_at(world: World, subscription: Obj, at: int, reason: Reason, fields: Obj) -> Obj:
    """Pause a subscription; `fields` change with its status."""
    details = {
        "paused": {
            "subscription": {"type": reason},
            "transitioned_at": at,
            "type": "subscription",
        }
    }
    paused = {**fields, "status": "paused", "status_details": details}
    return world.change("subscription", subscription["id"], paused, _UPDATED, _PAUSED)
