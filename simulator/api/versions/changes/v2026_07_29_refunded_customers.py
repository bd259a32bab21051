"""Whom a refund goes to."""

from simulator.api.versions.change import Change
from simulator.api.versions.shape import Shape

CHANGE = Change(
    version="2026-07-29.dahlia",
    summary="A refund names the customer and the payment method.",
    page="https://docs.stripe.com/changelog/dahlia",
    shapes={
        "refund": Shape(added=("customer", "customer_account", "payment_method")),
    },
)
