"""What a price charges: per unit, by tiers or in packages, as `POST /v1/prices` says it.

docs.stripe.com/api/prices/create. The tiers of a price and what it costs in each currency are shown
only when they are expanded (class `stripe.Price`, `tiers` and `currency_options`). A fraction of a
minor unit has no `unit_amount`, only its decimal.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from simulator.billing.call import not_simulated, refusal, simulates
from simulator.contract.errors import MissingParameter, StripeError
from simulator.engine import Obj, World

AMOUNTS = (
    "billing_scheme",
    "custom_unit_amount",
    "tiers",
    "tiers_mode",
    "transform_quantity",
    "unit_amount",
    "unit_amount_decimal",
)


_NO_UNIT: Mapping[str, None] = {"unit_amount": None, "unit_amount_decimal": None}


def terms(params: Mapping[str, Any]) -> Obj:
    """The fields of a price that say how an amount comes of a quantity."""
    tiered = params.get("billing_scheme", "per_unit") == "tiered"
    package = params.get("transform_quantity")
    if tiered and package:
        raise refusal(
            "`transform_quantity` cannot be combined with `tiers`.", param="transform_quantity"
        )
    if not tiered:
        for name in ("tiers", "tiers_mode"):
            if params.get(name):
                raise refusal(f"You can only set `{name}` if `billing_scheme=tiered`.", param=name)
        chosen = _chosen(params)
        return {
            "billing_scheme": "per_unit",
            "custom_unit_amount": chosen,
            "tiers_mode": None,
            "transform_quantity": dict(package) if package else None,
            **(_unit(params, "unit_amount") if chosen is None else _NO_UNIT),
        }
    for name in ("tiers", "tiers_mode"):
        if not params.get(name):
            raise MissingParameter(name)
    return {
        "billing_scheme": "tiered",
        "custom_unit_amount": None,
        "tiers_mode": params["tiers_mode"],
        "transform_quantity": None,
        **_NO_UNIT,
    }


def _chosen(params: Mapping[str, Any]) -> Obj | None:
    """Between which amounts the customer chooses, in minor units; `None` where they do not.

    docs.stripe.com/payments/checkout/pay-what-you-want: for what is paid once only. The words of
    the refusals are ours.
    """
    given = params.get("custom_unit_amount")
    if not given or not given["enabled"]:
        return None
    simulates(given, ("enabled", "maximum", "minimum", "preset"), "custom_unit_amount")
    for name in ("recurring", "transform_quantity", "unit_amount", "unit_amount_decimal"):
        if params.get(name) is not None:
            raise refusal(f"`custom_unit_amount` cannot be combined with `{name}`.", param=name)
    amounts = {name: given.get(name) for name in ("maximum", "minimum", "preset")}
    ordered = [amounts[n] for n in ("minimum", "preset", "maximum") if amounts[n] is not None]
    if ordered != sorted(ordered) or min(ordered, default=0) < 0:
        raise refusal(
            "The amounts of `custom_unit_amount` must not be negative, and the `preset` must lie"
            " between the `minimum` and the `maximum`.",
            param="custom_unit_amount",
        )
    return amounts


def requested_tiers(params: Mapping[str, Any]) -> list[Obj] | None:
    """The tiers, each above the one before and the last without an end."""
    if params.get("billing_scheme") != "tiered":
        return None
    tiers, below = [], 0
    given: Sequence[Mapping[str, Any]] = params["tiers"]
    for position, entry in enumerate(given):
        where = f"tiers[{position}]"
        simulates(
            entry,
            ("flat_amount", "flat_amount_decimal", "unit_amount", "unit_amount_decimal", "up_to"),
            where,
        )
        up_to = None if entry["up_to"] == "inf" else int(entry["up_to"])
        if (up_to is None) != (position == len(given) - 1) or (up_to or below + 1) <= below:
            raise refusal(
                "Each tier's `up_to` must be greater than the one before it, and the last tier's"
                " must be `inf`.",
                param=f"{where}[up_to]",
            )
        below = up_to or below
        priced = any(entry.get(name) is not None for name in _NO_UNIT)
        unit = _unit(entry, "unit_amount", where) if priced else _NO_UNIT
        flat = _flat(entry, where)
        if not priced and flat["flat_amount_decimal"] is None:
            raise refusal("Each tier needs a `unit_amount` or a `flat_amount`.", param=where)
        tiers.append({**flat, **unit, "up_to": up_to})
    return tiers


def _flat(entry: Mapping[str, Any], where: str) -> Obj:
    if entry.get("flat_amount") is None and entry.get("flat_amount_decimal") is None:
        return {"flat_amount": None, "flat_amount_decimal": None}
    return _unit(entry, "flat_amount", where)


def _unit(given: Mapping[str, Any], name: str, where: str = "") -> Obj:
    """An amount and its decimal, of which exactly one is given."""
    amount, decimal = given.get(name), given.get(f"{name}_decimal")
    param = f"{where}[{name}]" if where else name
    if (amount is None) == (decimal is None):
        raise refusal(
            f"Prices require an `{name}` or `{name}_decimal` parameter to be set, and only one of"
            " them.",
            param=param,
        )
    exact = Decimal(str(decimal if amount is None else amount))
    if exact < 0:
        raise StripeError(
            "This value must be greater than or equal to 0.",
            code="parameter_invalid_integer",
            param=param,
        )
    whole = exact == exact.to_integral_value()
    written = str(int(exact)) if whole else format(exact.normalize(), "f")
    if len(written.partition(".")[2]) > 12:
        raise not_simulated("more than 12 decimal places", param=param)
    return {name: int(exact) if whole else None, f"{name}_decimal": written}


def tiers_of(world: World, price: Obj) -> list[Obj] | None:
    """The tiers of a price, `None` where it has none."""
    tiers: list[Obj] | None = world.kept(price["id"]).get("tiers")
    return tiers


def currency_options_of(_world: World, price: Obj) -> Obj:
    """What the price costs in each of its currencies: here in its own alone, by currency."""
    shown = ("custom_unit_amount", "tax_behavior", "unit_amount", "unit_amount_decimal")
    return {price["currency"]: {name: price[name] for name in shown}}


INCLUDABLE: dict[str, Callable[[World, Obj], Any]] = {
    "currency_options": currency_options_of,
    "tiers": tiers_of,
}
