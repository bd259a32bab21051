"""Coupons: the terms of a discount (docs.stripe.com/api/coupons, billing/subscriptions/coupons).

`applies_to` and `currency_options` are shown only when they are expanded (class `stripe.Coupon`).
A coupon that is deleted, used up or past its `redeem_by` gives no new discounts; those that it gave
stay.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from simulator.billing.amounts import currency_of
from simulator.billing.call import (
    Call,
    Handler,
    Listing,
    addressed,
    merged_metadata,
    refusal,
    simulates,
    unset,
)
from simulator.contract.errors import MissingParameter, StripeError
from simulator.engine import Obj, World

_ID_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"


def create(world: World, call: Call) -> Obj:
    params = call.only(
        "amount_off",
        "applies_to",
        "currency",
        "currency_options",
        "duration",
        "duration_in_months",
        "id",
        "max_redemptions",
        "metadata",
        "name",
        "percent_off",
        "redeem_by",
    )
    name = params.get("id") or world.ids.token(8, _ID_ALPHABET)
    if world.get("coupon", name):
        raise StripeError("Coupon already exists.", code="resource_already_exists", param="id")
    duration = params.get("duration", "once")
    months = params.get("duration_in_months")
    if duration == "repeating" and not months:
        raise MissingParameter("duration_in_months")
    if duration != "repeating" and months:
        raise refusal(
            "`duration_in_months` can only be set when `duration` is `repeating`.",
            param="duration_in_months",
        )
    now, redeem_by = world.now(), params.get("redeem_by")
    if redeem_by is not None and redeem_by <= now:
        raise refusal("Invalid timestamp: must be in the future.", param="redeem_by")
    coupon: Obj = {
        "id": name,
        "object": "coupon",
        "created": now,
        "duration": duration,
        "duration_in_months": months,
        "livemode": False,
        "max_redemptions": params.get("max_redemptions"),
        "metadata": merged_metadata({}, params.get("metadata")),
        "name": unset(params.get("name")),
        "redeem_by": redeem_by,
        "times_redeemed": 0,
        "valid": True,
        **_amount(params),
    }
    with world.transaction():
        products = simulates(params.get("applies_to") or {}, ("products",), "applies_to")
        world.keep(
            name,
            products=tuple(products.get("products") or ()),
            currency_options=_currency_options(coupon, params.get("currency_options") or {}),
        )
        if redeem_by is not None:
            world.schedule(redeem_by, "coupon.expire", name)
        return world.insert(coupon, "coupon.created")


def _amount(params: Mapping[str, Any]) -> Obj:
    percent, amount = params.get("percent_off"), params.get("amount_off")
    if percent is not None and amount is not None:
        raise refusal(
            "You may only specify one of these parameters: amount_off, percent_off.",
            param="amount_off",
        )
    if percent is not None:
        if not 0 < percent <= 100:
            raise refusal(
                "The `percent_off` must be greater than 0 and at most 100.", param="percent_off"
            )
        return {"amount_off": None, "currency": None, "percent_off": float(percent)}
    if not amount:
        raise MissingParameter("percent_off")
    if amount < 0:
        raise refusal(
            "Invalid positive integer", param="amount_off", code="parameter_invalid_integer"
        )
    if not params.get("currency"):
        raise MissingParameter("currency")
    return {
        "amount_off": amount,
        "currency": currency_of(params["currency"]),
        "percent_off": None,
    }


def _currency_options(coupon: Obj, given: Mapping[str, Any]) -> Obj:
    own = {coupon["currency"]: {"amount_off": coupon["amount_off"]}} if coupon["currency"] else {}
    return {**own, **{currency_of(code): dict(option) for code, option in given.items()}}


def retrieve(world: World, call: Call) -> Obj:
    call.only()
    return addressed(world, "coupon", call.path["coupon"], "coupon")


def update(world: World, call: Call) -> Obj:
    """Only what does not change the terms: name, metadata and further currencies."""
    params = call.only("currency_options", "metadata", "name")
    coupon = addressed(world, "coupon", call.path["coupon"], "coupon")
    changes: Obj = {}
    if "metadata" in params:
        changes["metadata"] = merged_metadata(coupon["metadata"], params["metadata"])
    if "name" in params:
        changes["name"] = unset(params["name"])
    with world.transaction():
        if params.get("currency_options"):
            before = world.kept(coupon["id"])["currency_options"]
            more = _currency_options(coupon, params["currency_options"])
            world.keep(coupon["id"], currency_options={**before, **more})
        return world.change("coupon", coupon["id"], changes, "coupon.updated")


def delete(world: World, call: Call) -> Obj:
    call.only()
    coupon = addressed(world, "coupon", call.path["coupon"], "coupon")
    world.remove("coupon", coupon["id"], "coupon.deleted")
    return {"id": coupon["id"], "object": "coupon", "deleted": True}


def list_all(world: World, call: Call) -> Listing:
    call.only("created")
    return Listing("coupon")


def expire(world: World, name: str) -> None:
    """Duty `coupon.expire`: from `redeem_by` on it can no longer be redeemed."""
    coupon = world.get("coupon", name)
    if coupon is not None and coupon["redeem_by"] is not None:
        world.change("coupon", name, {"valid": False})


def count_redemption(world: World, coupon: Obj) -> None:
    """One more discount was made of it; the last one it allows makes it invalid."""
    redeemed = coupon["times_redeemed"] + 1
    most = coupon["max_redemptions"]
    used_up = most is not None and redeemed >= most
    changes: Obj = {"times_redeemed": redeemed}
    if used_up:
        changes["valid"] = False
    world.change("coupon", coupon["id"], changes)


def _applies_to(world: World, coupon: Obj) -> Obj | None:
    products = world.kept(coupon["id"]).get("products")
    return {"products": list(products)} if products else None


def _shown_currency_options(world: World, coupon: Obj) -> Obj:
    options: Obj = world.kept(coupon["id"]).get("currency_options") or {}
    return options


INCLUDABLE: dict[str, Callable[[World, Obj], Any]] = {
    "applies_to": _applies_to,
    "currency_options": _shown_currency_options,
}

HANDLERS: dict[str, Handler] = {
    "POST /v1/coupons": create,
    "GET /v1/coupons": list_all,
    "GET /v1/coupons/{coupon}": retrieve,
    "POST /v1/coupons/{coupon}": update,
    "DELETE /v1/coupons/{coupon}": delete,
}
