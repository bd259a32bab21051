"""What a Checkout Session sells: its line items, its discount, and what is due today.

docs.stripe.com/api/checkout/sessions/create, `line_items` and `discounts`. Only one discount can be
given, or the customer may type a promotion code. Discounts are worked out as the invoice or the
payment will have them: they are redeemed in a transaction that is taken back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from simulator.billing.amounts import currency_of
from simulator.billing.call import Call, not_simulated, refusal, simulates
from simulator.billing.catalog import create_product, new_price
from simulator.billing.discounting import discounted
from simulator.billing.discounts import Holder, redeem
from simulator.billing.price_amounts import amount_of
from simulator.billing.prices_of_items import price_of
from simulator.billing.requested_items import specs
from simulator.billing.signups import ItemSpec
from simulator.contract.errors import MissingParameter
from simulator.engine import Obj, World

NOBODY: Obj = {"id": None, "currency": None, "discount": None, "test_clock": None}
"""The buyer while nobody is known."""


@dataclass(frozen=True, slots=True)
class Cart:
    """What is bought. Amounts in minor units, `off` one for each item."""

    items: Sequence[ItemSpec]
    currency: str
    off: Sequence[int]
    gross: Sequence[int]

    @property
    def subtotal(self) -> int:
        return sum(self.gross)

    @property
    def discount(self) -> int:
        return sum(self.off)


class _Seen(Exception):
    """Carries what was worked out from the transaction that is rolled back."""

    def __init__(self, off: list[int]) -> None:
        super().__init__()
        self.off = off


def cart_of(world: World, params: Mapping[str, Any]) -> Cart:
    """The items of a session in `payment` or `subscription` mode, without a discount yet."""
    given = params.get("line_items") or []
    if not given:
        raise MissingParameter("line_items")
    recurring = params["mode"] == "subscription"
    named = [_named(world, entry, f"line_items[{i}]", recurring) for i, entry in enumerate(given)]
    if recurring:
        items = specs(world, named, "line_items")
    else:
        items = [_one_off(world, entry, f"line_items[{i}]") for i, entry in enumerate(named)]
    currencies = {spec.price["currency"] for spec in items}
    if len(currencies) > 1:
        raise refusal("All line items must use the same `currency`.", param="line_items")
    gross = [amount_of(world, spec.price, spec.quantity) for spec in items]
    return Cart(items, currencies.pop(), [0] * len(items), gross)


def _named(world: World, entry: Mapping[str, Any], where: str, recurring: bool) -> Obj:
    """The entry with `price_data` made into a price."""
    simulates(entry, ("adjustable_quantity", "metadata", "price", "price_data", "quantity"), where)
    if (entry.get("adjustable_quantity") or {}).get("enabled"):
        raise not_simulated("quantities that the customer may change", param=where)
    plain = {key: entry[key] for key in ("metadata", "price", "quantity") if key in entry}
    data = entry.get("price_data")
    if not data:
        return plain
    if bool(data.get("recurring")) != recurring:
        mode = "subscription" if data.get("recurring") else "payment"
        raise refusal(
            f"You must provide `mode={mode}` for this price, and prices of one kind only.",
            param=f"{where}[price_data]",
        )
    given = {key: value for key, value in data.items() if key != "product_data"}
    given["currency"] = currency_of(data["currency"], f"{where}[price_data][currency]")
    if data.get("product_data"):
        product = simulates(
            data["product_data"],
            ("description", "images", "metadata", "name", "tax_code", "unit_label"),
            f"{where}[price_data][product_data]",
        )
        given["product"] = create_product(world, Call({}, product))["id"]
    return {**plain, "price": new_price(world, given)["id"]}


def _one_off(world: World, entry: Mapping[str, Any], where: str) -> ItemSpec:
    name = entry.get("price")
    if not name:
        raise MissingParameter(f"{where}[price]")
    quantity = entry.get("quantity", 1)
    currency = (world.get("price", name) or {}).get("currency", "")
    price, _ = price_of(world, {"price": name}, currency, quantity, where)
    return ItemSpec(price, quantity)


def with_discount(
    world: World, cart: Cart, entry: Mapping[str, Any] | None, customer: Obj, where: str
) -> Cart:
    """The cart with what the entry of `discounts` takes off; nothing is redeemed by it."""
    if entry is None:
        return cart
    holder = Holder(customer, world.now(), cart.currency, cart.subtotal)
    try:
        with world.transaction():
            discount = redeem(world, entry, holder, where)["id"]
            priced = zip(cart.items, cart.gross, strict=True)
            lines = [_line(spec, amount) for spec, amount in priced]
            made = discounted(world, lines, [discount], world.now())
            raise _Seen([_off(line) for line in made.lines])
    except _Seen as seen:
        return Cart(cart.items, cart.currency, seen.off, cart.gross)


def _off(line: Obj) -> int:
    return sum(part["amount"] for part in line["discount_amounts"])


def _line(spec: ItemSpec, amount: int) -> Obj:
    return {
        "amount": amount,
        "discount_amounts": [],
        "discountable": True,
        "discounts": [],
        "pricing": {"price_details": {"price": spec.price["id"], "product": spec.price["product"]}},
    }
