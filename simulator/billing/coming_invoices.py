"""The next invoice of a subscription, made by living ahead until it comes.

docs.stripe.com/api/invoices/create_preview. The subscription lives through what is due for it, each
thing in its own time: phases of its schedule that begin, a pause, an end that was set, a trial that
is over, a renewal, and the invoice before being finalised. So the invoice is the one that will
come, as long as nothing else changes, and there is none where none will come. Retries of payments
are not foreseen, nor what follows from them. All that is to be taken back: call it in a transaction
that is rolled back.
"""

from __future__ import annotations

from collections.abc import Iterator

from simulator.billing.invoicing import finalize
from simulator.billing.pause_schedules import resume
from simulator.billing.schedule_clock import KIND, advance, period_ended
from simulator.billing.subscription_items import items_of
from simulator.billing.timelines import timeline_of
from simulator.engine import Obj, World, as_of


def coming_invoice(
    world: World, name: str, since: str | None, *, renewals_only: bool = False
) -> Obj | None:
    """The first invoice of a subscription after its invoice `since`, or the first of a renewal."""
    done: int | None = None
    while (subscription := world.get("subscription", name)) is not None:
        latest = subscription["latest_invoice"]
        if latest != since:
            since, invoice = latest, world.get("invoice", latest)
            assert invoice is not None
            if not renewals_only or invoice["billing_reason"] == "subscription_cycle":
                return invoice
        at = _next_instant(world, subscription, done)
        if at is None:
            return None
        _finalize_by(world, latest, at)
        with as_of(world, at, timeline_of(subscription)):
            period_ended(world, name)
            if subscription["schedule"]:
                resume(world, subscription["schedule"])
        done = at
    return None


def _finalize_by(world: World, name: str | None, instant: int) -> None:
    """Finalise the invoice before, if it is a draft until then: it may move the balance."""
    invoice = world.get("invoice", name or "")
    if invoice is None or invoice["status"] != "draft":
        return
    at = invoice["automatically_finalizes_at"]
    if at is not None and at <= instant:
        finalize(world, invoice, at)


def first_invoice_of(world: World, schedule: Obj) -> Obj:
    """The first invoice of a schedule that has not begun."""
    with as_of(world, schedule["phases"][0]["start_date"], timeline_of(schedule)):
        advance(world, schedule["id"])
    begun = world.get(KIND, schedule["id"])
    assert begun is not None
    invoice = coming_invoice(world, begun["subscription"], None)
    assert invoice is not None
    return invoice


def _next_instant(world: World, subscription: Obj, done: int | None) -> int | None:
    """When something about the subscription is due next, after what was `done`."""
    instants = {item["current_period_end"] for item in items_of(subscription)}
    if subscription["cancel_at"]:
        instants.add(subscription["cancel_at"])
    if done is not None:
        instants = {instant for instant in instants if instant > done}
    schedule = world.get(KIND, subscription["schedule"] or "")
    now = world.now(timeline_of(subscription)) if done is None else done
    if schedule is not None:
        instants |= {at for at in _planned(schedule) if at > now}
    return min(instants, default=None)


def _planned(schedule: Obj) -> Iterator[int]:
    """When something is planned: phases, a pause and its end."""
    for phase in schedule["phases"]:
        yield from (phase["start_date"], phase["end_date"])
    for entry in schedule["pause_schedules"]:
        yield entry["pause"]["pause_at"]
        if entry["resume"]:
            yield entry["resume"]["resume_at"]
