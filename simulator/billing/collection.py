"""Collecting what invoices are owed: in due time, again after a failure, and by hand.

A renewal's invoice is finalised and charged an hour after it was drafted
(docs.stripe.com/invoicing/overview). What success or failure then does to the subscription, and
when a failed payment is tried again, is in `dunning`.
"""

from __future__ import annotations

from simulator.billing.dunning import (
    after_failure,
    after_success,
    subscription_of,
    waits_for_another_method,
)
from simulator.billing.invoicing import collect, finalize, settle
from simulator.billing.orders import PAID_LATER, PAYMENT_FAILED
from simulator.billing.pausing import set_aside
from simulator.billing.payment_methods import default_of
from simulator.billing.payments import ON_SESSION, Outcome, Session
from simulator.billing.timelines import timeline_of
from simulator.engine import Obj, World


def advance_invoice(world: World, name: str) -> None:
    """Duty `invoice.advance`: finalise a draft that is due and charge it.

    One that was finalised by hand is charged too, unless somebody tried to pay it.
    """
    invoice = world.get("invoice", name)
    if invoice is None or not invoice["auto_advance"] or invoice["attempted"]:
        return
    at = world.now(timeline_of(invoice))
    with world.transaction() as block:
        opened = finalize(world, invoice, at) if invoice["status"] == "draft" else invoice
        if invoice["collection_method"] == "send_invoice" and opened["amount_due"]:
            world.change("invoice", name, {}, "invoice.sent")
            return
        if set_aside(world, subscription_of(world, opened), opened, at):
            return
        declined = collect_open(world, opened, at)
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
        declined = collect_open(world, invoice, at)
        block.order = PAYMENT_FAILED if declined else PAID_LATER


def pay(
    world: World, invoice: Obj, method: Obj, at: int, session: Session = ON_SESSION
) -> Outcome | None:
    """Pay an open invoice by hand. `None` when nothing was due.

    Only the first attempt counts, and counts like an automatic one (class `stripe.Invoice`,
    `attempt_count`); a declined first payment of a subscription leaves it incomplete.
    """
    with world.transaction() as block:
        block.order = PAID_LATER
        if invoice["amount_due"] == 0:
            settle(world, invoice, at, "invoice.updated")
            after_success(world, invoice)
            return None
        first = not invoice["attempted"]
        outcome = collect(world, invoice, method, at, later=True, counts=first, session=session)
        if outcome.paid:
            after_success(world, invoice)
            return outcome
        block.order = PAYMENT_FAILED
        subscription = subscription_of(world, invoice)
        if outcome.decline is None:
            return outcome
        if first and (subscription is None or subscription["status"] != "incomplete"):
            after_failure(world, invoice["id"], at)
        return outcome


def collect_open(world: World, invoice: Obj, at: int) -> bool:
    """Charge an open invoice automatically; whether the charge was declined."""
    subscription = subscription_of(world, invoice)
    if invoice["amount_due"] == 0:
        settle(world, invoice, at, "invoice.updated")
        after_success(world, invoice)
        return False
    own = world.get("payment_method", invoice["default_payment_method"] or "")
    method = own or default_of(world, subscription, invoice["customer"])
    outcome = None
    if method is not None and waits_for_another_method(world, invoice, method):
        counted = {"attempt_count": invoice["attempt_count"] + 1}
        world.change("invoice", invoice["id"], counted)
        after_failure(world, invoice["id"], at)
        return True
    if method is not None:
        outcome = collect(world, invoice, method, at, later=True, session=Session(off=True))
    if outcome is not None and outcome.paid:
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
