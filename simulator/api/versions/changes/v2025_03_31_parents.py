"""What an invoice, an item or a line was made for, which was said in fields of their own."""

from __future__ import annotations

from typing import Any

from simulator.api.versions.change import Change
from simulator.api.versions.shape import ABSENT, Lookup, Shape, taken_from
from simulator.engine import Obj, value_at

DETAILS = "parent.subscription_details"


def _subscription_details(_lookup: Lookup, invoice: Obj) -> Obj:
    metadata = value_at(invoice, ("parent", "subscription_details", "metadata"))
    return {"metadata": metadata}


def _proration_date(_lookup: Lookup, invoice: Obj) -> Any:
    """Only previews of prorations have it."""
    path = ("parent", "subscription_details", "subscription_proration_date")
    date = value_at(invoice, path)
    return ABSENT if date is None else date


def _of_line(line: Obj, name: str) -> Any:
    """What the line's parent says, be it a subscription item or an invoice item."""
    parent = line.get("parent") or {}
    details = parent.get("subscription_item_details") or parent.get("invoice_item_details") or {}
    return details.get(name)


def _line_type(_lookup: Lookup, line: Obj) -> str:
    plain = value_at(line, ("parent", "type")) == "subscription_item_details"
    return "subscription" if plain and not _of_line(line, "invoice_item") else "invoiceitem"


def _invoice_item(_lookup: Lookup, line: Obj) -> Any:
    return _of_line(line, "invoice_item") or ABSENT


def _subscription_item(_lookup: Lookup, line: Obj) -> Any:
    return _of_line(line, "subscription_item") or ABSENT


def _proration_details(_lookup: Lookup, line: Obj) -> Obj:
    return _of_line(line, "proration_details") or {"credited_items": None}


def _item_of_pending(_lookup: Lookup, pending: Obj) -> Any:
    path = ("parent", "subscription_details", "subscription_item")
    return value_at(pending, path) or ABSENT


CHANGE = Change(
    version="2025-03-31.basil",
    summary="`parent` tells what made an invoice, an invoice item or a line, in place of fields"
    " such as `subscription` and `proration`.",
    page="https://docs.stripe.com/changelog/basil/2025-03-31/adds-new-parent-field-to-invoicing-objects",
    shapes={
        "invoice": Shape(
            added=("parent",),
            removed={
                "quote": taken_from("parent.quote_details.quote"),
                "subscription": taken_from(f"{DETAILS}.subscription"),
                "subscription_details": _subscription_details,
                "subscription_proration_date": _proration_date,
            },
        ),
        "invoiceitem": Shape(
            added=("parent",),
            removed={
                "subscription": taken_from(f"{DETAILS}.subscription"),
                "subscription_item": _item_of_pending,
            },
        ),
        "line_item": Shape(
            added=("parent",),
            removed={
                "invoice_item": _invoice_item,
                "proration": lambda _lookup, line: bool(_of_line(line, "proration")),
                "proration_details": _proration_details,
                "subscription": lambda _lookup, line: _of_line(line, "subscription"),
                "subscription_item": _subscription_item,
                "type": _line_type,
            },
        ),
    },
)
