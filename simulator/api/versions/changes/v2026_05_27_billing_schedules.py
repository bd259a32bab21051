"""Billing ahead of the period."""

from simulator.api.versions.change import Change
from simulator.api.versions.shape import Shape

CHANGE = Change(
    version="2026-05-27.dahlia",
    summary="A subscription has `billing_schedules`.",
    page="https://docs.stripe.com/changelog/dahlia/2026-05-27/subscriptions-billing-schedules",
    shapes={
        "subscription": Shape(added=("billing_schedules",)),
        "subscription_item": Shape(added=("billed_until",)),
    },
)
