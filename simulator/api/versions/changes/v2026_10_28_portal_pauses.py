"""Pausing in the portal."""

from simulator.api.versions.change import Change
from simulator.api.versions.shape import Shape

CHANGE = Change(
    version="2026-10-28.endive",
    summary="The portal offers to pause a subscription.",
    page="https://docs.stripe.com/changelog/endive",
    shapes={
        "billing_portal.configuration": Shape(added=("features.subscription_pause",)),
        "billing_portal.session": Shape(added=("flow.subscription_pause",)),
    },
)
