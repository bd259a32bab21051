"""A subscription as its customer sees it: what it costs, where it stands, what may be done.

What the portal offers follows the configuration, and the limits of
docs.stripe.com/customer-management: no switch for several items, metered prices or emailed
invoices; no cancelling of what already ends.
"""

from __future__ import annotations

from dataclasses import dataclass

from simulator.engine.objects import Obj
from simulator.engine.world import World
from simulator.pages.words import day, price_text

OVER = frozenset({"canceled", "incomplete_expired"})


@dataclass(frozen=True, slots=True)
class Badge:
    """A short word and its colour: `good`, `warn`, `bad` or `plain`."""

    text: str
    kind: str


@dataclass(frozen=True, slots=True)
class Plan:
    """One current subscription. `standing` is a sentence about what comes next."""

    id: str
    name: str
    prices: tuple[str, ...]
    badge: Badge | None
    standing: str
    can_cancel: bool
    can_renew: bool
    can_switch: bool


@dataclass(frozen=True, slots=True)
class Option:
    """A price that one may switch to. Quantities are `None` where they cannot be chosen."""

    price: str
    name: str
    text: str
    current: bool
    minimum: int | None = None
    maximum: int | None = None


def current_plans(world: World, customer: str, configuration: Obj) -> list[Plan]:
    """The customer's subscriptions that are not over, newest first."""
    return [
        plan_of(world, subscription, configuration)
        for subscription in world.find("subscription", "customer", customer)
        if subscription["status"] not in OVER
    ]


def plan_of(world: World, subscription: Obj, configuration: Obj) -> Plan:
    items = subscription["items"]["data"]
    ending = ends_at(subscription) is not None
    features = configuration["features"]
    return Plan(
        id=subscription["id"],
        name=", ".join(_names(world, items)),
        prices=tuple(price_text(item["price"], item.get("quantity") or 1) for item in items),
        badge=_badge(subscription),
        standing=_standing(subscription),
        can_cancel=features["subscription_cancel"]["enabled"] and not ending,
        can_renew=features["subscription_cancel"]["enabled"] and ending,
        can_switch=may_switch(subscription, features["subscription_update"]) and not ending,
    )


def ends_at(subscription: Obj) -> int | None:
    """When a subscription that is winding down ends, in either shape; `None` if it goes on."""
    if subscription["cancel_at"] is not None:
        moment: int = subscription["cancel_at"]
        return moment
    return period_end(subscription) if subscription["cancel_at_period_end"] else None


def period_end(subscription: Obj) -> int:
    ends: list[int] = [item["current_period_end"] for item in subscription["items"]["data"]]
    return max(ends)


def may_switch(subscription: Obj, feature: Obj) -> bool:
    items = subscription["items"]["data"]
    return (
        feature["enabled"]
        and "price" in feature["default_allowed_updates"]
        and len(items) == 1
        and items[0]["price"]["recurring"]["usage_type"] == "licensed"
        and subscription["collection_method"] == "charge_automatically"
        and subscription["status"] in ("active", "trialing")
    )


def options(world: World, subscription: Obj, feature: Obj) -> list[Option]:
    """What the configuration lets this subscription switch to, its present price among it."""
    (item,) = subscription["items"]["data"]
    found = []
    for offered in feature["products"]:
        product = world.get("product", offered["product"])
        bounds = offered.get("adjustable_quantity") or {}
        adjustable = bounds.get("enabled") and "quantity" in feature["default_allowed_updates"]
        for name in offered["prices"]:
            price = world.get("price", name)
            if product is None or price is None:
                continue
            found.append(
                Option(
                    price=name,
                    name=price["nickname"] or product["name"],
                    text=price_text(price),
                    current=name == item["price"]["id"],
                    minimum=bounds.get("minimum") or 1 if adjustable else None,
                    maximum=bounds.get("maximum") if adjustable else None,
                )
            )
    return found


def product_name(world: World, price: Obj) -> str:
    """The product of a price, by name; a deleted product leaves its id."""
    product = price["product"]
    if isinstance(product, dict):
        return str(product.get("name", product["id"]))
    found = world.get("product", product)
    return str(found["name"]) if found else str(product)


def _names(world: World, items: list[Obj]) -> list[str]:
    return list(dict.fromkeys(product_name(world, item["price"]) for item in items))


def _badge(subscription: Obj) -> Badge | None:
    ending = ends_at(subscription)
    if ending is not None:
        return Badge(f"Cancels {day(ending)}", "warn")
    return {
        "trialing": Badge("Trial", "good"),
        "past_due": Badge("Past due", "bad"),
        "unpaid": Badge("Unpaid", "bad"),
        "incomplete": Badge("Incomplete", "warn"),
        "paused": Badge("Paused", "plain"),
    }.get(subscription["status"])


def _standing(subscription: Obj) -> str:
    ending = ends_at(subscription)
    if ending is not None:
        return f"Your plan will be canceled on {day(ending)}. You can use it until then."
    match subscription["status"]:
        case "trialing":
            return f"Your free trial ends on {day(subscription['trial_end'])}."
        case "past_due" | "unpaid":
            return "Your last payment failed. Update your payment method to keep this plan."
        case "incomplete":
            return "The first payment has not succeeded yet."
        case "paused":
            return "This plan is paused."
    return f"Your plan renews on {day(period_end(subscription))}."
