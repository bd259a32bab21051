"""Pausing a subscription on request: `POST /v1/subscriptions/{id}/pause`.

docs.stripe.com/billing/subscriptions/pause and class `stripe.params.SubscriptionPauseParams`: the
items' periods end now, and unused time is credited, by default as a pending invoice item. The words
of the refusals are ours.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from simulator.billing.call import Call, Handler, addressed, refusal, simulates
from simulator.billing.change_invoices import open_invoice
from simulator.billing.collection import collect_open
from simulator.billing.invoice_items import credit_item
from simulator.billing.invoicing import settle
from simulator.billing.metered_items import charge_usage
from simulator.billing.metered_prices import is_metered
from simulator.billing.paused_subscriptions import pause_at
from simulator.billing.proration import credit_for
from simulator.billing.subscription_items import debits_of, items_of, with_items
from simulator.billing.timelines import time_of
from simulator.engine import Obj, World

_PAUSABLE = ("active", "past_due", "unpaid")
_ORDER = (
    "invoiceitem.created",
    "invoice.created",
    "invoice.finalized",
    "payment_intent.created",
    "charge.failed",
    "payment_intent.payment_failed",
    "payment_intent.succeeded",
    "charge.succeeded",
    "invoice.payment_failed",
    "invoice.updated",
    "invoice.paid",
    "invoice.payment_succeeded",
    "customer.updated",
    "customer.subscription.updated",
    "customer.subscription.paused",
)


def pause(world: World, call: Call) -> Obj:
    params = call.only("bill_for", "invoicing_behavior", "type")
    subscription = addressed(world, "subscription", call.path["subscription"], "subscription")
    if subscription["schedule"]:
        raise refusal(
            "The subscription is managed by the subscription schedule"
            f" `{subscription['schedule']}`, and cannot be paused directly."
        )
    return pause_as_planned(world, subscription, params)


def pause_as_planned(world: World, subscription: Obj, params: Mapping[str, Any]) -> Obj:
    """Pause on request, or because the subscription's schedule has planned it."""
    _check(subscription)
    at = time_of(world, subscription)
    with world.transaction(_ORDER):
        _credit(world, subscription, params.get("bill_for") or {}, at)
        items = [{**item, "current_period_end": at} for item in items_of(subscription)]
        fields = with_items(subscription, items)
        if params.get("invoicing_behavior") == "invoice":
            invoice = open_invoice(world, subscription, fields, at, new_period=False)
            if invoice is not None:
                if invoice["amount_due"]:
                    collect_open(world, invoice, at)
                else:
                    settle(world, invoice, at)
                fields["latest_invoice"] = invoice["id"]
        return pause_at(world, subscription, at, "pause_requested", fields)


def _check(subscription: Obj) -> None:
    if subscription["billing_mode"]["type"] != "flexible":
        raise refusal("Only subscriptions with `billing_mode[type]=flexible` can be paused.")
    if subscription["collection_method"] != "charge_automatically":
        raise refusal(
            "Only subscriptions with `collection_method=charge_automatically` can be paused."
        )
    if subscription["status"] not in _PAUSABLE:
        raise refusal(
            f"A subscription with the status `{subscription['status']}` cannot be paused."
        )


def _credit(world: World, subscription: Obj, bill_for: Mapping[str, Any], at: int) -> None:
    """Give back unused time and charge what was used; what was debited is settled with that."""
    simulates(bill_for, ("outstanding_usage_through", "unused_time_from"), "bill_for")
    since = (bill_for.get("unused_time_from") or {}).get("type", "now")
    through = (bill_for.get("outstanding_usage_through") or {}).get("type", "now")
    for item in items_of(subscription):
        if is_metered(item["price"]):
            charge_usage(world, subscription, item, at, bills=through != "none")
            continue
        start = item["current_period_start"] if since == "item_current_period_start" else at
        for debit in debits_of(world, item["id"]) if since != "none" else ():
            credit = credit_for(debit, start)
            if credit is not None and credit.amount:
                credit_item(world, subscription, item, credit)
        world.keep(item["id"], debits=())


HANDLERS: dict[str, Handler] = {"POST /v1/subscriptions/{subscription}/pause": pause}
