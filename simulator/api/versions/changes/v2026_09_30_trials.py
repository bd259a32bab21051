"""The trial of an item, and what its end does to the billing cycle."""

from simulator.api.versions.change import Change
from simulator.api.versions.shape import Shape

CHANGE = Change(
    version="2026-09-30.endive",
    summary="Items have a `current_trial`, and the end of a trial may keep the billing cycle.",
    page="https://docs.stripe.com/changelog/endive",
    shapes={
        "subscription": Shape(added=("trial_settings.end_behavior.billing_cycle_anchor",)),
        "subscription_item": Shape(added=("current_trial",)),
        "subscription_schedule": Shape(added=("pause_schedules",)),
    },
)
