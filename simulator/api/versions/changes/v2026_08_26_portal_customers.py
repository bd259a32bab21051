"""A way into the portal for changing billing details."""

from simulator.api.versions.change import Change
from simulator.api.versions.shape import Shape

CHANGE = Change(
    version="2026-08-26.dahlia",
    summary="A portal flow may be `customer_update`.",
    page="https://docs.stripe.com/changelog/dahlia/2026-08-26/adds-a-customer-update-deep-link-for-billing-portal-sessions",
    shapes={
        "billing_portal.session": Shape(added=("flow.customer_update",)),
    },
)
