"""Paying an open invoice on its hosted page (docs.stripe.com/invoicing/hosted-invoice-page).

The card that paid a subscription's invoice becomes the subscription's default, so that the next
renewal does not fail again; a declined one leaves nothing but its attempt.
"""

from __future__ import annotations

from simulator.billing.authentication import page_of
from simulator.billing.call import existing
from simulator.billing.collection import pay
from simulator.billing.dunning import subscription_of
from simulator.billing.payment_methods import from_input
from simulator.billing.payments import Session
from simulator.billing.subscription_status import LIVE
from simulator.billing.test_cards import CardInput
from simulator.billing.timelines import time_of
from simulator.contract.errors import StripeError
from simulator.engine import Obj, World

PAYABLE = frozenset({"open", "uncollectible"})


def pay_hosted(world: World, name: str, card: CardInput) -> str | None:
    """Pay with a card as typed; returns the address of the bank's page if the holder is asked.

    A refusal is a `StripeError`; that of a declined card leaves its attempt.
    """
    invoice = existing(world, "invoice", name, "invoice")
    if invoice["status"] not in PAYABLE:
        raise StripeError("This invoice can no longer be paid.")
    existing(world, "customer", invoice["customer"], "customer")
    method = world.insert(from_input(world, card))
    with world.transaction():
        back = Session(return_url=invoice["hosted_invoice_url"])
        outcome = pay(world, invoice, method, time_of(world, invoice), back)
        if outcome is None or outcome.paid:
            _make_default(world, invoice, method["id"])
            return None
    if outcome.decline is not None:
        raise outcome.decline.error(commits=True)
    return page_of(outcome.intent)


def _make_default(world: World, invoice: Obj, method: str) -> None:
    subscription, held = subscription_of(world, invoice), world.get("payment_method", method)
    if subscription is None or subscription["status"] not in LIVE or not held:
        return
    if held["customer"] == subscription["customer"]:
        changes = {"default_payment_method": method}
        world.change("subscription", subscription["id"], changes, "customer.subscription.updated")
