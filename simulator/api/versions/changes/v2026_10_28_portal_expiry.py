"""What follows when a portal session is over."""

from simulator.api.versions.change import Change
from simulator.api.versions.shape import Shape

CHANGE = Change(
    version="2026-10-28.endive",
    summary="A portal session has `after_expiration`.",
    page="https://docs.stripe.com/changelog/endive",
    shapes={
        "billing_portal.session": Shape(added=("after_expiration",)),
    },
)
