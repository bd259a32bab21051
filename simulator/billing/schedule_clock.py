"""What a subscription schedule does in its time: phases begin, and the last one ends.

docs.stripe.com/billing/subscriptions/subscription-schedules. A phase that begins where a period
ends changes the items before they are renewed, so that nothing is prorated; in the middle of a
period it is an update like any other, with the phase's `proration_behavior`. A new interval begins
a new billing cycle (`billing_cycle_anchor=automatic`). After the last phase the subscription is
released or canceled. That a schedule then is `released`, and `completed` only where it cancels, is
our reading; so is that one which the portal made lets go as soon as its last phase has begun.
"""

from __future__ import annotations

from simulator.billing import renewals
from simulator.billing.catalog import plan_of
from simulator.billing.changes import apply
from simulator.billing.endings import end_now
from simulator.billing.payment_methods import default_of
from simulator.billing.signups import ItemSpec, Signup, subscribe
from simulator.billing.subscription_items import items_of, new_item, with_items
from simulator.billing.subscription_status import ENDED
from simulator.billing.timelines import time_of, timeline_of
from simulator.billing.wanted_changes import Change, ItemChange
from simulator.engine import DAY, Obj, World

KIND = "subscription_schedule"
_UPDATED = "customer.subscription.updated"
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
    """Duty `subscription.period_end`, with the phase that begins then first."""
    subscription = world.get("subscription", name)
    if subscription is not None and subscription["schedule"]:
        advance(world, subscription["schedule"])
    renewals.period_ended(world, name)


def advance(world: World, name: str) -> None:
    """Duty `schedule.advance`: begin the phase whose time has come, or end."""
    schedule = world.get(KIND, name)
    if schedule is None or schedule["status"] not in ("not_started", "active"):
        return
    now = time_of(world, schedule)
    if schedule["status"] == "not_started":
        if schedule["phases"][0]["start_date"] <= now:
            begin(world, schedule)
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

    Without a payment method its first invoice waits for one.
    """
    phase, now = schedule["phases"][0], time_of(world, schedule)
    customer = world.get("customer", schedule["customer"])
    assert customer is not None
    specs = []
    for item in phase["items"]:
        price = world.get("price", item["price"])
        assert price is not None
        specs.append(ItemSpec(price, item["quantity"], item["metadata"]))
    fields: Obj = {"metadata": phase["metadata"], "schedule": schedule["id"]}
    method = phase["default_payment_method"]
    method = method or schedule["default_settings"]["default_payment_method"]
    if method:
        fields["default_payment_method"] = method
    payable = default_of(world, fields, customer["id"]) is not None
    with world.transaction():
        subscription = subscribe(
            world,
            Signup(
                customer=customer,
                items=specs,
                billing_mode=schedule["billing_mode"]["type"],
                payment_behavior="allow_incomplete" if payable else "default_incomplete",
                started=phase["start_date"] if phase["start_date"] < now else None,
                prorates=phase["proration_behavior"] != "none",
                fields=fields,
            ),
        )
        begun = {
            "current_phase": bounds(phase),
            "status": "active",
            "subscription": subscription["id"],
        }
        return world.change(KIND, schedule["id"], begun, "subscription_schedule.updated")


def enter(world: World, schedule: Obj, phase: Obj, now: int) -> None:
    """Give the subscription what the phase says."""
    subscription = world.get("subscription", schedule["subscription"])
    assert subscription is not None
    if subscription["status"] in ENDED:
        return
    others: Obj = {"metadata": {**subscription["metadata"], **phase["metadata"]}}
    for name in ("default_payment_method", "description"):
        if phase[name]:
            others[name] = phase[name]
    wanted = _changes(world, subscription, phase)
    anew = phase["billing_cycle_anchor"] == "phase_start" or _new_interval(subscription, wanted)
    ends = {item["current_period_end"] for item in items_of(subscription)}
    if ends == {now} and subscription["status"] != "trialing":
        anchor = {"billing_cycle_anchor": now} if anew else {}
        items = _replaced(world, subscription, wanted, now)
        fields = {**others, **anchor, **with_items(subscription, items)}
        world.change("subscription", subscription["id"], fields, _UPDATED)
    elif wanted or anew:
        behavior = phase["proration_behavior"]
        change = Change(wanted, now, now, behavior, reset_anchor=anew, others=others)
        apply(world, subscription, change)
    else:
        world.change("subscription", subscription["id"], others, _UPDATED)


def _changes(world: World, subscription: Obj, phase: Obj) -> list[ItemChange]:
    """What makes the subscription's items those of the phase, in their order."""
    before, changes = items_of(subscription), []
    for position, item in enumerate(phase["items"]):
        price = world.get("price", item["price"])
        assert price is not None
        old = before[position] if position < len(before) else None
        same = old and (old["price"]["id"], old["quantity"]) == (price["id"], item["quantity"])
        if not same:
            own = old["id"] if old else None
            changes.append(ItemChange(own, price, item["quantity"], metadata=item["metadata"]))
    dropped = before[len(phase["items"]) :]
    return [*changes, *(ItemChange(item["id"], deleted=True) for item in dropped)]


def _new_interval(subscription: Obj, wanted: list[ItemChange]) -> bool:
    old = {item["id"]: item["price"]["recurring"] for item in items_of(subscription)}
    names = ("interval", "interval_count")
    return any(
        change.price is not None
        and change.item is not None
        and any(change.price["recurring"][n] != old[change.item][n] for n in names)
        for change in wanted
    )


def _replaced(world: World, subscription: Obj, wanted: list[ItemChange], now: int) -> list[Obj]:
    """The items after the changes, all still in the period that ends now."""
    changes = {change.item: change for change in wanted if change.item}
    items = []
    for item in items_of(subscription):
        change = changes.get(item["id"])
        if change is None:
            items.append(item)
        elif not change.deleted and change.price is not None:
            made = {"plan": plan_of(change.price), "price": change.price}
            items.append({**item, **made, "quantity": change.quantity})
    for change in wanted:
        if change.item is None and change.price is not None:
            start = items_of(subscription)[0]["current_period_start"]
            added = new_item(
                world,
                subscription["id"],
                change.price,
                change.quantity or 1,
                created=now,
                period=(start, now),
                metadata=change.metadata,
            )
            items.append(added)
    return items


def release(world: World, schedule: Obj, now: int) -> Obj:
    """Let the subscription go on by itself."""
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
        if name is not None:
            world.change("subscription", name, {"schedule": None}, _UPDATED)
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
            end_now(world, subscription, reason="cancellation_requested", invoice_now=True)


def subscription_changed(world: World, name: str) -> None:
    """A subscription that ended takes its schedule with it."""
    subscription = world.get("subscription", name)
    if subscription is None or not subscription["schedule"]:
        return
    schedule = world.get(KIND, subscription["schedule"])
    if subscription["status"] in ENDED and schedule and schedule["status"] == "active":
        ended = {
            "canceled_at": subscription["ended_at"],
            "current_phase": None,
            "status": "canceled",
        }
        world.change(KIND, schedule["id"], ended, "subscription_schedule.canceled")
