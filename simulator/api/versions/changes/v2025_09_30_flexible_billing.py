"""The billing mode that new subscriptions have when none is asked for."""

from __future__ import annotations

from simulator.api.versions.change import Change, Parameters, Raw, Upgrade
from simulator.engine import World

CLASSIC = {"type": "classic"}


def _at_the_top(raw: Raw, _world: World) -> Raw:
    return raw if "billing_mode" in raw else {**raw, "billing_mode": CLASSIC}


def _within(name: str, only: Raw) -> Upgrade:
    """Within a hash of parameters, of requests that have the values of `only`."""

    def upgrade(raw: Raw, world: World) -> Raw:
        inner = raw.get(name, {})
        if not isinstance(inner, dict) or any(raw.get(key) != only[key] for key in only):
            return raw
        return {**raw, name: _at_the_top(inner, world)}

    return upgrade


def _preview(raw: Raw, world: World) -> Raw:
    """Previews of what exists take the mode of that."""
    if "subscription" in raw or "schedule" in raw:
        return raw
    name = "schedule_details" if "schedule_details" in raw else "subscription_details"
    return _within(name, {})(raw, world) if name in raw else raw


CHANGE = Change(
    version="2025-09-30.clover",
    summary="New subscriptions are billed flexibly by default; before, classically.",
    page="https://docs.stripe.com/changelog/clover/2025-09-30/billing-mode-default-flexible",
    parameters={
        "POST /v1/checkout/sessions": Parameters(
            _within("subscription_data", {"mode": "subscription"})
        ),
        "POST /v1/invoices/create_preview": Parameters(_preview),
        "POST /v1/subscription_schedules": Parameters(
            lambda raw, world: raw if "from_subscription" in raw else _at_the_top(raw, world)
        ),
        "POST /v1/subscriptions": Parameters(_at_the_top),
    },
)
