"""The refunds that a charge showed without being asked."""

from simulator.api.versions.change import Change
from simulator.api.versions.shape import Shape

CHANGE = Change(
    version="2022-11-15",
    summary="A charge's refunds are shown only when expanded.",
    page="https://docs.stripe.com/changelog/2022-11-15/deprecates-charges-auto-expand",
    shapes={
        "charge": Shape(
            removed={"refunds": lambda lookup, charge: lookup.included(charge, "refunds")}
        )
    },
)
