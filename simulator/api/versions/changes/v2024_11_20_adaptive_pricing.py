"""Prices in the currency of the buyer."""

from simulator.api.versions.change import Change
from simulator.api.versions.shape import Shape

CHANGE = Change(
    version="2024-11-20.acacia",
    summary="A Checkout Session tells of adaptive pricing.",
    page="https://docs.stripe.com/changelog/acacia",
    shapes={
        "checkout.session": Shape(added=("adaptive_pricing",)),
    },
)
