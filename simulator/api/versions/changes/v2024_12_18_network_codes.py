"""What the card network said of a decline."""

from simulator.api.versions.change import Change
from simulator.api.versions.shape import Shape

CHANGE = Change(
    version="2024-12-18.acacia",
    summary="Outcomes and payment errors carry the codes of the card network.",
    page="https://docs.stripe.com/changelog/acacia",
    shapes={
        "charge": Shape(added=("outcome.network_advice_code", "outcome.network_decline_code")),
        "invoice": Shape(
            added=(
                "last_finalization_error.network_advice_code",
                "last_finalization_error.network_decline_code",
            )
        ),
        "payment_intent": Shape(
            added=(
                "last_payment_error.network_advice_code",
                "last_payment_error.network_decline_code",
            )
        ),
        "setup_intent": Shape(
            added=("last_setup_error.network_advice_code", "last_setup_error.network_decline_code")
        ),
    },
)
