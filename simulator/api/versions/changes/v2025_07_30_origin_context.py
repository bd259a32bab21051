"""Where a Checkout Session is opened."""

from simulator.api.versions.change import Change
from simulator.api.versions.shape import Shape

CHANGE = Change(
    version="2025-07-30.basil",
    summary="A Checkout Session has an `origin_context`.",
    page="https://docs.stripe.com/changelog/basil",
    shapes={
        "checkout.session": Shape(added=("origin_context",)),
    },
)
