"""The PDF of an invoice: `invoice.invoice_pdf`.

The same invoice gives the same bytes: nothing in it depends on when it is made. Its fonts are those
that every reader of PDF has, which know the characters of Western Europe; others become question
marks.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from fpdf import FPDF
from fpdf.enums import XPos, YPos

from simulator.engine.money import display
from simulator.engine.objects import Obj
from simulator.pages.words import day

_PLAINER = str.maketrans({"–": "-", "—": "-", "’": "'", "“": '"', "”": '"', "•": "*", "€": "EUR "})
_LABEL, _AMOUNT = 55, 45
"""Widths in millimetres: of what stands before a fact, and of the column of amounts."""


def invoice_pdf(invoice: Obj) -> bytes:
    """The document, on the paper of `rendering.pdf.page_size`, or of the account's country."""
    rendering = (invoice["rendering"] or {}).get("pdf") or {}
    size = rendering.get("page_size") or (
        "letter" if invoice["account_country"] in ("CA", "MX", "US") else "a4"
    )
    document = FPDF(format=size)
    at = invoice["status_transitions"]["finalized_at"] or invoice["created"]
    document.set_creation_date(datetime.fromtimestamp(at, UTC))
    document.set_title(f"Invoice {invoice['number'] or 'draft'}")
    document.set_creator("Carom")
    document.set_producer("Carom, a simulation")
    document.set_auto_page_break(True, margin=20)
    document.add_page()
    _head(document, invoice)
    _lines(document, invoice)
    _sums(document, invoice)
    document.ln(12)
    _font(document, 8)
    _row(document, "Simulated by Carom. This is not a bill, and no money moves.")
    return bytes(document.output())


def _head(document: FPDF, invoice: Obj) -> None:
    _font(document, 20, bold=True)
    _row(document, "Invoice", height=12)
    _font(document, 10)
    due, paid = invoice["due_date"], invoice["status_transitions"]["paid_at"]
    facts = (
        ("Invoice number", invoice["number"] or "Draft"),
        ("Date of issue", day(invoice["effective_at"] or invoice["created"])),
        ("Date due", day(due) if due else None),
        ("Date paid", day(paid) if paid else None),
        ("Status", str(invoice["status"]).capitalize()),
        ("From", invoice["account_name"]),
        ("Bill to", ", ".join(_addressee(invoice))),
        *(("Tax ID", each["value"]) for each in invoice["customer_tax_ids"] or ()),
    )
    for label, value in facts:
        if value:
            document.cell(_LABEL, 6, _plain(label))
            _row(document, value)
    document.ln(6)
    _font(document, 14, bold=True)
    verb = "paid" if invoice["status"] == "paid" else "due"
    _row(document, f"{_money(invoice, invoice['amount_due'])} {verb}", height=10)
    document.ln(2)


def _addressee(invoice: Obj) -> Iterable[str]:
    address = invoice["customer_address"] or {}
    parts = ("line1", "line2", "postal_code", "city", "state", "country")
    for each in (
        invoice["customer_name"],
        invoice["customer_email"],
        *(address.get(part) for part in parts),
    ):
        if each:
            yield each


def _lines(document: FPDF, invoice: Obj) -> None:
    _font(document, 10, bold=True)
    _entry(document, "Description", "Amount")
    _font(document, 10)
    for line in invoice["lines"]["data"]:
        _entry(document, line["description"] or "", _money(invoice, line["amount"]))
        _font(document, 8)
        period = line["period"]
        _row(document, f"{day(period['start'])} - {day(period['end'])}", height=5)
        _font(document, 10)
    document.ln(4)


def _sums(document: FPDF, invoice: Obj) -> None:
    discount = sum(each["amount"] for each in invoice["total_discount_amounts"] or ())
    tax = sum(each["amount"] for each in invoice["total_taxes"] or ())
    applied = invoice["total"] - invoice["amount_due"]
    entries = (
        ("Subtotal", invoice["subtotal"], True),
        ("Discount", -discount, discount),
        ("Tax", tax, tax),
        ("Total", invoice["total"], True),
        ("Applied balance", -applied, applied),
        ("Amount due", invoice["amount_due"], True),
        ("Amount paid", invoice["amount_paid"], invoice["amount_paid"]),
        ("Amount remaining", invoice["amount_remaining"], invoice["amount_paid"]),
    )
    for label, amount, shown in entries:
        if shown:
            _entry(document, label, _money(invoice, amount))


def _entry(document: FPDF, text: str, amount: str) -> None:
    """A row with a text that may wrap, and an amount on the right."""
    width = document.epw - _AMOUNT
    top = document.get_y()
    document.multi_cell(width, 6, _plain(text), new_x=XPos.RIGHT, new_y=YPos.LAST)
    bottom = document.get_y() + 6
    document.set_xy(document.l_margin + width, max(top, bottom - 6))
    document.cell(_AMOUNT, 6, _plain(amount), align="R", new_x=XPos.LMARGIN, new_y=YPos.NEXT)


def _row(document: FPDF, text: str, height: float = 6) -> None:
    document.multi_cell(0, height, _plain(text), new_x=XPos.LMARGIN, new_y=YPos.NEXT)


def _font(document: FPDF, size: int, *, bold: bool = False) -> None:
    document.set_font("Helvetica", "B" if bold else "", size)


def _money(invoice: Obj, amount: int) -> str:
    return display(amount, invoice["currency"])


def _plain(text: str) -> str:
    """The text in characters that the fonts have."""
    return text.translate(_PLAINER).encode("latin-1", "replace").decode("latin-1")
