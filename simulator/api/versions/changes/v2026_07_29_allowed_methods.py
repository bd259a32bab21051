"""Payment methods that an intent may take."""

from simulator.api.versions.change import Change
from simulator.api.versions.shape import Shape

CHANGE = Change(
    version="2026-07-29.dahlia",
    summary="Intents have `allowed_payment_method_types`.",
    page="https://docs.stripe.com/changelog/dahlia/2026-07-29/allowed-payment-method-types-parameter",
    shapes={
        "payment_intent": Shape(added=("allowed_payment_method_types",)),
        "setup_intent": Shape(added=("allowed_payment_method_types",)),
    },
)
