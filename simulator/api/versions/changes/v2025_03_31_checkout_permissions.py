"""Who may change a Checkout Session, and what may be added to it."""

from simulator.api.versions.change import Change
from simulator.api.versions.shape import Shape

CHANGE = Change(
    version="2025-03-31.basil",
    summary="A Checkout Session has `permissions` and `optional_items`.",
    page="https://docs.stripe.com/changelog/basil",
    shapes={
        "checkout.session": Shape(added=("optional_items", "permissions")),
    },
)
