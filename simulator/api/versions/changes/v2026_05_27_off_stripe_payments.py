"""What was paid elsewhere."""

from simulator.api.versions.change import Change
from simulator.api.versions.shape import Shape

CHANGE = Change(
    version="2026-05-27.dahlia",
    summary="An invoice has `amount_paid_off_stripe`.",
    page="https://docs.stripe.com/changelog/dahlia/2026-05-27/invoice-object-amount-paid-off-stripe-property",
    shapes={
        "invoice": Shape(added=("amount_paid_off_stripe",)),
    },
)
