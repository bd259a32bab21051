"""What a credit note gives back of an invoice that is partly paid."""

from simulator.api.versions.change import Change
from simulator.api.versions.shape import Shape

CHANGE = Change(
    version="2025-05-28.basil",
    summary="A credit note tells what it takes off before and after payment.",
    page="https://docs.stripe.com/changelog/basil/2025-05-28/partial-payments",
    shapes={
        "credit_note": Shape(added=("post_payment_amount", "pre_payment_amount")),
    },
)
