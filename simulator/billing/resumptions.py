"""Resuming a paused subscription: `POST /v1/subscriptions/{id}/resume`.

docs.stripe.com/billing/subscriptions/pause and changelog/dahlia/2026-05-27/pause-subscriptions:
without an invoice it is active at once; with one it stays paused until that is paid or marked
uncollectible. Under `resume_on_payment_attempt` nothing is charged in the request, a failed later
attempt makes it `past_due` and is not retried, and 23 hours without one void the invoice.
Under `resume_on_payment_success` it is charged in the request and retried like any other invoice.
That the periods are those of the day of the request, that `past_due` begins them too, and that a
second request voids the first one's invoice are our choices.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from simulator.billing.call import Call, Handler, addressed, refusal
from simulator.billing.change_invoices import open_invoice
from simulator.billing.discounts import standing_amount
from simulator.billing.dunning import after_failure
from simulator.billing.invoice_items import debit_item
from simulator.billing.invoicing import collect, settle, void
from simulator.billing.metered_items import begin
from simulator.billing.metered_prices import is_metered
from simulator.billing.payment_methods import default_of
from simulator.billing.periods import end_after, start_before
from simulator.billing.proration import remaining
from simulator.billing.renewals import schedule_ends
from simulator.billing.signups import no_method
from simulator.billing.subscription_items import items_of, with_items
from simulator.billing.timelines import time_of, timeline_of
from simulator.engine import HOUR, Obj, World

WAITS_FOR = 23 * HOUR
_ORDER = (
    "invoiceitem.created",
    "invoice.created",
    "invoice.finalized",
    "payment_intent.created",
    "charge.failed",
    "payment_intent.requires_action",
    "payment_intent.payment_failed",
    "payment_intent.succeeded",
    "charge.succeeded",
    "invoice.paid",
    "invoice.payment_succeeded",
    "invoice.payment_action_required",
    "invoice.payment_failed",
    "invoice.updated",
    "customer.subscription.updated",
    "customer.subscription.resumed",
    "customer.updated",
    "invoice_payment.paid",
)


def resume(world: World, call: Call) -> Obj:
    params = call.only(
        "billing_cycle_anchor", "payment_behavior", "proration_behavior", "proration_date"
    )
    subscription = addressed(world, "subscription", call.path["subscription"], "subscription")
    if subscription["status"] != "paused":
        raise refusal(
            f"Only a paused subscription can be resumed; this one is `{subscription['status']}`."
        )
    if subscription["collection_method"] != "charge_automatically":
        raise refusal(
            "Only subscriptions with `collection_method=charge_automatically` can be resumed."
        )
    now = time_of(world, subscription)
    anew = (params.get("billing_cycle_anchor") or {}).get("type", "now") == "now"
    proration = params.get("proration_behavior", "create_prorations")
    with world.transaction(_ORDER):
        _give_up_earlier(world, subscription, now)
        for item in items_of(subscription):
            if is_metered(item["price"]):
                begin(world, item, now)
        at = params.get("proration_date", now)
        fields = (
            _begun_anew(subscription, now) if anew else _continued(world, subscription, params, at)
        )
        invoice = None
        if anew or proration == "always_invoice":
            invoice = open_invoice(world, subscription, fields, now, new_period=anew)
        if invoice is None:
            return _activate(world, subscription, fields, "active")
        fields["latest_invoice"] = invoice["id"]
        return _collected(world, subscription, fields, invoice, params)


def _begun_anew(subscription: Obj, now: int) -> Obj:
    items = [
        {
            **item,
            "current_period_end": end_after(now, item["price"]["recurring"], now),
            "current_period_start": now,
        }
        for item in items_of(subscription)
    ]
    return {"billing_cycle_anchor": now, **with_items(subscription, items)}


def _continued(world: World, subscription: Obj, params: Mapping[str, Any], at: int) -> Obj:
    """The periods that the old anchor gives, debited for what remains of them."""
    anchor, items = subscription["billing_cycle_anchor"], []
    for item in items_of(subscription):
        recurring = item["price"]["recurring"]
        start, end = start_before(anchor, recurring, at), end_after(anchor, recurring, at)
        placed = {**item, "current_period_end": end, "current_period_start": start}
        if params.get("proration_behavior") != "none" and not is_metered(item["price"]):
            whole = standing_amount(world, subscription, item, at)
            amount = remaining(whole, at, start, end)
            _, debit = debit_item(world, subscription, placed, amount, (at, end))
            world.keep(item["id"], debits=(debit,))
        items.append(placed)
    return with_items(subscription, items)


def _collected(
    world: World, subscription: Obj, fields: Obj, invoice: Obj, params: Mapping[str, Any]
) -> Obj:
    """Active if the invoice is settled in the request; else paused until it is."""
    now = invoice["created"]
    if invoice["amount_due"] == 0:
        settle(world, invoice, now)
        return _activate(world, subscription, fields, "active")
    name, attempts = invoice["id"], params.get("payment_behavior") != "resume_on_payment_success"
    if not attempts:
        method = default_of(world, subscription, subscription["customer"])
        if method is None:
            raise no_method()
        if collect(world, invoice, method, now, later=False).paid:
            return _activate(world, subscription, fields, "active")
        after_failure(world, name, now)
    else:
        world.schedule(
            now + WAITS_FOR,
            "subscription.expire_resumption",
            subscription["id"],
            timeline_of(subscription),
        )
    world.keep(name, resumes=subscription["id"], on_attempt=attempts)
    world.keep(subscription["id"], resuming=name, resumed=fields, resuming_since=now)
    latest = {"latest_invoice": name}
    return world.change("subscription", subscription["id"], latest, "customer.subscription.updated")


def _activate(world: World, subscription: Obj, fields: Obj, status: str) -> Obj:
    resumed = world.change(
        "subscription",
        subscription["id"],
        {**fields, "status": status, "status_details": None},
        "customer.subscription.updated",
        "customer.subscription.resumed",
    )
    schedule_ends(world, resumed)
    return resumed


def invoice_changed(world: World, name: str) -> None:
    """What follows for a subscription that waits for this invoice to be resumed."""
    owner: str = world.kept(name).get("resumes", "")
    subscription = world.get("subscription", owner) if owner else None
    invoice = world.get("invoice", name)
    if subscription is None or invoice is None or world.kept(owner).get("resuming") != name:
        return
    if subscription["status"] != "paused":
        return
    with world.transaction():
        if invoice["status"] in ("paid", "uncollectible"):
            status = "active"
        elif invoice["status"] == "open" and _failed_its_attempt(world, invoice):
            status = "past_due"
            if invoice["next_payment_attempt"] is not None:
                last = {"auto_advance": False, "next_payment_attempt": None}
                world.change("invoice", name, last, "invoice.updated")
        elif invoice["status"] == "void":
            world.keep(owner, resuming=None)
            return
        else:
            return
        world.keep(owner, resuming=None)
        _activate(world, subscription, world.kept(owner)["resumed"], status)


def _failed_its_attempt(world: World, invoice: Obj) -> bool:
    return bool(world.kept(invoice["id"])["on_attempt"] and invoice["attempt_count"])


def _give_up_earlier(world: World, subscription: Obj, at: int) -> None:
    waiting = world.kept(subscription["id"]).get("resuming")
    invoice = world.get("invoice", waiting) if waiting else None
    if invoice is not None and invoice["status"] == "open":
        world.keep(subscription["id"], resuming=None)
        void(world, invoice, at)


def expire(world: World, name: str) -> None:
    """Duty `subscription.expire_resumption`: nobody paid in time, so it stays paused."""
    subscription = world.get("subscription", name)
    if subscription is None or subscription["status"] != "paused":
        return
    at = time_of(world, subscription)
    if world.kept(name).get("resuming_since") == at - WAITS_FOR:
        _give_up_earlier(world, subscription, at)


HANDLERS: dict[str, Handler] = {"POST /v1/subscriptions/{subscription}/resume": resume}
