"""What a Checkout Session sells: its line items, its discount, and what is due today.

docs.stripe.com/api/checkout/sessions/create, `line_items` and `discounts`. A session in
`subscription` mode may sell one-time prices beside recurring ones; they are on the first invoice
only, and due today even where a trial begins. Only one discount can be given, or the customer may
type a promotion code. Discounts are worked out as the invoice or the payment will have them: they
are redeemed in a transaction that is taken back.

The refusals of prices of the wrong kind are in Stripe's words (stripe-firebase-extensions, issue
98; use-shopping-cart, issue 224).
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
from simulator.billing.prices_of_items import price_of
from simulator.billing.requested_items import item_spec
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

    @property
    def recurring(self) -> list[ItemSpec]:
        """What is subscribed to."""
        return [spec for spec in self.items if spec.price["recurring"]]

    @property
    def one_off(self) -> list[ItemSpec]:
        """What is bought once."""
        return [spec for spec in self.items if not spec.price["recurring"]]

    def due_today(self, trial: bool) -> Cart:
        """What is paid now, before discounts: in a trial only what is bought once."""
        left = [
            (spec, amount)
            for spec, amount in zip(self.items, self.gross, strict=True)
            if not trial or not spec.price["recurring"]
        ]
        items, gross = [spec for spec, _ in left], [amount for _, amount in left]
        return Cart(items, self.currency, [0] * len(left), gross)


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
    mode = params["mode"]
    items = [_spec(world, entry, f"line_items[{i}]", mode) for i, entry in enumerate(given)]
    if mode == "subscription" and not any(spec.price["recurring"] for spec in items):
        raise refusal(
            "You must provide at least one recurring price in `subscription` mode when using"
            " prices.",
            param="line_items",
        )
    currencies = {spec.price["currency"] for spec in items}
    if len(currencies) > 1:
        raise refusal("All line items must use the same `currency`.", param="line_items")
    gross = [spec.amount(world) for spec in items]
    return Cart(items, currencies.pop(), [0] * len(items), gross)


def _spec(world: World, entry: Mapping[str, Any], where: str, mode: str) -> ItemSpec:
    named = _named(world, entry, where)
    price = world.get("price", named.get("price", "")) or {}
    if mode == "payment" and price.get("recurring"):
        raise refusal(
            "You specified `payment` mode but passed a recurring price. Either switch to"
            " `subscription` mode or use only one-time prices.",
            param=where,
        )
    if mode == "payment" or price.get("type") == "one_time":
        return _one_off(world, named, where)
    return item_spec(world, named, where)


def _named(world: World, entry: Mapping[str, Any], where: str) -> Obj:
    """The entry with `price_data` made into a price."""
    simulates(entry, ("adjustable_quantity", "metadata", "price", "price_data", "quantity"), where)
    if (entry.get("adjustable_quantity") or {}).get("enabled"):
        raise not_simulated("quantities that the customer may change", param=where)
    plain = {key: entry[key] for key in ("metadata", "price", "quantity") if key in entry}
    data = entry.get("price_data")
    if not data:
        return plain
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


def sums_today(
    world: World, cart: Cart, entry: Mapping[str, Any] | None, customer: Obj, *, trial: bool
) -> Obj:
    """The session's fields that say what is paid now, its discount taken off."""
    due = cart.due_today(trial)
    if due.items:
        due = with_discount(world, due, entry, customer, "discounts[0]")
    return {
        "amount_subtotal": due.subtotal,
        "amount_total": due.subtotal - due.discount,
        "total_details": {"amount_discount": due.discount, "amount_shipping": 0, "amount_tax": 0},
    }


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
