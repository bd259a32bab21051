"""Pauses and resumptions that a subscription schedule plans: its `pause_schedules`.

docs.stripe.com/billing/subscriptions/pause/schedules and class `stripe.SubscriptionSchedule`: one
entry, in flexible billing mode and for invoices that are charged automatically. A pause or a
resumption that fails says so in its `status`; one whose invoice waits for its payment is `pending`
until it has been paid. Our readings: phases go on while the subscription is paused, and a
resumption of what is not paused any more is an error.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from simulator.billing import pause_requests, resumptions
from simulator.billing.call import Call, existing, refusal, simulates
from simulator.billing.periods import boundary
from simulator.billing.timelines import time_of, timeline_of
from simulator.contract.errors import MissingParameter, StripeError
from simulator.engine import Obj, World

_KIND = "subscription_schedule"
_UPDATED = "subscription_schedule.updated"
_SCHEDULED: Obj = {"error": None, "type": "scheduled"}
_SUCCEEDED: Obj = {"error": None, "type": "succeeded"}
_PAUSE_SETTINGS: Obj = {
    "bill_for": {
        "outstanding_usage_through": {"type": "pause_at"},
        "unused_time_from": {"type": "pause_at"},
    },
    "invoicing_behavior": "pending_invoice_item",
    "type": "subscription",
}
_RESUME_SETTINGS: Obj = {
    "billing_cycle_anchor": "resume_at",
    "payment_behavior": "resume_on_payment_success",
    "proration_behavior": "create_prorations",
}


def requested_pauses(
    world: World, schedule: Obj, given: Sequence[Mapping[str, Any]] | str
) -> list[Obj]:
    """The `pause_schedules` of a schedule after a request; an empty text takes them away."""
    if not given or isinstance(given, str):
        return []
    if len(given) > 1:
        raise refusal("Only one pause schedule is supported.", param="pause_schedules")
    entry, where = given[0], "pause_schedules[0]"
    simulates(entry, ("key", "pause", "resume"), where)
    _check(schedule, where)
    before = next((e for e in schedule["pause_schedules"] if e["key"] == entry.get("key")), None)
    now = time_of(world, schedule)
    pause = _pause(world, schedule, entry.get("pause") or {}, before, now, f"{where}[pause]")
    resume = before["resume"] if before else None
    if "resume" in entry:
        told = entry["resume"]
        resume = _resume(told, resume, pause["pause_at"], now, f"{where}[resume]") if told else None
    key = entry.get("key") or f"pause_{world.ids.token(14)}"
    return [{"key": key, "pause": pause, "resume": resume}]


def _check(schedule: Obj, where: str) -> None:
    settings = schedule["default_settings"]["collection_method"]
    methods = {phase["collection_method"] or settings for phase in schedule["phases"]}
    if schedule["billing_mode"]["type"] != "flexible" or methods != {"charge_automatically"}:
        raise refusal(
            "A pause schedule needs `billing_mode[type]=flexible`, and"
            " `collection_method=charge_automatically` in every phase.",
            param=where,
        )


def _pause(
    world: World, schedule: Obj, given: Mapping[str, Any], before: Obj | None, now: int, where: str
) -> Obj:
    simulates(given, ("pause_at", "settings"), where)
    earlier: Obj | None = before["pause"] if before else _pause_that_is(world, schedule)
    at = given.get("pause_at")
    if at is None and earlier is None:
        raise MissingParameter(f"{where}[pause_at]")
    if earlier is not None and earlier["status"]["type"] == "succeeded":
        if given:
            raise refusal("The subscription is paused already.", param=where)
        return earlier
    instant = earlier["pause_at"] if at is None and earlier else _instant(at or {}, now, now, where)
    settings = _merged((earlier or {}).get("settings") or _PAUSE_SETTINGS, given.get("settings"))
    return {"pause_at": instant, "settings": settings, "status": _SCHEDULED}


def _pause_that_is(world: World, schedule: Obj) -> Obj | None:
    """The pause that a resumption is planned for, of a subscription that is paused already."""
    subscription = world.get("subscription", schedule["subscription"] or "")
    if subscription is None or subscription["status"] != "paused":
        return None
    since = subscription["status_details"]["paused"]["transitioned_at"]
    return {"pause_at": since, "settings": None, "status": _SUCCEEDED}


def _resume(
    given: Mapping[str, Any], before: Obj | None, pause_at: int, now: int, where: str
) -> Obj:
    simulates(given, ("resume_at", "settings"), where)
    at = given.get("resume_at")
    if at is None and before is None:
        raise MissingParameter(f"{where}[resume_at]")
    instant = before["resume_at"] if at is None and before else None
    if instant is None:
        instant = _instant(at or {}, now, pause_at, where)
    if instant <= pause_at:
        raise refusal("A subscription resumes after it was paused.", param=f"{where}[resume_at]")
    settings = _merged(before["settings"] if before else _RESUME_SETTINGS, given.get("settings"))
    return {"resume_at": instant, "settings": settings, "status": _SCHEDULED}


def _instant(given: Mapping[str, Any], now: int, since: int, where: str) -> int:
    """`pause_at` or `resume_at`: now, an instant to come, or so long after `since`."""
    if given["type"] == "now":
        return now
    if given["type"] == "duration" and given.get("duration"):
        return boundary(since, {"interval_count": 1, **given["duration"]}, 1)
    if given.get("timestamp") is None:
        raise MissingParameter(f"{where}[timestamp]")
    if given["timestamp"] < now:
        raise refusal("Invalid timestamp: must be in the future.", param=f"{where}[timestamp]")
    return int(given["timestamp"])


def _merged(before: Obj, given: Mapping[str, Any] | None) -> Obj:
    """Settings after a request: what it does not say is preserved."""
    merged = dict(before)
    for name, value in (given or {}).items():
        merged[name] = {**before[name], **value} if isinstance(value, Mapping) else value
    return merged


def plan_pauses(world: World, schedule: Obj) -> None:
    """Note on the agenda when the subscription pauses and resumes; what is due is done at once."""
    timeline, name, now = timeline_of(schedule), schedule["id"], time_of(world, schedule)
    for entry in schedule["pause_schedules"]:
        for act, at in (("pause", "pause_at"), ("resume", "resume_at")):
            step = entry[act]
            if step is None or step["status"]["type"] != "scheduled":
                continue
            if step[at] > now:
                world.schedule(step[at], f"schedule.{act}", name, timeline)
            elif schedule["status"] == "active":
                {"pause": pause, "resume": resume}[act](world, name)


def pause(world: World, name: str) -> None:
    """Duty `schedule.pause`: pause the subscription as the schedule says."""
    schedule, entry = _due(world, name, "pause", "pause_at")
    if schedule is None or entry is None:
        return
    settings = entry["pause"]["settings"]
    bill_for = {
        part: {"type": "now" if told["type"] == "pause_at" else told["type"]}
        for part, told in settings["bill_for"].items()
    }
    asked = {"bill_for": bill_for, "invoicing_behavior": settings["invoicing_behavior"]}
    subscription = existing(world, "subscription", schedule["subscription"], "subscription")
    try:
        pause_requests.pause_as_planned(world, subscription, asked)
    except StripeError as fault:
        _told(world, schedule, "pause", _failed(fault))
    else:
        _told(world, schedule, "pause", _SUCCEEDED)


def resume(world: World, name: str) -> None:
    """Duty `schedule.resume`: try to resume the subscription as the schedule says."""
    schedule, entry = _due(world, name, "resume", "resume_at")
    if schedule is None or entry is None:
        return
    settings = entry["resume"]["settings"]
    anchor = {"resume_at": "now"}.get(settings["billing_cycle_anchor"], "unchanged")
    asked = {**settings, "billing_cycle_anchor": {"type": anchor}}
    try:
        resumed = resumptions.resume(world, Call({"subscription": schedule["subscription"]}, asked))
    except StripeError as fault:
        _told(world, schedule, "resume", _failed(fault))
    else:
        waits = resumed["status"] == "paused"
        status = {"error": None, "type": "pending"} if waits else _SUCCEEDED
        _told(world, schedule, "resume", status)


def subscription_resumed(world: World, schedule: Obj, subscription: Obj) -> None:
    """A resumption that waited for its payment has succeeded."""
    if subscription["status"] not in ("active", "past_due"):
        return
    for entry in schedule["pause_schedules"]:
        if entry["resume"] and entry["resume"]["status"]["type"] == "pending":
            _told(world, schedule, "resume", _SUCCEEDED)


def _due(world: World, name: str, act: str, at: str) -> tuple[Obj | None, Obj | None]:
    """The schedule and its entry, if the act is still to be done at this instant or before."""
    schedule = world.get(_KIND, name)
    if schedule is None or schedule["status"] != "active":
        return None, None
    now = time_of(world, schedule)
    for entry in schedule["pause_schedules"]:
        step = entry[act]
        if step and step["status"]["type"] == "scheduled" and step[at] <= now:
            return schedule, entry
    return schedule, None


def _failed(fault: StripeError) -> Obj:
    return {"error": {"code": fault.code, "message": fault.message}, "type": "error"}


def _told(world: World, schedule: Obj, act: str, status: Obj) -> None:
    entries = [
        {**entry, act: {**entry[act], "status": status}} for entry in schedule["pause_schedules"]
    ]
    world.change(_KIND, schedule["id"], {"pause_schedules": entries}, _UPDATED)
