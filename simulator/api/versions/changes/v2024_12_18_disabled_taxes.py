"""Why automatic tax was switched off."""

from simulator.api.versions.change import Change
from simulator.api.versions.shape import Shape

CHANGE = Change(
    version="2024-12-18.acacia",
    summary="`automatic_tax` has a `disabled_reason`.",
    page="https://docs.stripe.com/changelog/acacia",
    shapes={
        "invoice": Shape(added=("automatic_tax.disabled_reason",)),
        "subscription": Shape(added=("automatic_tax.disabled_reason",)),
    },
)
