"""Changing what a subscription charges for in the middle of a period.

docs.stripe.com/billing/subscriptions/change-price and prorations, and
docs.stripe.com/billing/subscriptions/billing-mode/compare for the two billing modes. A change
credits unused time, debits remaining time, and either leaves both pending or invoices them at once.
A new billing cycle anchor (asked for, or in classic mode when the interval changes) replaces the
debit by a whole new period; so does the end of a trial that is brought forward to now.
"""

from __future__ import annotations

from dataclasses import replace

from simulator.billing import pending_updates
from simulator.billing.catalog import plan_of
from simulator.billing.change_invoices import invoice_now
from simulator.billing.cycles import Cycle, cycle_after
from simulator.billing.discounts import Holder, replace_all, standing_amount
from simulator.billing.invoice_items import credit_item, debit_item
from simulator.billing.orders import CHANGED, CHANGED_AND_INVOICED
from simulator.billing.proration import Debit, credit_for
from simulator.billing.renewals import look_ahead
from simulator.billing.subscription_items import (
    debits_of,
    items_of,
    new_item,
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
        if invoiced:
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
    items: list[Obj] = []
    for item in items_of(subscription):
        entry = wanted.get(item["id"])
        if entry is None and not cycle.moved:
            items.append(item)
            continue
        _credit(world, subscription, item, change)
        if entry is not None and entry.deleted:
            continue
        items.append(_changed_item(world, subscription, item, entry, change, cycle))
    for entry in change.items:
        if entry.item is None:
            items.append(_added_item(world, subscription, entry, change, cycle))
    return {**others, **with_items(subscription, items)}


def _credit(world: World, subscription: Obj, item: Obj, change: Change) -> None:
    if change.proration_behavior == "none":
        return
    for debit in _creditable(world, subscription, item):
        credit = credit_for(debit, change.at)
        if credit is not None and credit.amount:
            credit_item(world, subscription, item, credit)


def _creditable(world: World, subscription: Obj, item: Obj) -> tuple[Debit, ...]:
    """Flexible: what was really debited. Classic: the current price over the current period."""
    debits = debits_of(world, item["id"])
    if subscription["billing_mode"]["type"] == "flexible" or subscription["status"] == "trialing":
        return debits
    amount = standing_amount(world, subscription, item, item["current_period_start"])
    start, end = item["current_period_start"], item["current_period_end"]
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
        "quantity": _quantity(item, entry),
        "discounts": _discounts(world, subscription, item, entry, change),
    }
    return _with_period(world, subscription, made, change, cycle)


def _quantity(item: Obj, entry: ItemChange | None) -> int:
    """A new price without a quantity means one of it (docs.stripe.com, change-price)."""
    if entry is None or (entry.price is None and entry.quantity is None):
        return int(item["quantity"])
    return 1 if entry.quantity is None else entry.quantity


def _added_item(
    world: World, subscription: Obj, entry: ItemChange, change: Change, cycle: Cycle
) -> Obj:
    assert entry.price is not None
    quantity = 1 if entry.quantity is None else entry.quantity
    made = new_item(
        world,
        subscription["id"],
        entry.price,
        quantity,
        created=change.now,
        period=(0, 0),
        metadata=entry.metadata,
        tax_rates=entry.tax_rates or (),
    )
    made = {**made, "discounts": _discounts(world, subscription, made, entry, change)}
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
    it.
    """
    start, natural = cycle.around(item, change.at)
    end = (
        natural if cycle.trial is not None else min(natural, _last(subscription, change) or natural)
    )
    placed = {**item, "current_period_start": start, "current_period_end": end}
    if cycle.trial is not None and cycle.moved and change.proration_behavior != "none":
        world.keep(item["id"], debits=())
    if cycle.trial is not None or cycle.new or change.proration_behavior == "none":
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
