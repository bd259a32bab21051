"""What a change in the portal does to a trial."""

from simulator.api.versions.change import Change
from simulator.api.versions.shape import Shape

CHANGE = Change(
    version="2025-09-30.clover",
    summary="A portal configuration has a `trial_update_behavior`.",
    page="https://docs.stripe.com/changelog/clover",
    shapes={
        "billing_portal.configuration": Shape(
            added=("features.subscription_update.trial_update_behavior",)
        ),
    },
)
