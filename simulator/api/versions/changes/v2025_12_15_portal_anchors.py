"""What a change in the portal does to the billing cycle."""

from simulator.api.versions.change import Change
from simulator.api.versions.shape import Shape

CHANGE = Change(
    version="2025-12-15.clover",
    summary="A portal configuration has a `billing_cycle_anchor`.",
    page="https://docs.stripe.com/changelog/clover",
    shapes={
        "billing_portal.configuration": Shape(
            added=("features.subscription_update.billing_cycle_anchor",)
        ),
    },
)
