"""Prices of which the quantity is what a meter has counted: `recurring[usage_type]=metered`.

docs.stripe.com/billing/subscriptions/usage-based; since 2025-03-31.basil every such price has a
meter, and older requests are told so too, since usage records are not simulated. The words of the
refusals are Stripe's but for those about meters that do not fit, which are ours.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from simulator.billing.call import existing, refusal
from simulator.billing.meters import KIND
from simulator.contract.errors import StripeError
from simulator.engine import Obj, World


def is_metered(price: Obj) -> bool:
    """Whether a recurring price is paid afterwards, for what was used."""
    return bool(price["recurring"]["usage_type"] == "metered")


def meter_of(world: World, price: Obj) -> Obj:
    meter = world.get(KIND, price["recurring"]["meter"])
    assert meter is not None
    return meter


def check_usage(world: World, recurring: Mapping[str, Any]) -> None:
    """Refuse a price without the meter it needs, or with one that it cannot have."""
    name, metered = recurring.get("meter"), recurring.get("usage_type") == "metered"
    if not metered:
        if name:
            raise refusal(
                "You can only set `recurring[meter]` if `recurring[usage_type]=metered`.",
                param="recurring[meter]",
            )
        return
    if not name:
        raise StripeError(
            "Starting with Stripe version `2025-03-31.basil`, metered prices must be backed by"
            " meters."
        )
    if existing(world, KIND, name, "recurring[meter]")["status"] != "active":
        raise refusal(
            f"The meter `{name}` is inactive. A deactivated meter cannot be attached to a price.",
            param="recurring[meter]",
        )


def check_quantity(price: Obj, quantity: int | None, where: str) -> None:
    """Refuse a quantity for what is metered; `where` is the entry's bracket path."""
    if quantity is None or not is_metered(price):
        return
    if where.startswith("line_items"):
        told = (
            "Quantity should not be specified where usage_type is `metered`. Remove quantity from"
            f" `{where}`"
        )
    else:
        told = "You cannot set the quantity for metered plans."
    raise refusal(told, param=f"{where}[quantity]")


def check_clearing(subscription: Obj, price: Obj | None, where: str) -> None:
    """Refuse `clear_usage` but for a metered item in classic billing mode, where it does nothing.

    Class `stripe.params.SubscriptionModifyParamsItem`: it has no effect on a price with a meter.
    """
    if subscription["billing_mode"]["type"] == "flexible":
        raise refusal(
            "With `billing_mode.type=flexible` set on a subscription, the following parameters are"
            " not supported: clear_usage.",
            param=f"{where}[clear_usage]",
        )
    if price is None or not is_metered(price):
        raise refusal(
            "`clear_usage` is allowed only where the item's price has `usage_type=metered`.",
            param=f"{where}[clear_usage]",
        )
