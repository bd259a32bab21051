"""Credits that lower an invoice before tax."""

from simulator.api.versions.change import Change
from simulator.api.versions.shape import Shape

CHANGE = Change(
    version="2024-09-30.acacia",
    summary="Invoices, credit notes and their lines list credits that are applied before tax.",
    page="https://docs.stripe.com/changelog/acacia",
    shapes={
        "credit_note": Shape(added=("pretax_credit_amounts",)),
        "credit_note_line_item": Shape(added=("pretax_credit_amounts",)),
        "invoice": Shape(added=("total_pretax_credit_amounts",)),
        "line_item": Shape(added=("pretax_credit_amounts",)),
    },
)
