"""Invoice lines and the words on them.

Shapes and texts: recorded traffic (`1 user × Test Subscription (at $25.00 / month)`, `Free trial
for ...`, `Unused time on ... after 10 Nov 2025`), class `stripe.InvoiceLineItem`.
"""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

from simulator.billing.price_terms import tiers_of
from simulator.engine import Obj, World
from simulator.engine.money import display_exact


def described(world: World, price: Obj, quantity: int | Decimal) -> str:
    """`2 user × Gold (at $25.00 / month)`."""
    amount = _rate(world, price, quantity)
    recurring = price["recurring"]
    if recurring is None:
        return f"{counted(world, price, quantity)} ({amount} each)"
    count, interval = recurring["interval_count"], recurring["interval"]
    every = f"/ {interval}" if count == 1 else f"every {count} {interval}s"
    return f"{counted(world, price, quantity)} ({amount} {every})"


def _rate(world: World, price: Obj, quantity: int | Decimal) -> str:
    """`at $25.00`, `at $10.00 per 12`, `at $0.0005`; of tiers, the one that the quantity reaches.

    That tiers share one line, and the words for them, are our choice; Stripe writes a line each.
    """
    currency, tiers = price["currency"], tiers_of(world, price)
    if tiers is not None:
        place = next(n for n, t in enumerate(tiers) if t["up_to"] is None or quantity <= t["up_to"])
        decimal = tiers[place]["unit_amount_decimal"]
        return f"Tier {place + 1} at {display_exact(decimal or '0', currency)}"
    package = price["transform_quantity"]
    exact = display_exact(price["unit_amount_decimal"], currency)
    return f"at {exact} per {package['divide_by']}" if package else f"at {exact}"


def counted(world: World, price: Obj, quantity: int | Decimal) -> str:
    """`2 user × Gold`, or `2 × Gold` where the product has no unit label."""
    product = world.get("product", price["product"])
    assert product is not None
    unit = f" {product['unit_label']}" if product["unit_label"] else ""
    return f"{plain(quantity)}{unit} × {product['name']}"


def plain(quantity: int | Decimal) -> str:
    """A quantity as the wire and the texts write it.

    >>> plain(12), plain(Decimal("1E+2")), plain(Decimal("2.50"))
    ('12', '100', '2.5')
    """
    return str(quantity) if isinstance(quantity, int) else format(quantity.normalize(), "f")


def proration_text(world: World, price: Obj, quantity: int, at: int, *, unused: bool) -> str:
    """`Unused time on Gold after 10 Nov 2025`.

    The form for quantities other than 1 is our guess.
    """
    product = world.get("product", price["product"])
    assert product is not None
    what = product["name"] if quantity == 1 else f"{quantity} × {product['name']}"
    day = datetime.fromtimestamp(at, UTC).strftime("%d %b %Y")
    return f"{'Unused' if unused else 'Remaining'} time on {what} after {day}"


def item_line(
    world: World,
    invoice: str,
    item: Obj,
    *,
    amount: int,
    period: tuple[int, int],
    text: str,
    unit_amount: str | None = None,
    quantity: Decimal | None = None,
) -> Obj:
    """The line of a subscription item for one period `(start, end)`; `quantity` is what was used,
    where that is what the price charges for.
    """
    price = item["price"]
    number = item["quantity"] if quantity is None else quantity
    return {
        **_line(world, invoice, amount, price, number, period, text),
        "discountable": True,
        "discounts": item["discounts"],
        "parent": {
            "invoice_item_details": None,
            "subscription_item_details": {
                "invoice_item": None,
                "proration": False,
                "proration_details": {"credited_items": None},
                "subscription": item["subscription"],
                "subscription_item": item["id"],
            },
            "type": "subscription_item_details",
        },
        "pricing": {
            "price_details": {"price": price["id"], "product": price["product"]},
            "type": "price_details",
            "unit_amount_decimal": unit_amount or price["unit_amount_decimal"],
        },
    }


def pending_line(world: World, invoice: str, pending: Obj) -> Obj:
    """The line that an invoice item becomes when an invoice collects it."""
    period = (pending["period"]["start"], pending["period"]["end"])
    price_id = pending["pricing"]["price_details"]["price"]
    price = world.get("price", price_id)
    assert price is not None
    if not pending["proration"]:
        return _one_off_line(world, invoice, pending, price, period)
    details = pending["parent"]["subscription_details"]
    return {
        **_line(
            world,
            invoice,
            pending["amount"],
            price,
            pending["quantity"],
            period,
            pending["description"],
        ),
        "discountable": False,
        "parent": {
            "invoice_item_details": None,
            "subscription_item_details": {
                "invoice_item": pending["id"],
                "proration": True,
                "proration_details": {"credited_items": world.kept(pending["id"])["credited"]},
                "subscription": details["subscription"],
                "subscription_item": details["subscription_item"],
            },
            "type": "subscription_item_details",
        },
        "pricing": pending["pricing"],
    }


def _one_off_line(
    world: World, invoice: str, pending: Obj, price: Obj, period: tuple[int, int]
) -> Obj:
    """The line of an invoice item that was made by hand, or for usage."""
    amount, text = pending["amount"], pending["description"]
    quantity = Decimal(pending["quantity_decimal"])
    parent = pending["parent"]
    return {
        **_line(world, invoice, amount, price, quantity, period, text),
        "discountable": pending["discountable"],
        "discounts": pending["discounts"],
        "metadata": pending["metadata"],
        "parent": {
            "invoice_item_details": {
                "invoice_item": pending["id"],
                "proration": False,
                "proration_details": {"credited_items": None},
                "subscription": parent["subscription_details"]["subscription"] if parent else None,
            },
            "subscription_item_details": None,
            "type": "invoice_item_details",
        },
        "pricing": pending["pricing"],
    }


def invoice_item_of(line: Obj) -> str | None:
    """The invoice item that a line came from, if it did."""
    parent = line["parent"]
    details = parent["invoice_item_details"] or parent["subscription_item_details"]
    name: str | None = details["invoice_item"]
    return name


def _line(
    world: World,
    invoice: str,
    amount: int,
    price: Obj,
    quantity: int | Decimal,
    period: tuple[int, int],
    text: str,
) -> Obj:
    return {
        "id": world.ids.new("il"),
        "object": "line_item",
        "amount": amount,
        "currency": price["currency"],
        "description": text,
        "discount_amounts": [],
        "discounts": [],
        "invoice": invoice,
        "livemode": False,
        "metadata": {},
        "period": {"end": period[1], "start": period[0]},
        "pretax_credit_amounts": [],
        "quantity": int(quantity),
        "quantity_decimal": plain(quantity),
        "subtotal": amount,
        "taxes": [],
    }
