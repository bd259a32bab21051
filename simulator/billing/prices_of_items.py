"""The price behind a one-off charge: one that exists, one described on the spot, or one made for a
bare amount (docs.stripe.com/api/invoiceitems/create; recorded traffic shows such prices on lines).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from simulator.billing.call import existing, not_simulated, refusal
from simulator.contract.errors import MissingParameter
from simulator.engine import Obj, World


def price_of(
    world: World, params: Mapping[str, Any], currency: str, quantity: int, where: str = ""
) -> tuple[Obj, int]:
    """A price and the amount of that many of it, in minor units. `where` is the bracket path."""
    named = (params.get("pricing") or {}).get("price") or params.get("price")
    if named:
        param = f"{where}[price]" if where else "pricing[price]"
        price = existing(world, "price", named, param)
        _check(price, currency, param)
        return price, _unit(price) * quantity
    if params.get("price_data"):
        data = params["price_data"]
        each = _whole(data)
        return _new_price(world, currency, each, data.get("product"), None), each * quantity
    amount = params.get("amount")
    if amount is not None:
        if params.get("quantity") is not None and quantity != 1:
            raise refusal(
                "You may only specify one of these parameters: amount, quantity.", param="amount"
            )
        return _new_price(world, currency, amount, None, params.get("description")), amount
    if params.get("unit_amount_decimal") is not None:
        unit = _whole(params)
        made = _new_price(world, currency, unit, None, params.get("description"))
        return made, unit * quantity
    raise MissingParameter("amount")


def _check(price: Obj, currency: str, param: str) -> None:
    if not price["active"]:
        raise refusal(
            "The price specified is inactive. This field only accepts active prices."
            f" (`{price['id']}`)",
            param=param,
        )
    if price["recurring"] is not None:
        raise refusal(
            "The price specified is set to `type=recurring` but this field only accepts prices with"
            " `type=one_time`.",
            param=param,
        )
    if price["currency"] != currency:
        raise refusal(
            f"The price specified only supports `{price['currency']}`. This doesn't match the"
            f" expected currency: `{currency}`.",
            param=param,
        )


def _unit(price: Obj) -> int:
    if price["custom_unit_amount"] is not None:
        raise not_simulated("paying an amount that the customer chooses", param="pricing[price]")
    if price["unit_amount"] is None:
        raise not_simulated("one-off prices without a unit amount", param="pricing[price]")
    return int(price["unit_amount"])


def _whole(data: Mapping[str, Any]) -> int:
    """The unit amount of `price_data`, or of `unit_amount_decimal` alone."""
    if data.get("unit_amount") is not None:
        return int(data["unit_amount"])
    written = str(data.get("unit_amount_decimal", "0"))
    whole, _, fraction = written.partition(".")
    if fraction.strip("0"):
        raise not_simulated("fractions of a minor unit", param="unit_amount_decimal")
    return int(whole)


def _new_price(
    world: World, currency: str, amount: int, product: str | None, name: str | None
) -> Obj:
    """A price for this one use; it is not active, so nothing else can use it."""
    now = world.now()
    if product is None:
        product = world.insert(
            {
                "id": world.ids.new("prod"),
                "object": "product",
                "active": False,
                "created": now,
                "default_price": None,
                "description": None,
                "images": [],
                "livemode": False,
                "marketing_features": [],
                "metadata": {},
                "name": name or "Invoice item",
                "package_dimensions": None,
                "shippable": None,
                "statement_descriptor": None,
                "tax_code": None,
                "tax_details": None,
                "type": "service",
                "unit_label": None,
                "updated": now,
                "url": None,
            }
        )["id"]
    else:
        existing(world, "product", product, "price_data[product]")
    return world.insert(
        {
            "id": world.ids.new("price"),
            "object": "price",
            "active": False,
            "billing_scheme": "per_unit",
            "created": now,
            "currency": currency,
            "custom_unit_amount": None,
            "livemode": False,
            "lookup_key": None,
            "metadata": {},
            "nickname": None,
            "product": product,
            "recurring": None,
            "tax_behavior": "unspecified",
            "tiers_mode": None,
            "transform_quantity": None,
            "type": "one_time",
            "unit_amount": amount,
            "unit_amount_decimal": str(amount),
        }
    )
