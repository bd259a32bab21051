"""Bounds of the quantities that customers may choose in the portal."""

from simulator.api.versions.change import Change
from simulator.api.versions.shape import Shape

CHANGE = Change(
    version="2025-07-30.basil",
    summary="A portal configuration's products have an `adjustable_quantity`.",
    page="https://docs.stripe.com/changelog/basil",
    shapes={
        "billing_portal.configuration": Shape(
            added=("features.subscription_update.products.adjustable_quantity",)
        ),
    },
)
