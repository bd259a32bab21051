"""How long a phase of a subscription schedule is, which was counted in periods of its price."""

from __future__ import annotations

from typing import Any

from simulator.api.versions.change import Change, Parameters, Raw
from simulator.engine import Obj, World

MONTHLY: Obj = {"interval": "month", "interval_count": 1}
LONGEST = 10  # digits of a count; more are left to be refused


def _upgrade(raw: Raw, world: World) -> Raw:
    phases = raw.get("phases")
    if isinstance(phases, dict) and any(_counts(phase) for phase in phases.values()):
        return {**raw, "phases": {key: _phase(phase, world) for key, phase in phases.items()}}
    if isinstance(phases, list) and any(_counts(phase) for phase in phases):
        return {**raw, "phases": [_phase(phase, world) for phase in phases]}
    return raw


def _upgrade_preview(raw: Raw, world: World) -> Raw:
    details = raw.get("schedule_details")
    if not isinstance(details, dict):
        return raw
    newer = _upgrade(details, world)
    return raw if newer is details else {**raw, "schedule_details": newer}


def _counts(phase: Any) -> bool:
    return isinstance(phase, dict) and "iterations" in phase


def _phase(phase: Any, world: World) -> Any:
    """`iterations` times the period of the phase's first price; what is no number is left to be
    refused as a duration.
    """
    if not _counts(phase):
        return phase
    recurring = _recurring(phase, world)
    times, every = phase["iterations"], int(recurring["interval_count"])
    count = times
    if isinstance(times, str) and times.isdecimal() and len(times) <= LONGEST:
        count = str(int(times) * every)
    newer = {name: value for name, value in phase.items() if name != "iterations"}
    return {**newer, "duration": {"interval": recurring["interval"], "interval_count": count}}


def _recurring(phase: Raw, world: World) -> Obj:
    items = phase.get("items")
    first = items.get("0") if isinstance(items, dict) else items[0] if items else None
    if not isinstance(first, dict):
        return MONTHLY
    price = world.get("price", str(first.get("price") or first.get("plan")))
    return (price or {}).get("recurring") or MONTHLY


_PHASES = Parameters(_upgrade)

CHANGE = Change(
    version="2025-09-30.clover",
    summary="`duration` of a schedule's phase replaces `iterations`.",
    page="https://docs.stripe.com/changelog/clover/2025-09-30/remove-iterations",
    parameters={
        "POST /v1/invoices/create_preview": Parameters(_upgrade_preview),
        "POST /v1/subscription_schedules": _PHASES,
        "POST /v1/subscription_schedules/{schedule}": _PHASES,
    },
)
