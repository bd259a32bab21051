"""How a subscription ends: at once, or when the end that was set for it is reached.

docs.stripe.com/billing/subscriptions/cancel; the fields are those of recorded traffic
(cancel_now_when_scheduled_for_cancellation, cancel_now_when_on_trial). Ending never refunds, and
whatever draft or open invoice is left is no longer collected automatically.
"""

from __future__ import annotations

from typing import Any

from simulator.billing.invoice_items import credit_item, drop_pending, pending_of
from simulator.billing.invoicing import Draft, collect, draft, finalize, settle
from simulator.billing.lines import pending_line
from simulator.billing.orders import ENDED as ORDER
from simulator.billing.payment_methods import default_of
from simulator.billing.proration import credit_for
from simulator.billing.subscription_items import debits_of, items_of
from simulator.billing.timelines import time_of
from simulator.engine import Obj, World


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

    Pending prorations are invoiced; without any there is no last invoice.
    """
    with world.transaction(ORDER):
        latest = _final_invoice(world, subscription, at) or subscription["latest_invoice"]
        return _end(world, subscription, at, {"latest_invoice": latest})


def _end(world: World, subscription: Obj, at: int, changes: Obj) -> Obj:
    name = subscription["id"]
    _stop_collecting(world, name)
    return world.change(
        "subscription",
        name,
        {**changes, "status": "canceled", "ended_at": at},
        "customer.subscription.deleted",
    )


def _final_invoice(world: World, subscription: Obj, at: int) -> str | None:
    """Invoice what is pending and collect it once, from the balance or the default method."""
    pending = pending_of(world, subscription["id"])
    if not pending:
        return None
    start = min(item["current_period_start"] for item in items_of(subscription))
    plan = Draft(subscription, "subscription_update", at, (start, at))
    made = draft(world, plan, lambda name: [pending_line(world, name, item) for item in pending])
    opened = finalize(world, made, at)
    if opened["amount_due"] == 0:
        settle(world, opened, at)
    elif method := default_of(world, subscription, subscription["customer"]):
        collect(world, opened, method, at, later=False)
    return str(opened["id"])


def _stop_collecting(world: World, subscription: str) -> None:
    path = "parent.subscription_details.subscription"
    for invoice in world.find("invoice", path, subscription):
        if invoice["status"] in ("draft", "open") and invoice["auto_advance"]:
            stopped = {"auto_advance": False, "next_payment_attempt": None}
            world.change("invoice", invoice["id"], stopped, "invoice.updated")
