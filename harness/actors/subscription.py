"""Which subscription a story means by "the subscription": the customer's newest one that is
alive.
"""

from __future__ import annotations

from harness.actors.moment import StepImpossible
from harness.stage import Stage
from harness.stripe_side import Obj

_ENDED = ("canceled", "incomplete_expired")


def live_subscription(stage: Stage) -> Obj:
    for subscription in stage.stripe.subscriptions(stage.customer.stripe_id):
        if subscription["status"] not in _ENDED:
            return subscription
    raise StepImpossible("the customer has no subscription at Stripe that is alive")
