"""The price of an invoice's line or item, which was embedded whole, as a price and as a plan.

Parameters of invoice items follow: `price` became `pricing[price]`, `unit_amount` was dropped in
favour of `unit_amount_decimal`, which says the same in minor units.
"""

from __future__ import annotations

from typing import Any

from simulator.api.versions.change import Change, Parameters
from simulator.api.versions.shape import Lookup, Shape
from simulator.billing.catalog import plan_of
from simulator.engine import Obj, World, value_at


def _price(lookup: Lookup, line: Obj) -> Obj | None:
    named = value_at(line, ("pricing", "price_details", "price"))
    if isinstance(named, dict):
        return named
    return lookup.world.get("price", named) if named else None


def _plan(lookup: Lookup, line: Obj) -> Obj | None:
    price = _price(lookup, line)
    return plan_of(price) if price is not None and price.get("recurring") else None


def _unit_amount_decimal(_lookup: Lookup, item: Obj) -> str | None:
    """What the item says, or else its amount over its quantity, if that is a whole number."""
    said: str | None = value_at(item, ("pricing", "unit_amount_decimal"))
    quantity = item.get("quantity") or 1
    if said is None and item["amount"] % quantity == 0:
        return str(item["amount"] // quantity)
    return said


def _unit_amount(lookup: Lookup, item: Obj) -> int | None:
    exact = _unit_amount_decimal(lookup, item)
    return int(exact) if exact is not None and exact.removeprefix("-").isdigit() else None


def _upgrade(raw: dict[str, Any], _world: World) -> dict[str, Any]:
    if not raw.keys() & {"price", "unit_amount"}:
        return raw
    newer = {name: value for name, value in raw.items() if name not in ("price", "unit_amount")}
    if "price" in raw:
        newer["pricing"] = {"price": raw["price"]}
    if "unit_amount" in raw:
        newer["unit_amount_decimal"] = raw["unit_amount"]
    return newer


_ITEM = Parameters(
    _upgrade,
    names={
        "pricing": "price",
        "pricing[price]": "price",
        "unit_amount_decimal": "unit_amount",
    },
)

CHANGE = Change(
    version="2025-03-31.basil",
    summary="`pricing` names the price of a line or an invoice item, in place of the embedded"
    " `price` and `plan`.",
    page="https://docs.stripe.com/changelog/basil/2025-03-31/invoice-pricing-configurations",
    shapes={
        "invoiceitem": Shape(
            added=("pricing",),
            removed={
                "plan": _plan,
                "price": _price,
                "unit_amount": _unit_amount,
                "unit_amount_decimal": _unit_amount_decimal,
            },
        ),
        "line_item": Shape(added=("pricing",), removed={"plan": _plan, "price": _price}),
    },
    parameters={
        "POST /v1/invoiceitems": _ITEM,
        "POST /v1/invoiceitems/{invoiceitem}": _ITEM,
    },
)
