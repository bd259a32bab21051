"""Prorations net of discounts."""

from simulator.api.versions.change import Change
from simulator.api.versions.shape import Shape

CHANGE = Change(
    version="2025-09-30.clover",
    summary="Invoice items have a `net_amount`; flexible billing has options.",
    page="https://docs.stripe.com/changelog/clover",
    shapes={
        "invoiceitem": Shape(added=("net_amount", "proration_details")),
        "subscription": Shape(added=("billing_mode.flexible",)),
        "subscription_schedule": Shape(added=("billing_mode.flexible",)),
    },
)
