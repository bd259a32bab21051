"""What waits for a payment."""

from simulator.api.versions.change import Change
from simulator.api.versions.shape import Shape

CHANGE = Change(
    version="2026-05-27.dahlia",
    summary="Pending updates may have discounts and metadata.",
    page="https://docs.stripe.com/changelog/dahlia/2026-05-27/pending-subscription-updates-discount-and-discounts-properties",
    shapes={
        "subscription": Shape(
            added=("pending_update.discount", "pending_update.discounts", "pending_update.metadata")
        ),
    },
)
