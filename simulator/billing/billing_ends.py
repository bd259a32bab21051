"""An end inside the current period: the period is shortened, and the rest of it given back.

docs.stripe.com/billing/subscriptions/cancel: a `cancel_at` before the period's end ends the items'
periods with it and makes a proration, unless `proration_behavior=none`; an end in a later period
changes nothing until the renewal into it. A trial's end is never moved by it
(docs.stripe.com/billing/subscriptions/billing-mode/compare). That taking the end back, or moving it
later, debits the time that is added is our reading; so is that classic billing mode does the same,
and that an item which is changed along with the end is credited and debited by the change alone.
"""

from __future__ import annotations

from dataclasses import replace

from simulator.billing.discounts import standing_amount
from simulator.billing.invoice_items import credit_item, debit_item
from simulator.billing.metered_prices import is_metered
from simulator.billing.periods import end_after, start_before
from simulator.billing.proration import credit_for, remaining
from simulator.billing.subscription_items import debits_of, items_of
from simulator.billing.wanted_changes import Change
from simulator.engine import Obj, World


def moves_an_end(subscription: Obj, fields: Obj) -> bool:
    """Whether the `cancel_at` among the fields changes where a current period ends."""
    if "cancel_at" not in fields or subscription["status"] not in ("active", "past_due"):
        return False
    return any(
        _end(subscription, item, fields["cancel_at"]) != item["current_period_end"]
        for item in items_of(subscription)
    )


def _end(subscription: Obj, item: Obj, cancel_at: int | None) -> int:
    anchor, start = subscription["billing_cycle_anchor"], item["current_period_start"]
    natural = end_after(anchor, item["price"]["recurring"], start)
    return natural if cancel_at is None else min(natural, cancel_at)


def moved(world: World, subscription: Obj, item: Obj, change: Change) -> Obj:
    """The item with its period as the `cancel_at` among the change's `others` leaves it."""
    end = _end(subscription, item, (change.others or {})["cancel_at"])
    before = item["current_period_end"]
    if is_metered(item["price"]):
        return {**item, "current_period_end": end}
    if change.proration_behavior != "none" and end < before:
        _give_back(world, subscription, item, end)
    elif change.proration_behavior != "none" and end > before:
        _charge(world, subscription, item, end)
    return {**item, "current_period_end": end}


def _give_back(world: World, subscription: Obj, item: Obj, end: int) -> None:
    kept = []
    for debit in debits_of(world, item["id"]):
        credit = credit_for(debit, end)
        if credit is None:
            kept.append(debit)
            continue
        if credit.amount:
            credit_item(world, subscription, item, credit)
        if debit.start < end:
            kept.append(replace(debit, amount=debit.amount + credit.amount, end=end))
    world.keep(item["id"], debits=tuple(kept))


def _charge(world: World, subscription: Obj, item: Obj, end: int) -> None:
    anchor, recurring = subscription["billing_cycle_anchor"], item["price"]["recurring"]
    since = item["current_period_end"]
    start, natural = start_before(anchor, recurring, since), end_after(anchor, recurring, since)
    whole = standing_amount(world, subscription, item, since)
    amount = remaining(whole, natural - (end - since), start, natural)
    _, debit = debit_item(world, subscription, item, amount, (since, end))
    world.keep(item["id"], debits=(*debits_of(world, item["id"]), debit))
