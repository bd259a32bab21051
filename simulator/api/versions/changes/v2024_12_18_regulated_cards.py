"""Whether the fee for a debit card is regulated."""

from simulator.api.versions.change import Change
from simulator.api.versions.shape import Shape

CHANGE = Change(
    version="2024-12-18.acacia",
    summary="A card has a `regulated_status`.",
    page="https://docs.stripe.com/changelog/acacia",
    shapes={
        "payment_method": Shape(added=("card.regulated_status",)),
    },
)
