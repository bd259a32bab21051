"""What the entitlement must be: a pure function of the customer's subscriptions at Stripe.

Cancellation has two shapes, and winding down means either: `cancel_at_period_end` (classic billing
mode, and the API), or `cancel_at` alone (the portal, under flexible billing mode).
https://docs.stripe.com/billing/subscriptions/billing-mode
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from harness.app.config import Plan, Profile
from harness.app.protocol import Entitlement

Subscription = Mapping[str, Any]
Products = Mapping[str, str]
"""The id of a product at Stripe -> the name of the plan that it is."""

NO_PRODUCTS: Products = MappingProxyType({})
NOT_BILLED = frozenset({"canceled", "incomplete", "incomplete_expired"})


def expected_entitlement(
    subscriptions: Sequence[Subscription],
    plans: Mapping[str, Plan],
    profile: Profile,
    products: Products = NO_PRODUCTS,
) -> Entitlement:
    """The entitlement under the app's profile. `subscriptions` are Stripe's objects, newest first.

    Those of other products than the app's plans are none of its business. Of several the newest
    that grants access counts; if none does, the newest of all names the status.
    """
    ours = [each for each in subscriptions if plan_of(each, plans, products) is not None]
    for each in ours:
        if each["status"] in profile.grants:
            return _granted(each, plans, products)
    return Entitlement(status=ours[0]["status"]) if ours else Entitlement()


def billed(
    subscriptions: Sequence[Subscription],
    plans: Mapping[str, Plan],
    products: Products = NO_PRODUCTS,
) -> int:
    """How many subscriptions to the app's plans the customer has a bill for, now and next time."""
    return sum(
        each["status"] not in NOT_BILLED and plan_of(each, plans, products) is not None
        for each in subscriptions
    )


def trials(
    subscriptions: Sequence[Subscription],
    plans: Mapping[str, Plan],
    products: Products = NO_PRODUCTS,
) -> int:
    """How many subscriptions to the app's plans began with a trial, ended ones included."""
    return sum(
        each["trial_start"] is not None and plan_of(each, plans, products) is not None
        for each in subscriptions
    )


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


def plan_of(
    subscription: Subscription, plans: Mapping[str, Plan], products: Products = NO_PRODUCTS
) -> str | None:
    """The plan of the first item whose price is one of a plan's, or `None`."""
    found = plan_item(subscription, plans, products)
    return None if found is None else found[0]


def plan_item(
    subscription: Subscription, plans: Mapping[str, Plan], products: Products = NO_PRODUCTS
) -> tuple[str, Mapping[str, Any]] | None:
    """The first item whose price is one of a plan's, by lookup key, and that plan. A price whose
    key has moved on to a newer one, and one that never had any, is known by its product.
    """
    names = {plan.lookup_key: name for name, plan in plans.items()}
    for item in subscription["items"]["data"]:
        price = item["price"]
        name = names.get(price["lookup_key"] or "") or products.get(price.get("product") or "")
        if name is not None:
            return name, item
    return None


def period_end(subscription: Subscription) -> int:
    """When what was paid for ends, in Unix seconds: the latest period end of the items."""
    return max(int(item["current_period_end"]) for item in subscription["items"]["data"])


def _granted(
    subscription: Subscription, plans: Mapping[str, Plan], products: Products
) -> Entitlement:
    flag, at = bool(subscription["cancel_at_period_end"]), subscription["cancel_at"]
    found = plan_item(subscription, plans, products)
    assert found is not None, "only the app's own subscriptions grant"
    plan, item = found
    # Metered items have no quantity, and tiered prices no amount of their own.
    seats, price = item.get("quantity"), item["price"].get("unit_amount")
    return Entitlement(
        plan=plan,
        status=subscription["status"],
        access=True,
        winding_down=flag or at is not None,
        cancel_at_period_end=flag,
        cancel_at=at,
        period_end=period_end(subscription),
        seats=seats,
        limit=plans[plan].limit,
        amount=None if price is None or seats is None else price * seats,
    )
