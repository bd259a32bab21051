"""When a downgrade in the customer portal takes effect."""

from simulator.api.versions.change import Change
from simulator.api.versions.shape import Shape

CHANGE = Change(
    version="2024-10-28.acacia",
    summary="A portal configuration may put downgrades off to the end of the period.",
    page="https://docs.stripe.com/changelog/acacia",
    shapes={
        "billing_portal.configuration": Shape(
            added=("features.subscription_update.schedule_at_period_end",)
        ),
    },
)
