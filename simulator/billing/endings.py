"""How a subscription ends: at once, or when the end that was set for it is reached.

docs.stripe.com/billing/subscriptions/cancel; the fields are those of recorded traffic
(cancel_now_when_scheduled_for_cancellation, cancel_now_when_on_trial). Ending never refunds, and
whatever draft or open invoice is left is no longer collected automatically.
"""

from __future__ import annotations

from typing import Any

from simulator.billing.invoice_items import credit_item, drop_pending, pending_of
from simulator.billing.invoicing import DRAFT_FOR, Draft, collect, draft, finalize, settle
from simulator.billing.lines import pending_line
from simulator.billing.metered_items import has_used, owing, usage_lines
from simulator.billing.orders import ENDED as ORDER
from simulator.billing.pausing import keeps_drafts
from simulator.billing.payment_methods import default_of
from simulator.billing.proration import credit_for
from simulator.billing.subscription_items import debits_of, items_of
from simulator.billing.subscription_status import RENEWS
from simulator.billing.timelines import time_of, timeline_of
from simulator.engine import Obj, World

_CHARGED = frozenset(RENEWS) - {"trialing"}


def end_now(
    world: World,
    subscription: Obj,
    *,
    reason: str,
    details: dict[str, Any] | None = None,
    prorate: bool = False,
    invoice_now: bool = False,
) -> Obj:
    """Cancel immediately, emitting `customer.subscription.deleted`.

    `canceled_at` keeps the time of an earlier request; the scheduled end is cleared. Pending
    prorations are dropped unless they are invoiced now or a proration was asked for.
    """
    at = time_of(world, subscription)
    with world.transaction(ORDER):
        if prorate:
            for item in items_of(subscription):
                for debit in debits_of(world, item["id"]):
                    credit = credit_for(debit, at)
                    if credit is not None and credit.amount:
                        credit_item(world, subscription, item, credit)
        latest = subscription["latest_invoice"]
        if invoice_now:
            latest = _final_invoice(world, subscription, at) or latest
        elif not prorate:
            drop_pending(world, subscription["id"])
        return _end(
            world,
            subscription,
            at,
            {
                "cancel_at": None,
                "cancel_at_period_end": False,
                "canceled_at": subscription["canceled_at"] or at,
                "cancellation_details": {
                    **subscription["cancellation_details"],
                    **(details or {}),
                    "reason": reason,
                },
                "latest_invoice": latest,
            },
        )


def end_as_scheduled(world: World, subscription: Obj, at: int) -> Obj:
    """The end that was asked for earlier has come; what was asked stays on the object.

    Pending prorations and usage are invoiced; without any there is no last invoice. One with usage
    is a draft for an hour, like a renewal's, so that what is reported late still counts
    (docs.stripe.com/billing/subscriptions/usage-based/configure-grace-period).
    """
    with world.transaction(ORDER):
        if owing(world, _charged(subscription), at):
            name = _last_usage(world, subscription, at)
            return _end(world, subscription, at, {"latest_invoice": name}, collects=name)
        latest = _final_invoice(world, subscription, at) or subscription["latest_invoice"]
        return _end(world, subscription, at, {"latest_invoice": latest})


def _end(
    world: World, subscription: Obj, at: int, changes: Obj, *, collects: str | None = None
) -> Obj:
    """End it; of the invoices that are not paid yet, only `collects` is still collected."""
    name = subscription["id"]
    stop_collecting(world, "parent.subscription_details.subscription", name, collects)
    return world.change(
        "subscription",
        name,
        {**changes, "status": "canceled", "status_details": None, "ended_at": at},
        "customer.subscription.deleted",
    )


def _last_usage(world: World, subscription: Obj, at: int) -> str:
    """The draft for a subscription's last period, as its renewal would have it."""
    collects = not keeps_drafts(subscription) and subscription["status"] != "unpaid"
    reason = "subscription_cycle"
    plan = Draft(subscription, reason, at, (_start(subscription), at), auto_advance=collects)
    made = draft(world, plan, lambda name: _lines(world, name, subscription, at, zeros=True))
    world.schedule(at + DRAFT_FOR, "invoice.advance", made["id"], timeline_of(subscription))
    return str(made["id"])


def _start(subscription: Obj) -> int:
    return min(int(item["current_period_start"]) for item in items_of(subscription))


def _lines(world: World, invoice: str, subscription: Obj, at: int, *, zeros: bool) -> list[Obj]:
    """What is pending, and what was used."""
    pending = pending_of(world, subscription["id"])
    return [
        *(pending_line(world, invoice, item) for item in pending),
        *usage_lines(world, invoice, subscription, _charged(subscription), at, zeros=zeros),
    ]


def _charged(subscription: Obj) -> list[Obj]:
    """The items of which the usage is charged as they end: none in a trial or a pause."""
    return items_of(subscription) if subscription["status"] in _CHARGED else []


def _final_invoice(world: World, subscription: Obj, at: int) -> str | None:
    """Invoice what is pending and used, and collect it once, from the balance or the default
    method.
    """
    pending = pending_of(world, subscription["id"])
    if not pending and not has_used(world, subscription, _charged(subscription), at):
        return None
    plan = Draft(subscription, "subscription_update", at, (_start(subscription), at))
    made = draft(world, plan, lambda name: _lines(world, name, subscription, at, zeros=False))
    opened = finalize(world, made, at)
    if opened["amount_due"] == 0:
        settle(world, opened, at)
    elif method := default_of(world, subscription, subscription["customer"]):
        collect(world, opened, method, at, later=False)
    return str(opened["id"])


def stop_collecting(world: World, path: str, value: str, but: str | None = None) -> None:
    """No invoice on which `path` has that value is collected any more, except `but`."""
    for invoice in world.find("invoice", path, value):
        waits = invoice["status"] in ("draft", "open") and invoice["auto_advance"]
        if waits and invoice["id"] != but:
            stopped = {"auto_advance": False, "next_payment_attempt": None}
            world.change("invoice", invoice["id"], stopped, "invoice.updated")
