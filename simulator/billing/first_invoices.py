"""The first invoice of a subscription: whole periods, parts of them, or a free line for the trial.

docs.stripe.com/billing/subscriptions/billing-cycle: up to an anchor of its own the first period is
prorated, or free with `proration_behavior=none`. docs.stripe.com/billing/subscriptions/backdating:
time before the subscription was made is charged in periods that are counted from its start, one
line each in flexible billing mode and one for all in classic. That the lines of a part of a period
carry the words of a whole one is our choice.
"""

from __future__ import annotations

from collections.abc import Iterator

from simulator.billing.invoice_items import pending_of
from simulator.billing.invoicing import DRAFT_FOR, Draft, draft, finalize
from simulator.billing.lines import counted, described, item_line, pending_line
from simulator.billing.metered_items import begin, nothing_used_line, usage_lines
from simulator.billing.metered_prices import is_metered
from simulator.billing.periods import boundary
from simulator.billing.price_amounts import amount_of
from simulator.billing.renewals import cycle_line
from simulator.billing.subscription_items import items_of, note_line_debits
from simulator.billing.timelines import timeline_of
from simulator.engine import Obj, World
from simulator.engine.money import share


def first_invoice(world: World, subscription: Obj, *, prorates: bool) -> Obj | None:
    """Draft the first invoice and finalise it; one that is to be sent stays a draft for an hour.

    `None` where nothing would stand on it.
    """
    now = subscription["created"]
    for item in items_of(subscription):
        if is_metered(item["price"]):
            begin(world, item, min(now, subscription["start_date"]))
    if not _has_lines(world, subscription, prorates):
        return None
    sent = subscription["collection_method"] == "send_invoice"
    plan = Draft(subscription, "subscription_create", now, (now, now), auto_advance=sent)

    def lines(name: str) -> list[Obj]:
        added = [pending_line(world, name, item) for item in pending_of(world, subscription["id"])]
        made = [_lines(world, name, subscription, i, prorates) for i in items_of(subscription)]
        return [*added, *(line for group in made for line in group)]

    invoice = draft(world, plan, lines)
    note_line_debits(world, invoice)
    if sent:
        world.schedule(now + DRAFT_FOR, "invoice.advance", invoice["id"], timeline_of(subscription))
        return invoice
    return finalize(world, invoice, now)


def _has_lines(world: World, subscription: Obj, prorates: bool) -> bool:
    """Whether anything is charged ahead; in classic mode there is a line for what is not, too."""
    return (
        subscription["billing_mode"]["type"] == "classic"
        or not all(is_metered(item["price"]) for item in items_of(subscription))
        or (prorates and _charges_the_past(subscription))
        or bool(pending_of(world, subscription["id"]))
    )


def _charges_the_past(subscription: Obj) -> bool:
    return subscription["start_date"] < subscription["created"] and not subscription["trial_end"]


def _lines(world: World, invoice: str, subscription: Obj, item: Obj, prorates: bool) -> list[Obj]:
    if is_metered(item["price"]):
        return _metered_lines(world, invoice, subscription, item, prorates)
    if subscription["trial_end"]:
        return [_trial_line(world, invoice, subscription, item)]
    past = _backdated(world, invoice, subscription, item) if prorates else []
    line = cycle_line(world, invoice, subscription, item, free=not prorates)
    return [*past, line]


def _metered_lines(
    world: World, invoice: str, subscription: Obj, item: Obj, prorates: bool
) -> list[Obj]:
    """What was used since a start in the past, a line for each period; without one, nothing.

    In classic mode that waits for the next invoice, and this one has a line of nothing
    (docs.stripe.com/billing/subscriptions/usage-based/manage-billing-setup).
    """
    if subscription["billing_mode"]["type"] == "classic":
        return [nothing_used_line(world, invoice, subscription, item)]
    lines, start, now = [], subscription["start_date"], item["current_period_start"]
    begun = {**subscription, "status": "active"}
    if not prorates or not _charges_the_past(subscription):
        begin(world, item, now)
    for end in _ends_until(start, item["price"]["recurring"], now):
        lines += usage_lines(world, invoice, begun, [item], min(end, now))
    return lines


def _trial_line(world: World, invoice: str, subscription: Obj, item: Obj) -> Obj:
    price, quantity = item["price"], item["quantity"]
    period = (item["current_period_start"], item["current_period_end"])
    if subscription["billing_mode"]["type"] == "flexible":
        text = f"Free trial for {counted(world, price, quantity)}"
    else:
        product = world.get("product", price["product"])
        assert product is not None
        text = f"Trial period for {product['name']}"
    return item_line(world, invoice, item, amount=0, period=period, text=text, unit_amount="0")


def _ends_until(start: int, recurring: Obj, end: int) -> Iterator[int]:
    """The ends of the periods from a start in the past on, the last of them `end` or later."""
    count, begins = 1, start
    while begins < end:
        begins = boundary(start, recurring, count)
        count += 1
        yield begins


def _backdated(world: World, invoice: str, subscription: Obj, item: Obj) -> list[Obj]:
    """What the time between the start and the current period costs."""
    start, end = subscription["start_date"], item["current_period_start"]
    price, quantity = item["price"], item["quantity"]
    whole, parts = amount_of(world, price, quantity), []
    begins = start
    for natural in _ends_until(start, price["recurring"], end):
        ends = min(natural, end)
        parts.append((share(whole, ends - begins, natural - begins), (begins, ends)))
        begins = natural
    if parts and subscription["billing_mode"]["type"] == "classic":
        parts = [(sum(amount for amount, _ in parts), (start, end))]
    text = described(world, price, quantity)
    return [
        item_line(world, invoice, item, amount=amount, period=period, text=text)
        for amount, period in parts
    ]
