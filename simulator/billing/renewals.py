"""What happens when a period ends: the next one begins, the trial is over, or the subscription
ends.

At the period's end the subscription already shows its new period and stays active; its invoice is a
draft, and money is tried an hour later (docs.stripe.com/billing/subscriptions/webhooks, renewal;
docs.stripe.com/invoicing/overview).
"""

from __future__ import annotations

from simulator.billing.endings import end_as_scheduled
from simulator.billing.invoice_items import pending_for
from simulator.billing.invoicing import DRAFT_FOR, Draft, draft
from simulator.billing.lines import described, item_line, pending_line
from simulator.billing.metered_items import retired_lines, usage_lines
from simulator.billing.metered_prices import is_metered
from simulator.billing.orders import RENEWED
from simulator.billing.pausing import keeps_drafts
from simulator.billing.periods import end_after, start_before
from simulator.billing.price_amounts import amount_of
from simulator.billing.subscription_items import (
    items_of,
    note_line_debits,
    period_end,
    with_items,
)
from simulator.billing.subscription_status import RENEWS
from simulator.billing.timelines import timeline_of
from simulator.billing.trials import end_trial_without_method
from simulator.engine import DAY, Obj, World
from simulator.engine.money import share

TRIAL_WARNING = 3 * DAY


def schedule_ends(world: World, subscription: Obj) -> None:
    """Note on the agenda every instant at which something about the subscription may end."""
    instants = {item["current_period_end"] for item in items_of(subscription)}
    if subscription["cancel_at"]:
        instants.add(subscription["cancel_at"])
    for instant in sorted(instants):
        world.schedule(
            instant, "subscription.period_end", subscription["id"], timeline_of(subscription)
        )
    _plan_notice(world, subscription)


def look_ahead(world: World, before: Obj, subscription: Obj) -> None:
    """Put on the agenda what a changed subscription will come to."""
    if subscription["trial_end"] != before["trial_end"]:
        plan_trial_warning(world, subscription)
    schedule_ends(world, subscription)


def plan_trial_warning(world: World, subscription: Obj) -> None:
    """Three days before the trial's end, or at once when it is nearer."""
    timeline, end = timeline_of(subscription), subscription["trial_end"]
    if subscription["status"] == "trialing":
        at = max(end - TRIAL_WARNING, world.now(timeline))
        world.schedule(at, "subscription.trial_will_end", subscription["id"], timeline)


def _plan_notice(world: World, subscription: Obj) -> None:
    """Note when `invoice.upcoming` is due: as many days before the renewal as the settings say."""
    timeline, days = timeline_of(subscription), world.settings.upcoming_days
    at = min(item["current_period_end"] for item in items_of(subscription)) - days * DAY
    name = subscription["id"]
    if days and at > world.now(timeline) and world.kept(name).get("upcoming_at") != at:
        world.keep(name, upcoming_at=at)
        world.schedule(at, "subscription.upcoming", name, timeline)


def period_ended(world: World, name: str) -> None:
    """Duty `subscription.period_end`: end, or renew the items whose period is over.

    Stale entries, left by changes that moved the period, find nothing to do.
    """
    subscription = world.get("subscription", name)
    if subscription is None or subscription["status"] not in (*RENEWS, "paused"):
        return
    at = world.now(timeline_of(subscription))
    cancel_at = subscription["cancel_at"]
    if cancel_at is not None and cancel_at <= at:
        end_as_scheduled(world, subscription, at)
        return
    if subscription["status"] == "paused":
        return
    if not any(item["current_period_end"] == at for item in items_of(subscription)):
        return
    if subscription["cancel_at_period_end"] and period_end(subscription) <= at:
        end_as_scheduled(world, subscription, at)
        return
    if subscription["status"] == "trialing" and end_trial_without_method(world, subscription, {}):
        return
    renew(world, subscription, at)


def renew(world: World, subscription: Obj, at: int) -> Obj:
    """Begin the next period of every item whose period ends now, with a draft for it."""
    with world.transaction(RENEWED):
        before = items_of(subscription)
        items = [_next_period(subscription, item, at) for item in before]
        renewed = [item for item in items if item["current_period_start"] == at]
        previous = next(item for item in before if item["current_period_end"] == at)
        plan = Draft(
            subscription,
            "subscription_cycle",
            at,
            (previous["current_period_start"], at),
            auto_advance=not keeps_drafts(subscription) and subscription["status"] != "unpaid",
        )
        invoice = draft(world, plan, lambda name: _lines(world, name, subscription, renewed))
        note_line_debits(world, invoice)
        world.schedule(at + DRAFT_FOR, "invoice.advance", invoice["id"], timeline_of(subscription))
        status = "active" if subscription["status"] == "trialing" else subscription["status"]
        changed = world.change(
            "subscription",
            subscription["id"],
            {
                **with_items(subscription, items),
                "latest_invoice": invoice["id"],
                "status": status,
            },
            "customer.subscription.updated",
        )
        schedule_ends(world, changed)
        return changed


def _next_period(subscription: Obj, item: Obj, at: int) -> Obj:
    if item["current_period_end"] != at:
        return item
    end = end_after(subscription["billing_cycle_anchor"], item["price"]["recurring"], at)
    if subscription["cancel_at"]:
        end = min(end, subscription["cancel_at"])
    return {**item, "current_period_start": at, "current_period_end": end}


def _lines(world: World, invoice: str, subscription: Obj, renewed: list[Obj]) -> list[Obj]:
    """Pending prorations first, then a line for each renewed item, ahead or for what was used."""
    lines = [pending_line(world, invoice, item) for item in pending_for(world, subscription)]
    lines += retired_lines(world, invoice, subscription)
    for item in renewed:
        if is_metered(item["price"]):
            until = item["current_period_start"]
            lines += usage_lines(world, invoice, subscription, [item], until)
        else:
            lines.append(cycle_line(world, invoice, subscription, item))
    return lines


def cycle_line(
    world: World, invoice: str, subscription: Obj, item: Obj, *, free: bool = False
) -> Obj:
    """The line for an item's whole period, or for the part of it after a late start or before a
    scheduled end.
    """
    start, end = item["current_period_start"], item["current_period_end"]
    amount = 0 if free else amount_of(world, item["price"], item["quantity"])
    anchor, recurring = subscription["billing_cycle_anchor"], item["price"]["recurring"]
    began, whole = start_before(anchor, recurring, start), end_after(anchor, recurring, start)
    if began < start or end < whole:
        amount = share(amount, end - start, whole - began)
    text = described(world, item["price"], item["quantity"])
    return item_line(world, invoice, item, amount=amount, period=(start, end), text=text)


def trial_will_end(world: World, name: str) -> None:
    """Duty `subscription.trial_will_end`.

    Three days' notice (docs.stripe.com/billing/subscriptions/trials), once for each end that a
    trial has had.
    """
    subscription = world.get("subscription", name)
    if subscription is None or subscription["status"] != "trialing":
        return
    end = subscription["trial_end"]
    if world.kept(name).get("warned_of") == end:
        return
    if end - world.now(timeline_of(subscription)) <= TRIAL_WARNING:
        world.keep(name, warned_of=end)
        world.emit("customer.subscription.trial_will_end", subscription)
