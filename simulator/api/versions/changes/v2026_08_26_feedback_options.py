"""The merchant's own reasons for a cancellation."""

from simulator.api.versions.change import Change
from simulator.api.versions.shape import Shape

CHANGE = Change(
    version="2026-08-26.dahlia",
    summary="Cancellations may be given for reasons of one's own.",
    page="https://docs.stripe.com/changelog/dahlia",
    shapes={
        "billing_portal.configuration": Shape(
            added=("features.subscription_cancel.cancellation_reason.feedback_options",)
        ),
        "subscription": Shape(added=("cancellation_details.feedback_option",)),
    },
)
