"""Quantities with fractions."""

from simulator.api.versions.change import Change
from simulator.api.versions.shape import Shape

CHANGE = Change(
    version="2026-03-25.dahlia",
    summary="Invoice items and lines have a `quantity_decimal`.",
    page="https://docs.stripe.com/changelog/dahlia",
    shapes={
        "credit_note_line_item": Shape(added=("metadata",)),
        "invoiceitem": Shape(added=("quantity_decimal",)),
        "line_item": Shape(added=("quantity_decimal",)),
    },
)
