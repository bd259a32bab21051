"""The subscription schedule endpoints (docs.stripe.com/api/subscription_schedules).

A schedule begins a subscription, now or later, or takes over one that exists
(`from_subscription`). The words of the refusals are ours.
"""

from __future__ import annotations

from collections.abc import Mapping
from operator import ge, gt, le, lt
from typing import Any

from simulator.billing.call import (
    Call,
    Handler,
    Listing,
    addressed,
    existing,
    merged_metadata,
    not_simulated,
    refusal,
)
from simulator.billing.connect import application_of
from simulator.billing.endings import end_now
from simulator.billing.pause_schedules import plan_pauses, requested_pauses
from simulator.billing.phase_entries import enter
from simulator.billing.schedule_clock import KIND, begin, bounds, plan_ahead, release
from simulator.billing.schedule_phases import phase_of, requested_phases
from simulator.billing.schedule_settings import changed_settings, default_settings
from simulator.billing.subscription_status import ENDED
from simulator.billing.timelines import time_of
from simulator.contract.errors import MissingParameter
from simulator.engine import Obj, World

_LIVE = ("not_started", "active")
_FILTERS = ("canceled_at", "completed_at", "released_at")
_COMPARISONS = {"gt": gt, "gte": ge, "lt": lt, "lte": le}


def create(world: World, call: Call) -> Obj:
    params = call.only(
        "billing_mode",
        "customer",
        "default_settings",
        "end_behavior",
        "from_subscription",
        "metadata",
        "pause_schedules",
        "phases",
        "start_date",
    )
    if params.get("from_subscription"):
        return _taken_over(world, params)
    if not params.get("customer"):
        raise MissingParameter("customer")
    customer = existing(world, "customer", params["customer"], "customer")
    now = time_of(world, customer)
    start = params.get("start_date")
    start = now if start in (None, "now") else int(start)
    with world.transaction():
        mode = (params.get("billing_mode") or {}).get("type", "flexible")
        phases = requested_phases(world, params.get("phases") or [], start, now, mode)
        own = params.get("default_settings") or {}
        settings = changed_settings(world, customer["id"], default_settings(), own)
        schedule = _with_pauses(world, _new(world, customer, phases, settings, params), params)
        world.insert(schedule, "subscription_schedule.created")
        if start <= now:
            schedule = begin(world, schedule)
        return _planned(world, schedule)


def _with_pauses(world: World, schedule: Obj, params: Mapping[str, Any]) -> Obj:
    if params.get("pause_schedules") is None:
        return schedule
    pauses = requested_pauses(world, schedule, params["pause_schedules"])
    return {**schedule, "pause_schedules": pauses}


def _planned(world: World, schedule: Obj) -> Obj:
    """The schedule, once all that it plans is noted and what is due of it done."""
    plan_ahead(world, schedule)
    plan_pauses(world, schedule)
    return existing(world, KIND, schedule["id"], "schedule")


def _taken_over(world: World, params: Mapping[str, Any]) -> Obj:
    foreign = sorted(set(params) - {"from_subscription", "metadata", "pause_schedules"})
    if foreign:
        raise refusal(
            f"You cannot set `{foreign[0]}` if `from_subscription` is set.", param=foreign[0]
        )
    param = "from_subscription"
    subscription = existing(world, "subscription", params[param], param)
    if subscription["schedule"]:
        raise refusal(
            "You cannot migrate a subscription that is already attached to a schedule:"
            f" `{subscription['schedule']}`.",
            param=param,
        )
    if subscription["status"] in ENDED:
        raise refusal("A canceled subscription cannot be attached to a schedule.", param=param)
    return attached(world, subscription, params)


def attached(world: World, subscription: Obj, params: Mapping[str, Any]) -> Obj:
    """Attach a new schedule whose one phase is the subscription's current period."""
    customer = world.get("customer", subscription["customer"])
    assert customer is not None
    phase = phase_of(subscription)
    if subscription["cancel_at"] and "end_behavior" not in params:
        phase["end_date"] = subscription["cancel_at"]
        params = {"end_behavior": "cancel", **params}
    with world.transaction():
        schedule = _new(world, customer, [phase], default_settings(subscription), params)
        begun = {
            "billing_mode": subscription["billing_mode"],
            "current_phase": bounds(phase),
            "status": "active",
            "subscription": subscription["id"],
        }
        made = _with_pauses(world, {**schedule, **begun}, params)
        inserted = world.insert(made, "subscription_schedule.created")
        held = {"schedule": inserted["id"]}
        world.change("subscription", subscription["id"], held, "customer.subscription.updated")
        return _planned(world, inserted)


def _new(
    world: World, customer: Obj, phases: list[Obj], settings: Obj, params: Mapping[str, Any]
) -> Obj:
    mode = (params.get("billing_mode") or {}).get("type", "flexible")
    now = time_of(world, customer)
    flexible = {
        "flexible": {"proration_discounts": "included"},
        "type": "flexible",
        "updated_at": now,
    }
    return {
        "id": world.ids.new("sub_sched"),
        "object": KIND,
        "application": application_of(world),
        "billing_mode": flexible if mode == "flexible" else {"flexible": None, "type": mode},
        "canceled_at": None,
        "completed_at": None,
        "created": now,
        "current_phase": None,
        "customer": customer["id"],
        "customer_account": None,
        "default_settings": settings,
        "end_behavior": _end_behavior(params) or "release",
        "livemode": False,
        "metadata": merged_metadata({}, params.get("metadata")),
        "pause_schedules": [],
        "phases": phases,
        "released_at": None,
        "released_subscription": None,
        "status": "not_started",
        "subscription": None,
        "test_clock": customer["test_clock"],
    }


def _end_behavior(params: Mapping[str, Any]) -> str | None:
    behavior: str | None = params.get("end_behavior")
    if behavior not in (None, "cancel", "release"):
        raise not_simulated(f"end_behavior={behavior}", param="end_behavior")
    return behavior


def update(world: World, call: Call) -> Obj:
    params = call.only(
        "default_settings",
        "end_behavior",
        "metadata",
        "pause_schedules",
        "phases",
        "proration_behavior",
    )
    schedule = _live(world, call)
    now = time_of(world, schedule)
    changes: Obj = {}
    if params.get("end_behavior"):
        changes["end_behavior"] = _end_behavior(params)
    if "metadata" in params:
        changes["metadata"] = merged_metadata(schedule["metadata"], params["metadata"])
    if params.get("default_settings"):
        before, told = schedule["default_settings"], params["default_settings"]
        changes["default_settings"] = changed_settings(world, schedule["customer"], before, told)
    with world.transaction():
        if params.get("phases"):
            changes.update(_rephased(world, schedule, params["phases"], now))
        if params.get("pause_schedules") is not None:
            told = {**schedule, **changes}
            changes["pause_schedules"] = requested_pauses(world, told, params["pause_schedules"])
        changed = world.change(KIND, schedule["id"], changes, "subscription_schedule.updated")
        current = next((p for p in changed["phases"] if _runs(p, now)), None)
        if (
            current
            and changed["status"] == "active"
            and set(changes) - {"metadata", "pause_schedules"}
        ):
            behavior = params.get("proration_behavior") or "create_prorations"
            told = {**current, "proration_behavior": behavior}
            begins = bounds(current) != schedule["current_phase"] and current["start_date"] == now
            enter(world, changed, told, now, begins=begins)
        return _planned(world, changed)


def _rephased(world: World, schedule: Obj, given: list[Mapping[str, Any]], now: int) -> Obj:
    """The phases as they are to be; past ones may be left out, the current one has to be there."""
    first = schedule["phases"][0]["start_date"]
    current = schedule["current_phase"]
    start = given[0].get("start_date")
    if start is None:
        start = current["start_date"] if current else first
    start = now if start == "now" else int(start)
    phases = requested_phases(world, given, start, now, schedule["billing_mode"]["type"])
    if current is None:
        return {"phases": phases}
    running = next((phase for phase in phases if _runs(phase, now)), None)
    if running is None:
        raise refusal(
            "You must include the current phase, and it must not have ended.", param="phases"
        )
    return {"current_phase": bounds(running), "phases": phases}


def _runs(phase: Obj, now: int) -> bool:
    return bool(phase["start_date"] <= now < phase["end_date"])


def _live(world: World, call: Call) -> Obj:
    schedule = addressed(world, KIND, call.path["schedule"], "schedule")
    if schedule["status"] not in _LIVE:
        raise refusal(
            f"This subscription schedule is `{schedule['status']}`; only one that is `not_started`"
            " or `active` can be changed."
        )
    return schedule


def retrieve(world: World, call: Call) -> Obj:
    call.only()
    return addressed(world, KIND, call.path["schedule"], "schedule")


def release_call(world: World, call: Call) -> Obj:
    params = call.only("preserve_cancel_date")
    schedule = _live(world, call)
    keeps_end = bool(params.get("preserve_cancel_date"))
    return release(world, schedule, time_of(world, schedule), keeps_end=keeps_end)


def cancel(world: World, call: Call) -> Obj:
    params = call.only("invoice_now", "prorate")
    schedule = _live(world, call)
    now = time_of(world, schedule)
    with world.transaction():
        ended = {"canceled_at": now, "current_phase": None, "status": "canceled"}
        canceled = world.change(KIND, schedule["id"], ended, "subscription_schedule.canceled")
        subscription = world.get("subscription", schedule["subscription"] or "")
        if subscription is not None and subscription["status"] not in ENDED:
            end_now(
                world,
                subscription,
                reason="cancellation_requested",
                prorate=params.get("prorate", True),
                invoice_now=params.get("invoice_now", True),
            )
        return canceled


def list_all(world: World, call: Call) -> Listing:
    params = call.only(
        "canceled_at", "completed_at", "created", "customer", "released_at", "scheduled"
    )
    scheduled = params.get("scheduled")
    bounds_of = {name: params[name] for name in _FILTERS if params.get(name) is not None}

    def keep(schedule: Obj) -> bool:
        return (not scheduled or schedule["status"] == "not_started") and all(
            _is_within(schedule[name], asked) for name, asked in bounds_of.items()
        )

    if params.get("customer"):
        existing(world, "customer", params["customer"], "customer")
        return Listing(KIND, "customer", params["customer"], keep)
    return Listing(KIND, keep=keep)


def _is_within(instant: int | None, asked: Mapping[str, int] | int) -> bool:
    """Whether something happened at that instant, or inside those bounds."""
    if instant is None or not isinstance(asked, Mapping):
        return instant == asked
    return all(_COMPARISONS[name](instant, bound) for name, bound in asked.items())


HANDLERS: dict[str, Handler] = {
    "POST /v1/subscription_schedules": create,
    "GET /v1/subscription_schedules": list_all,
    "GET /v1/subscription_schedules/{schedule}": retrieve,
    "POST /v1/subscription_schedules/{schedule}": update,
    "POST /v1/subscription_schedules/{schedule}/cancel": cancel,
    "POST /v1/subscription_schedules/{schedule}/release": release_call,
}
