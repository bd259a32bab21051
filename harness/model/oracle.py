"""What the entitlement must be: a pure function of the customer's subscriptions at Stripe.

Cancellation has two shapes, and winding down means either: `cancel_at_period_end` (classic billing
mode, and the API), or `cancel_at` alone (the portal, under flexible billing mode).
https://docs.stripe.com/billing/subscriptions/billing-mode
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from harness.app.config import Plan, Profile
from harness.app.protocol import Entitlement

Subscription = Mapping[str, Any]


def expected_entitlement(
    subscriptions: Sequence[Subscription], plans: Mapping[str, Plan], profile: Profile
) -> Entitlement:
    """The entitlement under the app's profile. `subscriptions` are Stripe's objects, newest first.

    Of several the newest that grants access counts; if none does, the newest of all names the
    status.
    """
    granting = [each for each in subscriptions if each["status"] in profile.grants]
    if granting:
        return _granted(granting[0], plans)
    if subscriptions:
        return Entitlement(status=subscriptions[0]["status"])
    return Entitlement()


def differs(shown: Entitlement, expected: Entitlement) -> str | None:
    """In which field the app shows something else than expected, or `None`.

    Access, plan and winding down always count. The rest counts while access lasts: how an app
    words what has ended (`canceled`, `free`, nothing) is its own affair. What an app does not show
    is not judged.
    """
    always = ("access", "plan", "winding_down")
    while_granted = ("status", "cancel_at_period_end", "cancel_at", "period_end")
    for name in always + (while_granted if expected.access else ()):
        seen, wanted = getattr(shown, name), getattr(expected, name)
        if seen is not None and seen != wanted:
            return f"{name} is {seen}, not {wanted}"
    return None


def plan_of(subscription: Subscription, plans: Mapping[str, Plan]) -> str | None:
    """The plan of the first item whose price has a known lookup key."""
    names = {plan.lookup_key: name for name, plan in plans.items()}
    for item in subscription["items"]["data"]:
        name = names.get(item["price"]["lookup_key"] or "")
        if name is not None:
            return name
    return None


def period_end(subscription: Subscription) -> int:
    """When what was paid for ends, in Unix seconds: the latest period end of the items."""
    return max(int(item["current_period_end"]) for item in subscription["items"]["data"])


def _granted(subscription: Subscription, plans: Mapping[str, Plan]) -> Entitlement:
    flag, at = bool(subscription["cancel_at_period_end"]), subscription["cancel_at"]
    return Entitlement(
        plan=plan_of(subscription, plans) or "unknown",
        status=subscription["status"],
        access=True,
        winding_down=flag or at is not None,
        cancel_at_period_end=flag,
        cancel_at=at,
        period_end=period_end(subscription),
    )
