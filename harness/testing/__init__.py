"""What tests in pytest are given: fixtures' values, a state machine and a strategy to build on.

The names are loaded when they are first used, so that a test run that needs none of them pays for
none.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from harness.testing.billing_app import AppUser, BillingApp
    from harness.testing.machine import BillingStateMachine
    from harness.testing.promise import PromiseBroken
    from harness.testing.scenario_run import ScenarioRun
    from harness.testing.schedule import Schedule, schedules
    from harness.testing.shortest import calm
    from harness.testing.stripe_sim import SimClock, StripeSim
    from harness.testing.webhooks import Webhook, Webhooks

__all__ = [
    "AppUser",
    "BillingApp",
    "BillingStateMachine",
    "PromiseBroken",
    "ScenarioRun",
    "Schedule",
    "SimClock",
    "StripeSim",
    "Webhook",
    "Webhooks",
    "calm",
    "schedules",
]

_ROOMS = {
    "AppUser": "harness.testing.billing_app",
    "BillingApp": "harness.testing.billing_app",
    "BillingStateMachine": "harness.testing.machine",
    "PromiseBroken": "harness.testing.promise",
    "ScenarioRun": "harness.testing.scenario_run",
    "Schedule": "harness.testing.schedule",
    "SimClock": "harness.testing.stripe_sim",
    "StripeSim": "harness.testing.stripe_sim",
    "Webhook": "harness.testing.webhooks",
    "Webhooks": "harness.testing.webhooks",
    "calm": "harness.testing.shortest",
    "schedules": "harness.testing.schedule",
}


def __getattr__(name: str) -> Any:
    if name not in _ROOMS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_ROOMS[name]), name)
