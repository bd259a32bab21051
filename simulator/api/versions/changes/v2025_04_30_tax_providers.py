"""Who calculates the tax."""

from simulator.api.versions.change import Change
from simulator.api.versions.shape import Shape

CHANGE = Change(
    version="2025-04-30.basil",
    summary="`automatic_tax` names its provider.",
    page="https://docs.stripe.com/changelog/basil",
    shapes={
        "checkout.session": Shape(added=("automatic_tax.provider",)),
        "invoice": Shape(added=("automatic_tax.provider",)),
        "quote": Shape(added=("automatic_tax.provider",)),
    },
)
