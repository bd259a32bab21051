"""Changing what a subscription charges for in the middle of a period.

docs.stripe.com/billing/subscriptions/change-price and prorations, and
docs.stripe.com/billing/subscriptions/ billing-mode/compare for the two billing modes. A change
credits unused time, debits remaining time, and either leaves both pending or invoices them at once.
A new billing cycle anchor (asked for, or in classic mode when the interval changes) replaces the
debit by a whole new period.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from simulator.billing.catalog import plan_of
from simulator.billing.collection import after_failure
from simulator.billing.invoice_items import credit_item, debit_item, pending_of
from simulator.billing.invoicing import Draft, collect, draft, finalize, settle
from simulator.billing.lines import pending_line
from simulator.billing.orders import CHANGED, CHANGED_AND_INVOICED
from simulator.billing.payment_methods import default_of
from simulator.billing.periods import end_after, start_before
from simulator.billing.proration import Debit, credit_for, remaining
from simulator.billing.renewals import cycle_line, schedule_ends
from simulator.billing.subscription_items import (
    debits_of,
    items_of,
    new_item,
    note_line_debits,
    with_items,
)
from simulator.engine import Obj, World


@dataclass(frozen=True, slots=True)
class ItemChange:
    """One entry of `items`.

    A new price or quantity for `item`, a new item (`item` null), or its removal.
    """

    item: str | None
    price: Obj | None = None
    quantity: int | None = None
    deleted: bool = False
    metadata: Obj | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """A change of items, as `POST /v1/subscriptions/{id}` or the portal asks for it.

    `at` is the proration date, `now` the time of the change; both Unix seconds.
    """

    items: Sequence[ItemChange]
    now: int
    at: int
    proration_behavior: str = "create_prorations"
    reset_anchor: bool = False
    others: Obj | None = None


def apply(world: World, subscription: Obj, change: Change) -> Obj:
    """Carry out a change with its prorations, its invoice and its events.

    Returns the subscription.
    """
    invoiced = change.proration_behavior == "always_invoice" or _resets(subscription, change)
    with world.transaction(CHANGED_AND_INVOICED if invoiced else CHANGED):
        anchor = change.now if _resets(subscription, change) else None
        changed = _swap_items(world, subscription, change, anchor)
        if invoiced:
            changed = _invoice_now(world, subscription, changed, change, anchor is not None)
        final = world.change(
            "subscription", subscription["id"], changed, "customer.subscription.updated"
        )
        schedule_ends(world, final)
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


def _swap_items(world: World, subscription: Obj, change: Change, anchor: int | None) -> Obj:
    """Credit the old items, debit the new ones; the subscription's changed fields so far."""
    wanted = {entry.item: entry for entry in change.items if entry.item}
    items: list[Obj] = []
    for item in items_of(subscription):
        entry = wanted.get(item["id"])
        if entry is None and anchor is None:
            items.append(item)
            continue
        _credit(world, subscription, item, change)
        if entry is not None and entry.deleted:
            continue
        items.append(_changed_item(world, subscription, item, entry, change, anchor))
    for entry in change.items:
        if entry.item is None:
            items.append(_added_item(world, subscription, entry, change, anchor))
    moved = {"billing_cycle_anchor": anchor} if anchor is not None else {}
    return {**(change.others or {}), **moved, **with_items(subscription, items)}


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
    amount = item["price"]["unit_amount"] * item["quantity"]
    start, end = item["current_period_start"], item["current_period_end"]
    last = debits[-1] if debits else Debit(amount, start, end)
    return (replace(last, amount=amount, start=start, end=end),)


def _changed_item(
    world: World,
    subscription: Obj,
    item: Obj,
    entry: ItemChange | None,
    change: Change,
    anchor: int | None,
) -> Obj:
    price = (entry.price if entry else None) or item["price"]
    metadata = entry.metadata if entry and entry.metadata is not None else item["metadata"]
    made = {
        **item,
        "metadata": metadata,
        "plan": plan_of(price),
        "price": price,
        "quantity": _quantity(item, entry),
    }
    return _with_period(world, subscription, made, change, anchor)


def _quantity(item: Obj, entry: ItemChange | None) -> int:
    """A new price without a quantity means one of it (docs.stripe.com, change-price)."""
    if entry is None or (entry.price is None and entry.quantity is None):
        return int(item["quantity"])
    return 1 if entry.quantity is None else entry.quantity


def _added_item(
    world: World, subscription: Obj, entry: ItemChange, change: Change, anchor: int | None
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
    )
    return _with_period(world, subscription, made, change, anchor)


def _with_period(
    world: World, subscription: Obj, item: Obj, change: Change, anchor: int | None
) -> Obj:
    """The item in the period that its price has around the change, debited for what remains of
    it.
    """
    recurring = item["price"]["recurring"]
    base = anchor if anchor is not None else subscription["billing_cycle_anchor"]
    trialing = subscription["status"] == "trialing" and anchor is None
    start = subscription["trial_start"] if trialing else start_before(base, recurring, change.at)
    end = subscription["trial_end"] if trialing else end_after(base, recurring, change.at)
    placed = {**item, "current_period_start": start, "current_period_end": end}
    if trialing or anchor is not None or change.proration_behavior == "none":
        return placed
    whole = item["price"]["unit_amount"] * item["quantity"]
    amount = remaining(whole, change.at, start, end)
    _, debit = debit_item(world, subscription, placed, amount, (change.at, end))
    world.keep(item["id"], debits=(debit,))
    return placed


def _invoice_now(world: World, before: Obj, changed: Obj, change: Change, new_period: bool) -> Obj:
    """Invoice and collect at once; adds `latest_invoice`, and `past_due` when it fails."""
    items = changed["items"]["data"]
    now = change.now
    started = min(item["current_period_start"] for item in items_of(before))
    plan = Draft(before, "subscription_update", now, (now if new_period else started, now))
    after = {**before, **changed}

    def lines(name: str) -> list[Obj]:
        pending = [pending_line(world, name, item) for item in pending_of(world, before["id"])]
        whole = [cycle_line(world, name, after, item) for item in items] if new_period else []
        return [*pending, *whole]

    if not new_period and not pending_of(world, before["id"]):
        return changed
    invoice = draft(world, plan, lines)
    note_line_debits(world, invoice)
    opened = finalize(world, invoice, now)
    return {**changed, "latest_invoice": opened["id"], **_collected(world, before, opened, now)}


def _collected(world: World, subscription: Obj, invoice: Obj, now: int) -> Obj:
    """Collect the invoice of a change; what that does to the subscription's status."""
    if invoice["amount_due"] == 0:
        settle(world, invoice, now)
        return {}
    method = default_of(world, subscription, subscription["customer"])
    if method is not None and collect(world, invoice, method, now, later=False).decline is None:
        return {}
    if method is None:
        tried = {"attempt_count": 1, "attempted": True}
        world.change("invoice", invoice["id"], tried, "invoice.payment_failed")
    after_failure(world, invoice["id"], now)
    current = world.get("subscription", subscription["id"])
    assert current is not None
    return {"status": current["status"]}
