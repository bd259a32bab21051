"""The subscription schedule endpoints (docs.stripe.com/api/subscription_schedules).

A schedule begins a subscription, now or later, or takes over one that exists
(`from_subscription`). The words of the refusals are ours.
"""

from __future__ import annotations

from collections.abc import Mapping
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
    simulates,
)
from simulator.billing.connect import application_of
from simulator.billing.endings import end_now
from simulator.billing.payment_methods import own_method
from simulator.billing.schedule_clock import KIND, begin, bounds, enter, plan_ahead, release
from simulator.billing.schedule_phases import default_settings, phase_of, requested_phases
from simulator.billing.subscription_status import ENDED
from simulator.billing.timelines import time_of
from simulator.contract.errors import MissingParameter
from simulator.engine import Obj, World

_LIVE = ("not_started", "active")


def create(world: World, call: Call) -> Obj:
    params = call.only(
        "billing_mode",
        "customer",
        "default_settings",
        "end_behavior",
        "from_subscription",
        "metadata",
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
        phases = requested_phases(world, params.get("phases") or [], start)
        settings = _settings(world, customer["id"], default_settings(), params)
        schedule = _new(world, customer, phases, settings, params)
        world.insert(schedule, "subscription_schedule.created")
        if start <= now:
            schedule = begin(world, schedule)
        plan_ahead(world, schedule)
        return schedule


def _taken_over(world: World, params: Mapping[str, Any]) -> Obj:
    foreign = sorted(set(params) - {"from_subscription", "metadata"})
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
    with world.transaction():
        schedule = _new(world, customer, [phase], default_settings(subscription), params)
        begun = {
            "billing_mode": subscription["billing_mode"],
            "current_phase": bounds(phase),
            "status": "active",
            "subscription": subscription["id"],
        }
        inserted = world.insert({**schedule, **begun}, "subscription_schedule.created")
        held = {"schedule": inserted["id"]}
        world.change("subscription", subscription["id"], held, "customer.subscription.updated")
        plan_ahead(world, inserted)
        return inserted


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


def _settings(world: World, customer: str, before: Obj, params: Mapping[str, Any]) -> Obj:
    given = simulates(
        params.get("default_settings") or {},
        ("default_payment_method", "description"),
        "default_settings",
    )
    settings = {**before, **given}
    if given.get("default_payment_method"):
        method = own_method(world, customer, given["default_payment_method"])
        settings["default_payment_method"] = method
    return settings


def update(world: World, call: Call) -> Obj:
    params = call.only(
        "default_settings", "end_behavior", "metadata", "phases", "proration_behavior"
    )
    schedule = _live(world, call)
    now = time_of(world, schedule)
    changes: Obj = {}
    if params.get("end_behavior"):
        changes["end_behavior"] = _end_behavior(params)
    if "metadata" in params:
        changes["metadata"] = merged_metadata(schedule["metadata"], params["metadata"])
    if params.get("default_settings"):
        before = schedule["default_settings"]
        changes["default_settings"] = _settings(world, schedule["customer"], before, params)
    with world.transaction():
        if params.get("phases"):
            changes.update(_rephased(world, schedule, params["phases"], now))
        changed = world.change(KIND, schedule["id"], changes, "subscription_schedule.updated")
        current = next((p for p in changed["phases"] if _runs(p, now)), None)
        if "phases" in changes and current and changed["status"] == "active":
            behavior = params.get("proration_behavior") or current["proration_behavior"]
            enter(world, changed, {**current, "proration_behavior": behavior}, now)
        plan_ahead(world, changed)
        return changed


def _rephased(world: World, schedule: Obj, given: list[Mapping[str, Any]], now: int) -> Obj:
    """The phases as they are to be; past ones may be left out, the current one has to be there."""
    first = schedule["phases"][0]["start_date"]
    current = schedule["current_phase"]
    start = given[0].get("start_date")
    if start is None:
        start = current["start_date"] if current else first
    start = now if start == "now" else int(start)
    phases = requested_phases(world, given, start)
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
    if params.get("preserve_cancel_date"):
        raise not_simulated("keeping the cancellation date", param="preserve_cancel_date")
    return release(world, schedule, time_of(world, schedule))


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

    def keep(schedule: Obj) -> bool:
        return not scheduled or schedule["status"] == "not_started"

    if params.get("customer"):
        existing(world, "customer", params["customer"], "customer")
        return Listing(KIND, "customer", params["customer"], keep)
    return Listing(KIND, keep=keep)


HANDLERS: dict[str, Handler] = {
    "POST /v1/subscription_schedules": create,
    "GET /v1/subscription_schedules": list_all,
    "GET /v1/subscription_schedules/{schedule}": retrieve,
    "POST /v1/subscription_schedules/{schedule}": update,
    "POST /v1/subscription_schedules/{schedule}/cancel": cancel,
    "POST /v1/subscription_schedules/{schedule}/release": release_call,
}
