"""The record of a payment."""

from simulator.api.versions.change import Change
from simulator.api.versions.shape import Shape

CHANGE = Change(
    version="2026-09-30.endive",
    summary="A PaymentIntent has a `payment_record`.",
    page="https://docs.stripe.com/changelog/endive",
    shapes={
        "payment_intent": Shape(added=("payment_record",)),
    },
)
