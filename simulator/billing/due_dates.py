"""Invoices that are sent to be paid by a day: `collection_method=send_invoice`.

docs.stripe.com/billing/collection-method: `days_until_due` after the invoice was made it is due;
unpaid by then its subscription is `past_due` (class `stripe.Subscription`, `status`). What the
account may do still later is not simulated: it stays `past_due`. The events that tell of due dates
are in `due_reminders`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from simulator.billing.call import refusal
from simulator.billing.dunning import subscription_of
from simulator.billing.timelines import timeline_of
from simulator.engine import Obj, World


def collection_fields(params: Mapping[str, Any], before: Obj) -> Obj:
    """What `collection_method` and `days_until_due` change of a subscription."""
    method = params.get("collection_method") or before["collection_method"]
    days = params.get("days_until_due")
    if method == "charge_automatically":
        if days not in (None, ""):
            raise refusal(
                "You can only set `days_until_due` when `collection_method` is `send_invoice`.",
                param="days_until_due",
            )
        changed = before["collection_method"] != method or before["days_until_due"] is not None
        return {"collection_method": method, "days_until_due": None} if changed else {}
    if days is None:
        days = before["days_until_due"]
    if days is None:
        raise refusal(
            "If `collection_method` is `send_invoice`, `days_until_due` must be set.",
            param="days_until_due",
        )
    fields = {"collection_method": method, "days_until_due": days}
    return {name: value for name, value in fields.items() if before[name] != value}


def overdue(world: World, name: str) -> None:
    """Duty `invoice.overdue`: the day has come and the invoice is still open."""
    invoice = world.get("invoice", name)
    if invoice is None or invoice["status"] != "open":
        return
    if invoice["due_date"] != world.now(timeline_of(invoice)):
        return
    subscription = subscription_of(world, invoice)
    latest = subscription is not None and subscription["latest_invoice"] == name
    if subscription is not None and latest and subscription["status"] == "active":
        world.change(
            "subscription",
            subscription["id"],
            {"status": "past_due"},
            "customer.subscription.updated",
        )
