"""What customers are entitled to: the features of the products that they subscribe to.

docs.stripe.com/billing/entitlements. A subscription takes up what its products have when it begins,
when an item changes its price, and when a period begins: "existing subscriptions will create active
entitlements for any product feature changes at the start of the next billing period". A customer
has one active entitlement for each feature, whatever grants it. Each change is told by
`entitlements.active_entitlement_summary.updated`, with all that there is now, after the events of
the subscription.

Our choices, where Stripe's documentation is silent: `past_due` still grants, `unpaid` and
`incomplete` do not; a scheduled end takes nothing before it comes; the summary shows the first ten.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

from simulator.billing.call import Call, Embedded, Handler, addressed, existing
from simulator.billing.subscription_items import items_of
from simulator.billing.subscription_status import ENDED
from simulator.contract.errors import MissingParameter
from simulator.engine import Obj, World

KIND = "entitlements.active_entitlement"
SUMMARY = "entitlements.active_entitlement_summary"
GRANTING = frozenset({"active", "trialing", "past_due"})
SHOWN = 10

Grants: TypeAlias = Mapping[str, tuple[str, int, tuple[str, ...]]]
"""By subscription item: its price, the beginning of its period, and the features it gives."""


def attached_to(world: World, product: str) -> list[Obj]:
    """The product features of a product, newest first."""
    names = world.kept(f"features:{product}").get("attached", ())
    found = (world.get("product_feature", name) for name in names)
    return [holding for holding in found if holding is not None]


def freeze_grants(world: World, product: str) -> None:
    """Note what the subscribers of a product have, before its features change."""
    for subscription in world.walk("subscription"):
        sold = (item["price"]["product"] for item in items_of(subscription))
        if subscription["status"] not in ENDED and product in sold:
            _take_up(world, subscription)


def subscription_changed(world: World, name: str) -> None:
    """Law `after` a subscription changed: bring its customer's entitlements up to date."""
    subscription = world.get("subscription", name)
    if subscription is None:
        return
    if not world.count("product_feature") and not _held(world, subscription["customer"]):
        return
    _take_up(world, subscription)
    _settle(world, subscription["customer"])


def _take_up(world: World, subscription: Obj) -> None:
    """Keep what each item gives: as before, unless its price or its period is another one."""
    before: Grants = world.kept(subscription["id"]).get("grants", {})
    after: dict[str, tuple[str, int, tuple[str, ...]]] = {}
    for item in items_of(subscription):
        price, start = item["price"]["id"], item["current_period_start"]
        known = before.get(item["id"])
        if known is not None and known[:2] == (price, start):
            after[item["id"]] = known
            continue
        features = attached_to(world, item["price"]["product"])
        given = tuple(holding["entitlement_feature"]["id"] for holding in reversed(features))
        after[item["id"]] = (price, start, given)
    if after != before:
        world.keep(subscription["id"], grants=after)


def _granted(world: World, customer: str) -> dict[str, None]:
    """The features that a customer's subscriptions give, oldest subscription first."""
    granted: dict[str, None] = {}
    for subscription in reversed(world.find("subscription", "customer", customer)):
        if subscription["status"] in GRANTING:
            grants: Grants = world.kept(subscription["id"]).get("grants", {})
            for _, _, features in grants.values():
                granted.update(dict.fromkeys(features))
    return granted


def _held(world: World, customer: str) -> Mapping[str, str]:
    """Feature -> active entitlement of a customer, oldest first."""
    held: Mapping[str, str] = world.kept(f"entitlements:{customer}").get("held", {})
    return held


def _settle(world: World, customer: str) -> None:
    granted, held = _granted(world, customer), _held(world, customer)
    if granted.keys() == held.keys():
        return
    before = _summary(world, customer)
    with world.transaction():
        for feature, name in held.items():
            if feature not in granted:
                world.remove(KIND, name)
        now = {feature: name for feature, name in held.items() if feature in granted}
        for feature in granted:
            if feature not in now:
                now[feature] = world.insert(_entitlement(world, feature))["id"]
        world.keep(f"entitlements:{customer}", held=now)
        world.emit(f"{SUMMARY}.updated", _summary(world, customer), before)


def _entitlement(world: World, feature: str) -> Obj:
    known = world.get("entitlements.feature", feature)
    assert known is not None
    return {
        "id": f"ent_test_61{world.ids.token(30)}",
        "object": KIND,
        "feature": feature,
        "livemode": False,
        "lookup_key": known["lookup_key"],
    }


def _active(world: World, customer: str) -> tuple[Obj, ...]:
    """A customer's active entitlements, newest first."""
    found = (world.get(KIND, name) for name in _held(world, customer).values())
    return tuple(entitlement for entitlement in found if entitlement is not None)[::-1]


def _summary(world: World, customer: str) -> dict[str, Any]:
    active = _active(world, customer)
    return {
        "object": SUMMARY,
        "customer": customer,
        "entitlements": {
            "object": "list",
            "data": list(active[:SHOWN]),
            "has_more": len(active) > SHOWN,
            "url": f"/v1/customer/{customer}/entitlements",
        },
        "livemode": False,
    }


def list_active(world: World, call: Call) -> Embedded:
    params = call.only("customer")
    if not params.get("customer"):
        raise MissingParameter("customer")
    customer = existing(world, "customer", params["customer"], "customer")
    return Embedded(_active(world, customer["id"]))


def retrieve(world: World, call: Call) -> Obj:
    call.only()
    return addressed(world, KIND, call.path["id"])


HANDLERS: dict[str, Handler] = {
    "GET /v1/entitlements/active_entitlements": list_active,
    "GET /v1/entitlements/active_entitlements/{id}": retrieve,
}
