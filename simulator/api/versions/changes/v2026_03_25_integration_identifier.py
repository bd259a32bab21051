"""Which integration opened a Checkout Session."""

from simulator.api.versions.change import Change
from simulator.api.versions.shape import Shape

CHANGE = Change(
    version="2026-03-25.dahlia",
    summary="A Checkout Session has an `integration_identifier`.",
    page="https://docs.stripe.com/changelog/dahlia",
    shapes={
        "checkout.session": Shape(added=("integration_identifier",)),
    },
)
