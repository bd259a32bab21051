"""Classic and flexible billing."""

from simulator.api.versions.change import Change
from simulator.api.versions.shape import Shape

CHANGE = Change(
    version="2025-06-30.basil",
    summary="Subscriptions and schedules have a `billing_mode`.",
    page="https://docs.stripe.com/changelog/basil/2025-06-30/billing-mode",
    shapes={
        "subscription": Shape(added=("billing_mode",)),
        "subscription_schedule": Shape(added=("billing_mode",)),
    },
)
