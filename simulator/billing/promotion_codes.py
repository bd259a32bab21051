"""Promotion codes: what a customer types to get a coupon's discount.

docs.stripe.com/api/promotion_codes and billing/subscriptions/coupons#promotion-codes. Codes are
compared without regard to case, and a code is unique among those that are active for the same
customer.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from simulator.billing.call import (
    Call,
    Handler,
    Listing,
    addressed,
    existing,
    merged_metadata,
    refusal,
)
from simulator.contract.errors import MissingParameter, StripeError
from simulator.engine import Obj, World

_ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"


def create(world: World, call: Call) -> Obj:
    params = call.only(
        "active",
        "code",
        "customer",
        "expires_at",
        "max_redemptions",
        "metadata",
        "promotion",
        "restrictions",
    )
    promotion = params["promotion"]
    if not promotion.get("coupon"):
        raise MissingParameter("promotion[coupon]")
    coupon = existing(world, "coupon", promotion["coupon"], "promotion[coupon]")
    if params.get("customer"):
        existing(world, "customer", params["customer"], "customer")
    code = params.get("code") or world.ids.token(8, _ALPHABET)
    active = params.get("active", True)
    if active:
        _check_free(world, code, params.get("customer"))
    _check_redemptions(coupon, params)
    promotion_code: Obj = {
        "id": world.ids.new("promo"),
        "object": "promotion_code",
        "active": active,
        "code": code,
        "created": world.now(),
        "customer": params.get("customer"),
        "customer_account": None,
        "expires_at": params.get("expires_at"),
        "livemode": False,
        "max_redemptions": params.get("max_redemptions"),
        "metadata": merged_metadata({}, params.get("metadata")),
        "promotion": {"coupon": coupon["id"], "type": "coupon"},
        "restrictions": _restrictions(params.get("restrictions") or {}),
        "times_redeemed": 0,
    }
    with world.transaction():
        if promotion_code["expires_at"]:
            world.schedule(
                promotion_code["expires_at"], "promotion_code.expire", promotion_code["id"]
            )
        return world.insert(promotion_code, "promotion_code.created")


def _check_free(world: World, code: str, customer: str | None) -> None:
    for other in world.find("promotion_code"):
        same = other["code"].upper() == code.upper() and other["customer"] == customer
        if same and other["active"]:
            raise refusal(
                "An active promotion code with `code:"
                f" {other['code']}` already exists. To use it, make a request to retrieve it.",
                param="code",
            )


def _check_redemptions(coupon: Obj, params: Mapping[str, Any]) -> None:
    most, own = coupon["max_redemptions"], params.get("max_redemptions")
    if most is not None and own is not None and own > most:
        raise refusal(
            "Promotion code `max_redemptions` cannot exceed the coupon's `max_redemptions`.",
            param="max_redemptions",
        )
    ends, expires = coupon["redeem_by"], params.get("expires_at")
    if ends is not None and expires is not None and expires > ends:
        raise refusal(
            "Promotion code `expires_at` cannot be later than the coupon's `redeem_by`.",
            param="expires_at",
        )


def _restrictions(given: Mapping[str, Any]) -> Obj:
    shown: Obj = {
        "first_time_transaction": given.get("first_time_transaction", False),
        "minimum_amount": given.get("minimum_amount"),
        "minimum_amount_currency": given.get("minimum_amount_currency"),
    }
    return shown


def retrieve(world: World, call: Call) -> Obj:
    call.only()
    return addressed(world, "promotion_code", call.path["promotion_code"], "promotion_code")


def update(world: World, call: Call) -> Obj:
    params = call.only("active", "metadata")
    found = addressed(world, "promotion_code", call.path["promotion_code"], "promotion_code")
    changes: Obj = {}
    if "metadata" in params:
        changes["metadata"] = merged_metadata(found["metadata"], params["metadata"])
    if "active" in params and params["active"] != found["active"]:
        if params["active"]:
            _check_free(world, found["code"], found["customer"])
        changes["active"] = params["active"]
    return world.change("promotion_code", found["id"], changes, "promotion_code.updated")


def list_all(world: World, call: Call) -> Listing:
    params = call.only("active", "code", "coupon", "created", "customer")
    coupon, code = params.get("coupon"), params.get("code")
    wanted = {key: params[key] for key in ("active", "customer") if key in params}

    def keep(found: Obj) -> bool:
        return (
            (not coupon or found["promotion"]["coupon"] == coupon)
            and (not code or found["code"].upper() == code.upper())
            and all(found[key] == value for key, value in wanted.items())
        )

    return Listing("promotion_code", keep=keep)


def expire(world: World, name: str) -> None:
    """Duty `promotion_code.expire`: at `expires_at` a code stops being active."""
    found = world.get("promotion_code", name)
    if found is not None and found["active"]:
        world.change("promotion_code", name, {"active": False}, "promotion_code.updated")


def by_code(world: World, code: str, customer: str | None) -> Obj:
    """The active code that a customer typed on a page; refused in words for them."""
    for found in world.find("promotion_code"):
        same = found["code"].upper() == code.strip().upper()
        if same and found["active"] and found["customer"] in (None, customer):
            return found
    raise StripeError("This code is invalid.", param="promotion_code")


def check_redeemable(
    world: World, found: Obj, customer: str | None, amount: int | None, param: str
) -> None:
    """Refuses a code that this customer, or this amount, does not get."""
    if not found["active"]:
        raise refusal("This promotion code is inactive.", param=param)
    if found["customer"] not in (None, customer):
        raise refusal("This promotion code belongs to another customer.", param=param)
    limits = found["restrictions"]
    if limits["first_time_transaction"] and customer and _has_paid(world, customer):
        raise refusal(
            "This promotion code cannot be redeemed because the associated customer has prior"
            " transactions.",
            param=param,
        )
    least = limits["minimum_amount"]
    if least is not None and amount is not None and amount < least:
        raise refusal(
            "This promotion code cannot be redeemed because the amount is below its minimum of"
            f" {least} {limits['minimum_amount_currency']}.",
            param=param,
        )


def _has_paid(world: World, customer: str) -> bool:
    return any(charge["paid"] for charge in world.walk("charge", "customer", customer))


def count_redemption(world: World, found: Obj) -> None:
    """One more discount came of it; the last one it allows makes it inactive."""
    redeemed = found["times_redeemed"] + 1
    most = found["max_redemptions"]
    changes: Obj = {"times_redeemed": redeemed}
    if most is not None and redeemed >= most:
        changes["active"] = False
    world.change("promotion_code", found["id"], changes)


HANDLERS: dict[str, Handler] = {
    "POST /v1/promotion_codes": create,
    "GET /v1/promotion_codes": list_all,
    "GET /v1/promotion_codes/{promotion_code}": retrieve,
    "POST /v1/promotion_codes/{promotion_code}": update,
}
