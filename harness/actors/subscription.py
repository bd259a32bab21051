"""Which subscription a story means by "the subscription": the customer's newest one to a plan of
the app that is alive.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from harness.actors.moment import StepImpossible
from harness.model.oracle import plan_item as item_of
from harness.stage import Stage
from harness.stripe_side import Obj

_ENDED = ("canceled", "incomplete_expired")


def live_subscription(stage: Stage) -> Obj:
    for subscription in stage.stripe.subscriptions(stage.customer.stripe_id):
        ours = item_of(subscription, stage.config.plans, stage.products) is not None
        if ours and subscription["status"] not in _ENDED:
            return subscription
    raise StepImpossible("the customer has no subscription at Stripe that is alive")


def plan_item(stage: Stage) -> Mapping[str, Any]:
    """The item of the subscription that is the plan, whatever else it has."""
    found = item_of(live_subscription(stage), stage.config.plans, stage.products)
    assert found is not None
    return found[1]
