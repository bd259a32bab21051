"""What a proration gives back."""

from simulator.api.versions.change import Change
from simulator.api.versions.shape import Shape

CHANGE = Change(
    version="2026-05-27.dahlia",
    summary="The proration details of an invoice item name the items it credits.",
    page="https://docs.stripe.com/changelog/dahlia/2026-05-27/invoice-item-proration-credited-items",
    shapes={
        "invoiceitem": Shape(added=("proration_details.credited_items",)),
    },
)
