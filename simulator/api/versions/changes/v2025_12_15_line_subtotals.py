"""An invoice line's amount before discounts and taxes."""

from simulator.api.versions.change import Change
from simulator.api.versions.shape import Shape

CHANGE = Change(
    version="2025-12-15.clover",
    summary="An invoice line has a `subtotal`.",
    page="https://docs.stripe.com/changelog/clover/2025-12-15/invoice-line-item-subtotal",
    shapes={
        "line_item": Shape(added=("subtotal",)),
    },
)
