"""Why something is in its status."""

from simulator.api.versions.change import Change
from simulator.api.versions.shape import Shape

CHANGE = Change(
    version="2026-09-30.endive",
    summary="Subscriptions and invoices have `status_details`.",
    page="https://docs.stripe.com/changelog/endive",
    shapes={
        "invoice": Shape(added=("status_details",)),
        "subscription": Shape(added=("pending_update.cancel_at_period_end", "status_details")),
    },
)
