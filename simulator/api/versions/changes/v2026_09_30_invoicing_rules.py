"""When an invoice item is to be collected."""

from simulator.api.versions.change import Change
from simulator.api.versions.shape import Shape

CHANGE = Change(
    version="2026-09-30.endive",
    summary="An invoice item has `invoicing_rules`.",
    page="https://docs.stripe.com/changelog/endive",
    shapes={
        "invoiceitem": Shape(added=("invoicing_rules",)),
    },
)
