"""Bank transfers that come in, and the invoices that they pay.

docs.stripe.com/payments/customer-balance/reconciliation. Under automatic reconciliation the money
goes to the one invoice whose number the transfer's reference names; else to the smallest group of
up to five invoices that await exactly what there is, the oldest first; else to as many as can be
paid in full, the oldest first. An invoice awaits money while it is open and no more than 30 days
overdue; one that becomes open later is paid from what is left. Under manual reconciliation nothing
is applied by itself. PaymentIntents that are not an invoice's are not paid from a cash balance
here, so they take no part.

Our choices: who sent a test transfer; that groups are sought among the twenty oldest invoices; that
a payment from a cash balance costs no fee.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations

from simulator.billing.amounts import currency_of
from simulator.billing.call import Call, Handler, addressed, existing, not_simulated, refusal
from simulator.billing.cash_balance import available, move, of_customer
from simulator.billing.collection import pay
from simulator.billing.payment_methods import made_of
from simulator.billing.timelines import time_of
from simulator.contract.errors import StripeError
from simulator.engine import DAY, Obj, World

OVERDUE_FOR = 30 * DAY
_GROUP, _SOUGHT_AMONG = 5, 20
_SENDER = "Jenny Rosen"
_TRANSFERS: dict[str, tuple[str, Obj]] = {
    "eur": (
        "eu_bank_transfer",
        {"bic": "BANKDEAAXXX", "iban_last4": "7089", "sender_name": _SENDER},
    ),
    "gbp": (
        "gb_bank_transfer",
        {"account_number_last4": "2345", "sender_name": _SENDER, "sort_code": "108800"},
    ),
    "jpy": (
        "jp_bank_transfer",
        {"sender_bank": "STRIPE TEST BANK", "sender_branch": "Main", "sender_name": _SENDER},
    ),
    "mxn": ("mx_bank_transfer", {}),
    "usd": ("us_bank_transfer", {"network": "ach", "sender_name": _SENDER}),
}
"""The kind of bank transfer by currency (class `...Funded.BankTransfer`)."""


def fund(world: World, call: Call) -> Obj:
    """A test transfer comes in and is used as the customer's settings say."""
    params = call.only("amount", "currency", "reference")
    customer = addressed(world, "customer", call.path["customer"], "customer")
    amount, currency = params["amount"], currency_of(params["currency"])
    if amount < 1:
        raise refusal("Invalid positive integer", param="amount", code="parameter_invalid_integer")
    if currency not in _TRANSFERS:
        raise refusal(
            f"Bank transfers come in {', '.join(sorted(_TRANSFERS))}, not in {currency}.",
            param="currency",
        )
    kind, details = _TRANSFERS[currency]
    shown: Obj = {kind: details} if details else {}
    transfer = {**shown, "reference": params.get("reference"), "type": kind}
    with world.transaction():
        funded = move(world, customer, currency, amount, "funded", {"bank_transfer": transfer})
        if _is_automatic(world, customer):
            _reconcile(world, customer, currency, params.get("reference") or "")
        if available(world, customer["id"])[currency]:
            world.emit("cash_balance.funds_available", of_customer(world, customer))
        return funded


def _is_automatic(world: World, customer: Obj) -> bool:
    mode: str = of_customer(world, customer)["settings"]["reconciliation_mode"]
    return mode == "automatic"


def _reconcile(world: World, customer: Obj, currency: str, reference: str) -> None:
    left = available(world, customer["id"])[currency]
    waiting = list(_waiting(world, customer, currency))
    for invoice in _chosen(waiting, left, reference):
        _apply(world, customer, invoice)


def _waiting(world: World, customer: Obj, currency: str) -> Iterator[Obj]:
    """The invoices that await money, the oldest finalised first."""
    now = time_of(world, customer)
    found = reversed(world.find("invoice", "customer", customer["id"]))
    for invoice in sorted(found, key=lambda each: each["status_transitions"]["finalized_at"] or 0):
        due = invoice["due_date"]
        in_time = due is None or now <= due + OVERDUE_FOR
        if invoice["status"] == "open" and invoice["currency"] == currency and in_time:
            yield invoice


def _chosen(waiting: Sequence[Obj], left: int, reference: str) -> Sequence[Obj]:
    named = [each for each in waiting if each["number"].lower() in reference.lower()]
    if len(named) == 1 and named[0]["amount_remaining"] <= left:
        return named
    for size in range(1, _GROUP + 1):
        for group in combinations(waiting[:_SOUGHT_AMONG], size):
            if sum(each["amount_remaining"] for each in group) == left:
                return group
    payable = []
    for invoice in waiting:
        if invoice["amount_remaining"] <= left:
            payable.append(invoice)
            left -= invoice["amount_remaining"]
    return payable


def _apply(world: World, customer: Obj, invoice: Obj) -> None:
    """Pay all of an open invoice with what there is."""
    method = world.insert(made_of(world, {"type": "customer_balance"}))
    outcome = pay(world, invoice, method, time_of(world, invoice))
    if outcome is not None and outcome.paid:
        applied = {"payment_intent": outcome.intent["id"]}
        taken = -invoice["amount_remaining"]
        move(world, customer, invoice["currency"], taken, "applied_to_payment", applied)


def invoice_changed(world: World, name: str) -> None:
    """Law `after` an invoice changed: one that is open now is paid from what is left."""
    invoice = world.get("invoice", name)
    if invoice is None or invoice["status"] != "open":
        return
    left = available(world, invoice["customer"]).get(invoice["currency"], 0)
    customer = world.get("customer", invoice["customer"])
    if not 0 < invoice["amount_remaining"] <= left or customer is None:
        return
    waiting = (each["id"] for each in _waiting(world, customer, invoice["currency"]))
    if _is_automatic(world, customer) and name in waiting:
        _apply(world, customer, invoice)


def apply_to_intent(world: World, call: Call) -> Obj:
    """Pay an invoice's PaymentIntent from the cash balance; always all of it."""
    call.only("amount", "currency")
    intent = addressed(world, "payment_intent", call.path["intent"], "intent")
    invoice = next(
        (
            existing(world, "invoice", payment["invoice"], "intent")
            for payment in world.walk("invoice_payment", "payment.payment_intent", intent["id"])
        ),
        None,
    )
    if invoice is None:
        raise not_simulated("payments from a cash balance outside of invoices", param="intent")
    if invoice["status"] != "open":
        raise StripeError(f"The invoice of this PaymentIntent is {invoice['status']}, not open.")
    customer = existing(world, "customer", invoice["customer"], "customer")
    left = available(world, customer["id"]).get(invoice["currency"], 0)
    if left < invoice["amount_remaining"]:
        raise refusal("The customer's cash balance is less than what this payment needs.")
    _apply(world, customer, invoice)
    return addressed(world, "payment_intent", intent["id"], "intent")


HANDLERS: dict[str, Handler] = {
    "POST /v1/payment_intents/{intent}/apply_customer_balance": apply_to_intent,
    "POST /v1/test_helpers/customers/{customer}/fund_cash_balance": fund,
}
