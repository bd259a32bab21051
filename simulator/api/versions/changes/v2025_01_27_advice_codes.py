"""What to do about a decline."""

from simulator.api.versions.change import Change
from simulator.api.versions.shape import Shape

CHANGE = Change(
    version="2025-01-27.acacia",
    summary="Outcomes and payment errors have an `advice_code`.",
    page="https://docs.stripe.com/changelog/acacia",
    shapes={
        "charge": Shape(added=("outcome.advice_code",)),
        "invoice": Shape(added=("last_finalization_error.advice_code",)),
        "payment_intent": Shape(added=("last_payment_error.advice_code",)),
        "setup_intent": Shape(added=("last_setup_error.advice_code",)),
    },
)
