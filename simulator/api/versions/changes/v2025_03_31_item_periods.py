"""The billing period, which moved from the subscription to each of its items.

Where items have periods of their own, the subscription's is what they share: the latest start and
the earliest end (docs.stripe.com/billing/subscriptions/mixed-interval).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from simulator.api.versions.change import Change
from simulator.api.versions.shape import ABSENT, Lookup, Shape
from simulator.engine import Obj, value_at

START, END = "current_period_start", "current_period_end"


def _over_items(
    field: str, choose: Callable[[Iterable[int]], int]
) -> Callable[[Lookup, Obj], object]:
    def restore(_lookup: Lookup, subscription: Obj) -> object:
        items = value_at(subscription, ("items", "data")) or ()
        found = [item[field] for item in items if item.get(field) is not None]
        return choose(found) if found else ABSENT

    return restore


CHANGE = Change(
    version="2025-03-31.basil",
    summary="The billing period is on each subscription item, and no longer on the subscription.",
    page="https://docs.stripe.com/changelog/basil/2025-03-31/deprecate-subscription-current-period-start-and-end",
    shapes={
        "subscription": Shape(removed={START: _over_items(START, max), END: _over_items(END, min)}),
        "subscription_item": Shape(added=(START, END)),
    },
)
