"""Billing thresholds, back after two versions."""

from simulator.api.versions.change import Change
from simulator.api.versions.shape import Shape

CHANGE = Change(
    version="2025-05-28.basil",
    summary="Subscriptions and their items have `billing_thresholds` again.",
    page="https://docs.stripe.com/changelog/basil",
    shapes={
        "subscription": Shape(added=("billing_thresholds",)),
        "subscription_item": Shape(added=("billing_thresholds",)),
    },
)
