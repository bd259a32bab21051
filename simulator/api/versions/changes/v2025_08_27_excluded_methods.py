"""Payment methods that a PaymentIntent leaves out."""

from simulator.api.versions.change import Change
from simulator.api.versions.shape import Shape

CHANGE = Change(
    version="2025-08-27.basil",
    summary="A PaymentIntent has `excluded_payment_method_types`.",
    page="https://docs.stripe.com/changelog/basil",
    shapes={
        "payment_intent": Shape(added=("excluded_payment_method_types",)),
    },
)
