"""What a subscription schedule does in its time: phases begin, and the last one ends.

docs.stripe.com/billing/subscriptions/subscription-schedules; class `stripe.Event` for what is told.
After the last phase the subscription is released or canceled. That a schedule then is `released`,
and `completed` only where it cancels, is our reading; so is that one which the portal made lets go
as soon as its last phase has begun.
"""

from __future__ import annotations

from simulator.billing import pause_schedules, renewals
from simulator.billing.changes import Change, apply
from simulator.billing.endings import end_as_scheduled
from simulator.billing.phase_entries import enter, subscribed
from simulator.billing.subscription_status import ENDED
from simulator.billing.timelines import time_of, timeline_of
from simulator.billing.winding_down import CLEARED
from simulator.engine import DAY, Obj, World

KIND = "subscription_schedule"
_NOTICE = 7 * DAY


def plan_ahead(world: World, schedule: Obj) -> None:
    """Note on the agenda when phases begin and when the last one ends."""
    timeline, name = timeline_of(schedule), schedule["id"]
    now = time_of(world, schedule)
    for phase in schedule["phases"]:
        for instant in (phase["start_date"], phase["end_date"]):
            if instant > now:
                world.schedule(instant, "schedule.advance", name, timeline)
    notice = schedule["phases"][-1]["end_date"] - _NOTICE
    if notice > now:
        world.schedule(notice, "schedule.expiring", name, timeline)


def expiring(world: World, name: str) -> None:
    """Duty `schedule.expiring`: a week before the last phase ends."""
    schedule = world.get(KIND, name)
    if schedule is None or schedule["status"] != "active":
        return
    if schedule["phases"][-1]["end_date"] == time_of(world, schedule) + _NOTICE:
        world.emit("subscription_schedule.expiring", schedule)


def period_ended(world: World, name: str) -> None:
    """Duty `subscription.period_end`, with the phase or the pause that begins then first."""
    subscription = world.get("subscription", name)
    if subscription is not None and subscription["schedule"]:
        advance(world, subscription["schedule"])
        pause_schedules.pause(world, subscription["schedule"])
    renewals.period_ended(world, name)


def advance(world: World, name: str) -> None:
    """Duty `schedule.advance`: begin the phase whose time has come, or end."""
    schedule = world.get(KIND, name)
    if schedule is None or schedule["status"] not in ("not_started", "active"):
        return
    now = time_of(world, schedule)
    if schedule["status"] == "not_started":
        if schedule["phases"][0]["start_date"] > now:
            return
        if world.get("customer", schedule["customer"]) is not None:
            begin(world, schedule)
            return
        ended = {"canceled_at": now, "status": "canceled"}
        world.change(KIND, name, ended, "subscription_schedule.canceled")
        return
    current = schedule["current_phase"]
    if current is None or current["end_date"] > now:
        return
    following = [p for p in schedule["phases"] if p["start_date"] >= current["end_date"]]
    if not following:
        _finish(world, schedule, now)
        return
    with world.transaction():
        phase = following[0]
        changed = world.change(
            KIND, name, {"current_phase": bounds(phase)}, "subscription_schedule.updated"
        )
        enter(world, changed, phase, now)
        if world.kept(name).get("lets_go") and len(following) == 1:
            release(world, changed, now)


def bounds(phase: Obj) -> Obj:
    return {"end_date": phase["end_date"], "start_date": phase["start_date"]}


def begin(world: World, schedule: Obj) -> Obj:
    """Create the subscription of a schedule whose first phase begins.

    One that began in the past is in the phase of today.
    """
    now = time_of(world, schedule)
    phases = schedule["phases"]
    phase = next((phase for phase in phases if phase["end_date"] > now), phases[-1])
    with world.transaction():
        subscription = subscribed(world, schedule, phase, now)
        begun = {
            "current_phase": bounds(phase),
            "status": "active",
            "subscription": subscription["id"],
        }
        return world.change(KIND, schedule["id"], begun, "subscription_schedule.updated")


def release(world: World, schedule: Obj, now: int, *, keeps_end: bool = False) -> Obj:
    """Let the subscription go on by itself, without the end that the schedule has set for it unless
    that is kept.
    """
    with world.transaction():
        name = schedule["subscription"]
        released = world.change(
            KIND,
            schedule["id"],
            {
                "current_phase": None,
                "released_at": now,
                "released_subscription": name,
                "status": "released",
                "subscription": None,
            },
            "subscription_schedule.released",
        )
        subscription = world.get("subscription", name or "")
        if subscription is not None:
            freed: Obj = {"schedule": None}
            if subscription["cancel_at"] and not keeps_end:
                details = {**subscription["cancellation_details"], "reason": None}
                freed |= {**CLEARED, "cancellation_details": details}
            apply(world, subscription, Change((), now, now, others=freed))
        return released


def _finish(world: World, schedule: Obj, now: int) -> None:
    if schedule["end_behavior"] != "cancel":
        release(world, schedule, now)
        return
    with world.transaction():
        done = {"completed_at": now, "current_phase": None, "status": "completed"}
        world.change(KIND, schedule["id"], done, "subscription_schedule.completed")
        subscription = world.get("subscription", schedule["subscription"])
        if subscription is not None and subscription["status"] not in ENDED:
            end_as_scheduled(world, subscription, now)


def subscription_changed(world: World, name: str) -> None:
    """One that ended takes its schedule with it, told as `subscription_schedule.aborted` where that
    was for want of payment; one that was paused may have been resumed.
    """
    subscription = world.get("subscription", name)
    if subscription is None or not subscription["schedule"]:
        return
    schedule = world.get(KIND, subscription["schedule"])
    if schedule is None or schedule["status"] != "active":
        return
    if subscription["status"] not in ENDED:
        pause_schedules.subscription_resumed(world, schedule, subscription)
    else:
        ended = {
            "canceled_at": subscription["ended_at"],
            "current_phase": None,
            "status": "canceled",
        }
        unpaid = subscription["cancellation_details"]["reason"] == "payment_failed"
        told = "aborted" if unpaid else "canceled"
        world.change(KIND, schedule["id"], ended, f"subscription_schedule.{told}")
