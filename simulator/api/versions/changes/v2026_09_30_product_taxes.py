"""How a product is taxed."""

from simulator.api.versions.change import Change
from simulator.api.versions.shape import Shape

CHANGE = Change(
    version="2026-09-30.endive",
    summary="A product has `tax_details`.",
    page="https://docs.stripe.com/changelog/endive",
    shapes={
        "product": Shape(added=("tax_details",)),
    },
)
