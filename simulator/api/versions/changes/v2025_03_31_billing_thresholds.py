"""Billing thresholds, which two versions did without: they came back with 2025-05-28.basil."""

from simulator.api.versions.change import Change
from simulator.api.versions.shape import Shape, taken_from

_THRESHOLDS = Shape(removed={"billing_thresholds": taken_from("billing_thresholds")})

CHANGE = Change(
    version="2025-03-31.basil",
    summary="Subscriptions and their items have no `billing_thresholds`.",
    page="https://docs.stripe.com/changelog/basil/2025-03-31/deprecate-legacy-usage-based-billing",
    shapes={"subscription": _THRESHOLDS, "subscription_item": _THRESHOLDS},
)
