"""The payer's tax id."""

from simulator.api.versions.change import Change
from simulator.api.versions.shape import Shape

CHANGE = Change(
    version="2025-04-30.basil",
    summary="Billing details have a `tax_id`.",
    page="https://docs.stripe.com/changelog/basil",
    shapes={
        "charge": Shape(added=("billing_details.tax_id",)),
        "payment_method": Shape(added=("billing_details.tax_id",)),
    },
)
