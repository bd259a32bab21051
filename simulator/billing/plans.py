"""Plans: the older way to make a recurring price, and still the only one that may choose its id.

docs.stripe.com/api/plans. A plan and the price of the same id are one thing seen twice; Carom keeps
the price and shows the plan (`catalog.plan_of`).
"""

from __future__ import annotations

from typing import Any

from simulator.billing.call import (
    Call,
    Embedded,
    Handler,
    merged_metadata,
    not_simulated,
    unset,
)
from simulator.billing.catalog import addressed_price, change_price, is_deleted, new_price, plan_of
from simulator.billing.subscription_items import items_of
from simulator.contract.errors import NoSuchObject, StripeError
from simulator.engine import Obj, World


def create(world: World, call: Call) -> Obj:
    params = call.only(
        "active",
        "amount",
        "amount_decimal",
        "billing_scheme",
        "currency",
        "id",
        "interval",
        "interval_count",
        "metadata",
        "meter",
        "nickname",
        "product",
        "trial_period_days",
        "usage_type",
    )
    name = params.get("id")
    if name and world.get("price", name):
        raise StripeError("Plan already exists.", code="resource_already_exists", param="id")
    return plan_of(new_price(world, _as_price(params), name=name))


def _as_price(params: Any) -> Obj:
    """The parameters of `POST /v1/prices` that say the same."""
    recurring = ("interval", "interval_count", "meter", "trial_period_days", "usage_type")
    same = ("active", "billing_scheme", "currency", "metadata", "nickname")
    price: Obj = {name: params[name] for name in same if name in params}
    price["recurring"] = {name: params[name] for name in recurring if name in params}
    for name, own in (("amount", "unit_amount"), ("amount_decimal", "unit_amount_decimal")):
        if name in params:
            price[own] = params[name]
    if "product" in params:
        product = params["product"]
        price["product" if isinstance(product, str) else "product_data"] = product
    return price


def retrieve(world: World, call: Call) -> Obj:
    call.only()
    return plan_of(_addressed(world, call))


def update(world: World, call: Call) -> Obj:
    params = call.only("active", "metadata", "nickname")
    price = _addressed(world, call)
    changes: Obj = {}
    if "active" in params:
        changes["active"] = params["active"]
    if "nickname" in params:
        changes["nickname"] = unset(params["nickname"])
    if "metadata" in params:
        changes["metadata"] = merged_metadata(price["metadata"], params["metadata"])
    with world.transaction():
        price = change_price(world, price["id"], changes)
        world.emit("plan.updated", plan_of(price))
    return plan_of(price)


def delete(world: World, call: Call) -> Obj:
    """No new subscribers; those that there are go on (docs.stripe.com/api/plans/delete)."""
    call.only()
    price = _addressed(world, call)
    name = price["id"]
    with world.transaction():
        world.emit("plan.deleted", plan_of(price))
        if _is_used(world, name):
            world.keep(name, deleted=True)
            world.emit("price.deleted", price)
        else:
            world.remove("price", name, "price.deleted")
    return {"id": name, "object": "plan", "deleted": True}


def _is_used(world: World, name: str) -> bool:
    """Whether anything was ever to be billed by the plan."""
    items = (item for s in world.walk("subscription") for item in items_of(s))
    schedules = world.walk("subscription_schedule")
    planned = (item["price"] for s in schedules for p in s["phases"] for item in p["items"])
    charges = world.walk("invoiceitem")
    return (
        any(item["price"]["id"] == name for item in items)
        or name in planned
        or any(item["pricing"]["price_details"]["price"] == name for item in charges)
    )


def list_all(world: World, call: Call) -> Embedded:
    params = call.only("active", "product", "created")
    if params.get("created"):
        raise not_simulated("filtering plans by `created`", param="created")
    wanted = {name: params[name] for name in ("active", "product") if name in params}
    plans = (
        plan_of(price)
        for price in world.find("price")
        if price["recurring"] and not is_deleted(world, price["id"])
    )
    return Embedded(
        tuple(p for p in plans if all(p[name] == value for name, value in wanted.items()))
    )


def _addressed(world: World, call: Call) -> Obj:
    price = addressed_price(world, call.path["plan"], "plan")
    if price["recurring"] is None:
        raise NoSuchObject("plan", price["id"], "plan", in_path=True)
    return price


HANDLERS: dict[str, Handler] = {
    "POST /v1/plans": create,
    "GET /v1/plans": list_all,
    "GET /v1/plans/{plan}": retrieve,
    "POST /v1/plans/{plan}": update,
    "DELETE /v1/plans/{plan}": delete,
}
