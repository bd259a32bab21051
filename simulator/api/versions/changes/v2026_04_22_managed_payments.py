"""Payments that Stripe manages as the merchant of record."""

from simulator.api.versions.change import Change
from simulator.api.versions.shape import Shape

CHANGE = Change(
    version="2026-04-22.dahlia",
    summary="Sessions, intents and subscriptions tell of `managed_payments`.",
    page="https://docs.stripe.com/changelog/dahlia",
    shapes={
        "checkout.session": Shape(added=("managed_payments",)),
        "payment_intent": Shape(added=("managed_payments",)),
        "setup_intent": Shape(added=("managed_payments",)),
        "subscription": Shape(added=("managed_payments",)),
    },
)
