"""Taxes of invoices, lines and credit notes, and the amounts without them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from simulator.api.versions.change import Change
from simulator.api.versions.shape import Lookup, Restore, Shape
from simulator.engine import Obj, value_at


def _older_tax(tax: Obj) -> Obj:
    return {
        "amount": tax["amount"],
        "inclusive": tax.get("tax_behavior") == "inclusive",
        "tax_rate": value_at(tax, ("tax_rate_details", "tax_rate")),
        "taxability_reason": tax.get("taxability_reason"),
        "taxable_amount": tax.get("taxable_amount"),
    }


def _amounts(field: str) -> Restore:
    return lambda _lookup, newest: [_older_tax(tax) for tax in newest.get(field) or ()]


def _sum(_lookup: Lookup, invoice: Obj) -> int | None:
    taxes = invoice.get("total_taxes") or ()
    return sum(tax["amount"] for tax in taxes) if taxes else None


def _rates(lookup: Lookup, line: Obj) -> list[Any]:
    """The rates that were set by hand, embedded whole."""
    names = [value_at(tax, ("tax_rate_details", "tax_rate")) for tax in line.get("taxes") or ()]
    found = [lookup.world.get("tax_rate", name) for name in names if name]
    return [rate for rate in found if rate is not None]


def _excluding_tax(_lookup: Lookup, line: Obj) -> int:
    taxes = line.get("taxes") or ()
    included = sum(tax["amount"] for tax in taxes if tax.get("tax_behavior") == "inclusive")
    return int(line["amount"] - included)


def _unit_excluding_tax(lookup: Lookup, line: Obj) -> str:
    """A decimal string in minor units, of at most twelve places."""
    exact = Decimal(_excluding_tax(lookup, line)) / Decimal(line.get("quantity") or 1)
    return f"{round(exact, 12).normalize():f}"


CHANGE = Change(
    version="2025-03-31.basil",
    summary="`taxes` and `total_taxes` replace `tax_amounts`, `tax_rates`, `total_tax_amounts` and"
    " `tax`.",
    page="https://docs.stripe.com/changelog/basil/2025-03-31/invoice-tax-configurations",
    shapes={
        "credit_note": Shape(
            added=("total_taxes",), removed={"tax_amounts": _amounts("total_taxes")}
        ),
        "credit_note_line_item": Shape(
            added=("taxes",),
            removed={
                "amount_excluding_tax": _excluding_tax,
                "tax_amounts": _amounts("taxes"),
                "unit_amount_excluding_tax": _unit_excluding_tax,
            },
        ),
        "invoice": Shape(
            added=("total_taxes",),
            removed={"tax": _sum, "total_tax_amounts": _amounts("total_taxes")},
        ),
        "line_item": Shape(
            added=("taxes",),
            removed={
                "amount_excluding_tax": _excluding_tax,
                "tax_amounts": _amounts("taxes"),
                "tax_rates": _rates,
                "unit_amount_excluding_tax": _unit_excluding_tax,
            },
        ),
    },
)
