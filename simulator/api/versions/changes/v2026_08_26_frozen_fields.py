"""What of an invoice item cannot be changed any more."""

from simulator.api.versions.change import Change
from simulator.api.versions.shape import Shape

CHANGE = Change(
    version="2026-08-26.dahlia",
    summary="An invoice item has `frozen_fields`.",
    page="https://docs.stripe.com/changelog/dahlia/2026-08-26/adds-frozen-fields-property-to-invoice-items",
    shapes={
        "invoiceitem": Shape(added=("frozen_fields",)),
    },
)
