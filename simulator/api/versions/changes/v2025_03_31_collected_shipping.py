"""Where a Checkout Session keeps the address it collected."""

from simulator.api.versions.change import Change
from simulator.api.versions.shape import Shape, taken_from

CHANGE = Change(
    version="2025-03-31.basil",
    summary="`shipping_details` of a Checkout Session is in `collected_information` alone.",
    page="https://docs.stripe.com/changelog/basil",
    shapes={
        "checkout.session": Shape(
            removed={"shipping_details": taken_from("collected_information.shipping_details")},
        )
    },
)
