"""Collecting what invoices are owed, and what success or failure does to the subscription.

A renewal's invoice is finalised and charged an hour after it was drafted; a failed charge makes the
subscription `past_due` and is tried again on the retry table; after the last try the subscription
is canceled (docs.stripe.com/billing/revenue-recovery/smart-retries; the table and the end are
account settings at Stripe, fixed here to three retries after 3, 5 and 7 days and to canceling).
"""

from __future__ import annotations

from simulator.billing.endings import end_now
from simulator.billing.invoicing import collect, finalize, settle
from simulator.billing.orders import PAID_LATER, PAYMENT_FAILED
from simulator.billing.payment_methods import default_of
from simulator.billing.payments import Outcome
from simulator.billing.subscription_status import LIVE
from simulator.billing.timelines import timeline_of
from simulator.engine import DAY, Obj, World

RETRY_AFTER = (3 * DAY, 5 * DAY, 7 * DAY)


def advance_invoice(world: World, name: str) -> None:
    """Duty `invoice.advance`: finalise a draft that is due and charge it."""
    invoice = world.get("invoice", name)
    if invoice is None or invoice["status"] != "draft" or not invoice["auto_advance"]:
        return
    at = world.now(timeline_of(invoice))
    with world.transaction() as block:
        opened = finalize(world, invoice, at)
        declined = _collect_open(world, opened, at)
        block.order = PAYMENT_FAILED if declined else PAID_LATER


def retry_invoice(world: World, name: str) -> None:
    """Duty `invoice.retry`: try an open invoice again when its `next_payment_attempt` has come."""
    invoice = world.get("invoice", name)
    if invoice is None or invoice["status"] != "open":
        return
    at = world.now(timeline_of(invoice))
    if invoice["next_payment_attempt"] != at or not invoice["auto_advance"]:
        return
    with world.transaction() as block:
        declined = _collect_open(world, invoice, at)
        block.order = PAYMENT_FAILED if declined else PAID_LATER


def pay(world: World, invoice: Obj, method: Obj, at: int) -> Outcome | None:
    """Pay an open invoice by hand. `None` when nothing was due."""
    with world.transaction() as block:
        block.order = PAID_LATER
        if invoice["amount_due"] == 0:
            settle(world, invoice, at, "invoice.updated")
            after_success(world, invoice)
            return None
        outcome = collect(world, invoice, method, at, later=True)
        if outcome.decline is None:
            after_success(world, invoice)
        else:
            block.order = PAYMENT_FAILED
        return outcome


def _collect_open(world: World, invoice: Obj, at: int) -> bool:
    """Charge an open invoice automatically; whether the charge was declined."""
    subscription = subscription_of(world, invoice)
    if invoice["amount_due"] == 0:
        settle(world, invoice, at, "invoice.updated")
        after_success(world, invoice)
        return False
    method = default_of(world, subscription, invoice["customer"])
    outcome = collect(world, invoice, method, at, later=True) if method else None
    if outcome is not None and outcome.decline is None:
        after_success(world, invoice)
        return False
    if outcome is None:
        # With no method at all the attempt itself is impossible, and counts as failed.
        world.change(
            "invoice",
            invoice["id"],
            {"attempt_count": invoice["attempt_count"] + 1, "attempted": True},
            "invoice.payment_failed",
        )
    after_failure(world, invoice["id"], at)
    return True


def after_success(world: World, invoice: Obj) -> None:
    """A paid invoice makes the subscription it is the latest of active again."""
    subscription = subscription_of(world, invoice)
    _set_delinquent(world, invoice["customer"], False)
    if subscription is None or subscription["latest_invoice"] != invoice["id"]:
        return
    if subscription["status"] in ("past_due", "incomplete", "unpaid"):
        world.change(
            "subscription",
            subscription["id"],
            {"status": "active"},
            "customer.subscription.updated",
        )


def after_failure(world: World, name: str, at: int) -> None:
    """A failed attempt: `past_due`, and the next retry or the end."""
    invoice = world.get("invoice", name)
    assert invoice is not None
    tried = invoice["attempt_count"]
    _set_delinquent(world, invoice["customer"], True)
    subscription = subscription_of(world, invoice)
    if tried > len(RETRY_AFTER):
        world.change(
            "invoice",
            name,
            {"next_payment_attempt": None, "auto_advance": False},
            "invoice.updated",
        )
        if subscription is not None and subscription["status"] in LIVE:
            end_now(world, subscription, reason="payment_failed")
        return
    next_attempt = at + RETRY_AFTER[tried - 1]
    world.change(
        "invoice",
        name,
        {"next_payment_attempt": next_attempt, "auto_advance": True},
        "invoice.updated",
    )
    world.schedule(next_attempt, "invoice.retry", name, timeline_of(invoice))
    if subscription is not None and subscription["status"] == "active":
        world.change(
            "subscription",
            subscription["id"],
            {"status": "past_due"},
            "customer.subscription.updated",
        )


def _set_delinquent(world: World, name: str, delinquent: bool) -> None:
    customer = world.get("customer", name)
    if customer is not None and customer["delinquent"] != delinquent:
        world.change("customer", name, {"delinquent": delinquent}, "customer.updated")


def subscription_of(world: World, invoice: Obj) -> Obj | None:
    """The subscription an invoice is for."""
    details = (invoice["parent"] or {}).get("subscription_details")
    return world.get("subscription", details["subscription"]) if details else None
