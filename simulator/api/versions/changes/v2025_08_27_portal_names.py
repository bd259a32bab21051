"""Names for portal configurations."""

from simulator.api.versions.change import Change
from simulator.api.versions.shape import Shape

CHANGE = Change(
    version="2025-08-27.basil",
    summary="A portal configuration has a `name`.",
    page="https://docs.stripe.com/changelog/basil",
    shapes={
        "billing_portal.configuration": Shape(added=("name",)),
    },
)
