"""What Checkout collected from the buyer."""

from simulator.api.versions.change import Change
from simulator.api.versions.shape import Shape

CHANGE = Change(
    version="2025-02-24.acacia",
    summary="A Checkout Session has `collected_information`.",
    page="https://docs.stripe.com/changelog/acacia",
    shapes={
        "checkout.session": Shape(added=("collected_information",)),
    },
)
