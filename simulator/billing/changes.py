"""Changing what a subscription charges for in the middle of a period.

docs.stripe.com/billing/subscriptions/change-price and prorations, and
docs.stripe.com/billing/subscriptions/billing-mode/compare for the two billing modes. A change
credits unused time, debits remaining time, and either leaves both pending or invoices them at once.
A new billing cycle anchor (asked for, or in classic mode when the interval changes) replaces the
debit by a whole new period; so does the end of a trial that is brought forward to now.
"""

from __future__ import annotations

from dataclasses import replace

from simulator.billing import billing_ends, pending_updates
from simulator.billing.catalog import plan_of
from simulator.billing.change_invoices import invoice_now
from simulator.billing.cycles import Cycle, cycle_after
from simulator.billing.discounts import Holder, replace_all, standing_amount
from simulator.billing.invoice_items import credit_item, debit_item
from simulator.billing.metered_items import begin, charge_usage, retire
from simulator.billing.metered_prices import is_metered
from simulator.billing.orders import CHANGED, CHANGED_AND_INVOICED
from simulator.billing.periods import end_after, start_before
from simulator.billing.proration import Debit, credit_for
from simulator.billing.renewals import look_ahead
from simulator.billing.subscription_items import (
    check_intervals,
    debits_of,
    items_of,
    new_item,
    numbered,
    period_end,
    with_items,
)
from simulator.billing.wanted_changes import Change, ItemChange
from simulator.engine import Obj, World
from simulator.engine.money import share

__all__ = ["Change", "ItemChange", "apply"]


def apply(world: World, subscription: Obj, change: Change) -> Obj:
    """Carry out a change with its prorations, its invoice and its events.

    Returns the subscription. Where the change waits for its payment
    (`payment_behavior=pending_if_incomplete`), that is the subscription as it was, with its
    `pending_update`.
    """
    cycle = cycle_after(subscription, change, _resets(subscription, change))
    invoiced = change.proration_behavior == "always_invoice" or cycle.new
    with world.transaction(CHANGED_AND_INVOICED if invoiced else CHANGED):
        others = {**(change.others or {}), **cycle.fields}
        basis = {**subscription, "discounts": others.get("discounts", subscription["discounts"])}
        waiting = pending_updates.Waiting.begin(world, subscription, change)
        changed = _swap_items(world, basis, change, cycle, others)
        if invoiced and not _renews_now(changed, change):
            changed = invoice_now(world, basis, changed, change, cycle.new)
        after = {**subscription, **changed}
        if after["cancel_at_period_end"]:
            changed = {**changed, "cancel_at": period_end(after)}
        if waiting is not None and pending_updates.is_unpaid(world, subscription, changed):
            return waiting.hold(world, subscription, changed)
        final = world.change(
            "subscription", subscription["id"], changed, "customer.subscription.updated"
        )
        look_ahead(world, subscription, final)
        return final


def _renews_now(changed: Obj, change: Change) -> bool:
    """Whether a renewal is what comes next, whose invoice then has all that is pending."""
    items = changed["items"]["data"]
    return any(item["current_period_end"] == change.now for item in items)


def _resets(subscription: Obj, change: Change) -> bool:
    """Whether the billing cycle starts anew: on request, or in classic mode with the interval."""
    if change.reset_anchor:
        return True
    if subscription["billing_mode"]["type"] == "flexible":
        return False
    intervals = {item["id"]: _interval(item["price"]) for item in items_of(subscription)}
    return any(
        wanted.item and wanted.price and _interval(wanted.price) != intervals[wanted.item]
        for wanted in change.items
    )


def _interval(price: Obj) -> tuple[str, int]:
    recurring = price["recurring"]
    return recurring["interval"], recurring["interval_count"]


def _swap_items(world: World, subscription: Obj, change: Change, cycle: Cycle, others: Obj) -> Obj:
    """Credit the old items, debit the new ones; the subscription's changed fields so far."""
    wanted = {entry.item: entry for entry in change.items if entry.item}
    ends = billing_ends.moves_an_end(subscription, others)
    items: list[Obj] = []
    for item in items_of(subscription):
        entry = wanted.get(item["id"])
        if entry is None and not cycle.moved:
            items.append(billing_ends.moved(world, subscription, item, change) if ends else item)
            continue
        _credit(world, subscription, item, entry, change, cycle)
        if entry is not None and entry.deleted:
            continue
        items.append(_changed_item(world, subscription, item, entry, change, cycle))
    for entry in change.items:
        if entry.item is None:
            items.append(_added_item(world, subscription, entry, change, cycle))
    check_intervals(subscription["billing_mode"]["type"], [item["price"] for item in items])
    return {**others, **with_items(subscription, items)}


def _credit(
    world: World,
    subscription: Obj,
    item: Obj,
    entry: ItemChange | None,
    change: Change,
    cycle: Cycle,
) -> None:
    if is_metered(item["price"]):
        _leave_usage(world, subscription, item, entry, change, cycle)
        return
    if change.proration_behavior == "none":
        return
    for debit in _creditable(world, subscription, item):
        credit = credit_for(debit, change.at)
        if credit is not None and credit.amount:
            credit_item(world, subscription, item, credit)


def _leave_usage(
    world: World,
    subscription: Obj,
    item: Obj,
    entry: ItemChange | None,
    change: Change,
    cycle: Cycle,
) -> None:
    """What a metered item has used is done with where its price or, for a trial, its period ends.

    Where a new period begins, its invoice has a line for that, or the renewal's that is about to
    come.
    """
    flexible = subscription["billing_mode"]["type"] == "flexible"
    price = entry.price if entry is not None else None
    replaced = entry is not None and (
        entry.deleted or (price is not None and price["id"] != item["price"]["id"])
    )
    if cycle.new and not (flexible and replaced):
        return
    if replaced and cycle.renews(item, change.now):
        retire(world, subscription, item, change.now)
    elif replaced or (cycle.moved and subscription["status"] != "trialing"):
        bills = change.proration_behavior != "none" and (flexible or not replaced)
        charge_usage(world, subscription, item, change.at, bills=bills)


def _creditable(world: World, subscription: Obj, item: Obj) -> tuple[Debit, ...]:
    """Flexible: what was really debited. Classic: the current price over the current period."""
    debits = debits_of(world, item["id"])
    if subscription["billing_mode"]["type"] == "flexible" or subscription["status"] == "trialing":
        return debits
    start, end = item["current_period_start"], item["current_period_end"]
    anchor, recurring = subscription["billing_cycle_anchor"], item["price"]["recurring"]
    whole = standing_amount(world, subscription, item, start)
    began, natural = start_before(anchor, recurring, start), end_after(anchor, recurring, start)
    amount = share(whole, end - start, natural - began)
    last = debits[-1] if debits else Debit(amount, start, end)
    return (replace(last, amount=amount, start=start, end=end),)


def _changed_item(
    world: World,
    subscription: Obj,
    item: Obj,
    entry: ItemChange | None,
    change: Change,
    cycle: Cycle,
) -> Obj:
    price = (entry.price if entry else None) or item["price"]
    metadata = entry.metadata if entry and entry.metadata is not None else item["metadata"]
    rates = item["tax_rates"]
    if entry is not None and entry.tax_rates is not None:
        rates = list(entry.tax_rates)
        world.keep(item["id"], tax_rates=rates)
    made = {
        **item,
        "metadata": metadata,
        "tax_rates": rates,
        "plan": plan_of(price),
        "price": price,
        "discounts": _discounts(world, subscription, item, entry, change),
    }
    made = numbered(made, _quantity(item, price, entry))
    if is_metered(price) and not is_metered(item["price"]):
        begin(world, made, change.at)
    return _with_period(world, subscription, made, change, cycle)


def _quantity(item: Obj, price: Obj, entry: ItemChange | None) -> int | None:
    """A new price without a quantity means one of it (docs.stripe.com, change-price)."""
    if is_metered(price):
        return None
    if entry is None or (entry.price is None and entry.quantity is None):
        return int(item["quantity"])
    return 1 if entry.quantity is None else entry.quantity


def _added_item(
    world: World, subscription: Obj, entry: ItemChange, change: Change, cycle: Cycle
) -> Obj:
    assert entry.price is not None
    due = [item for item in items_of(subscription) if item["current_period_end"] == change.now]
    starts = [item["current_period_start"] for item in due]
    quantity = 1 if entry.quantity is None else entry.quantity
    made = new_item(
        world,
        subscription["id"],
        entry.price,
        None if is_metered(entry.price) else quantity,
        created=change.now,
        period=(min(starts, default=0), change.now if starts else 0),
        metadata=entry.metadata,
        tax_rates=entry.tax_rates or (),
    )
    made = {**made, "discounts": _discounts(world, subscription, made, entry, change)}
    if is_metered(entry.price):
        begin(world, made, change.at)
    return _with_period(world, subscription, made, change, cycle)


def _discounts(
    world: World, subscription: Obj, item: Obj, entry: ItemChange | None, change: Change
) -> list[str]:
    """The item's own discounts after the change."""
    before: list[str] = item["discounts"]
    if entry is None or entry.discounts is None:
        return before
    customer = world.get("customer", subscription["customer"])
    assert customer is not None
    fields = {"subscription": subscription["id"], "subscription_item": item["id"]}
    holder = Holder(customer, change.now, subscription["currency"], None, fields)
    given = [] if isinstance(entry.discounts, str) else entry.discounts
    return replace_all(world, before, given, holder, "items[discounts]")


def _with_period(world: World, subscription: Obj, item: Obj, change: Change, cycle: Cycle) -> Obj:
    """The item in the period that its price has around the change, debited for what remains of
    it. One that is about to be renewed is left to that.
    """
    if cycle.renews(item, change.now):
        return item
    start, natural = cycle.around(item, change.at)
    end = (
        natural if cycle.trial is not None else min(natural, _last(subscription, change) or natural)
    )
    placed = {**item, "current_period_start": start, "current_period_end": end}
    if cycle.trial is not None and cycle.moved and change.proration_behavior != "none":
        world.keep(item["id"], debits=())
    if cycle.trial is not None or cycle.new or change.proration_behavior == "none":
        return placed
    if is_metered(item["price"]):
        return placed
    whole = standing_amount(world, subscription, item, change.at)
    amount = share(whole, end - change.at, natural - start)
    _, debit = debit_item(world, subscription, placed, amount, (change.at, end))
    world.keep(item["id"], debits=(debit,))
    return placed


def _last(subscription: Obj, change: Change) -> int | None:
    """An end that was set by its date; the one that is set by the period follows the period."""
    told = {**subscription, **(change.others or {})}
    end: int | None = told["cancel_at"]
    return None if told["cancel_at_period_end"] else end
