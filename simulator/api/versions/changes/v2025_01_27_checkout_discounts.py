"""The discounts of a Checkout Session."""

from simulator.api.versions.change import Change
from simulator.api.versions.shape import Shape

CHANGE = Change(
    version="2025-01-27.acacia",
    summary="A Checkout Session lists its discounts.",
    page="https://docs.stripe.com/changelog/acacia",
    shapes={
        "checkout.session": Shape(added=("discounts",)),
    },
)
