"""Money adds up, to the minor unit: invoices, customers' balances, charges, the account.

What an invoice comes to is docs.stripe.com/api/invoices/object; what moves a customer's balance is
docs.stripe.com/billing/customer/balance.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from simulator.billing.amounts import MINIMUM
from simulator.billing.customer_balance import by_currency
from simulator.engine import Obj, World
from tests.billing.lives.life import Step


def check(world: World, step: Step) -> None:
    """All books that the step could have touched."""
    for name in _named(step, "invoice", "invoice", "invoice_payment", "credit_note"):
        invoice = world.get("invoice", name)
        if invoice is not None:
            _lines_make_the_total(invoice)
            _what_is_due(invoice)
            _what_was_paid(world, invoice)
            _what_was_credited(world, invoice)
    for name in _named(step, "customer", "customer", "customer_balance_transaction"):
        _customer_balance(world, name)
    for name in _named(step, "charge", "charge", "refund"):
        _what_was_refunded(world, name)
    for intent in step.after("payment_intent"):
        _what_was_received(world, intent)


def _named(step: Step, kind: str, *kinds: str) -> list[str]:
    """Ids of a kind that changed, or that changed objects of the other kinds point to."""
    names = [
        obj["id"] if of == kind else obj.get(kind)
        for of in kinds
        for obj in [pair[1] or pair[0] for (k, _), pair in step.changed.items() if k == of]
        if obj is not None
    ]
    return [name for name in dict.fromkeys(names) if name]


def _sum(amounts: Iterable[Obj], field: str = "amount") -> int:
    return sum(entry[field] for entry in amounts)


def _lines_make_the_total(invoice: Obj) -> None:
    lines = invoice["lines"]["data"]
    off, taxes = Counter[str](), Counter[bool]()
    for line in lines:
        for part in line["discount_amounts"]:
            off[part["discount"]] += part["amount"]
        for tax in line["taxes"]:
            taxes[tax["tax_behavior"] == "exclusive"] += tax["amount"]
    assert off == Counter(
        {part["discount"]: part["amount"] for part in invoice["total_discount_amounts"]}
    ), "discounts of the lines and of the invoice differ"
    told = Counter[bool]()
    for tax in invoice["total_taxes"]:
        told[tax["tax_behavior"] == "exclusive"] += tax["amount"]
    assert taxes == told, "taxes of the lines and of the invoice differ"
    total = _sum(lines) - off.total() + taxes[True]
    assert invoice["total"] == total, "lines, discounts and taxes do not make the total"
    assert invoice["total_excluding_tax"] == total - taxes.total()
    assert invoice["lines"]["total_count"] == len(lines)


def _what_is_due(invoice: Obj) -> None:
    owed = max(0, invoice["total"] + invoice["starting_balance"])
    final = invoice["ending_balance"] is not None
    assert final == (invoice["status"] != "draft")
    small = final and owed < MINIMUM.get(invoice["currency"], 1)
    due = 0 if small else owed
    if final:
        assert invoice["ending_balance"] == invoice["starting_balance"] + invoice["total"] - due
    assert invoice["amount_due"] == due - invoice["pre_payment_credit_notes_amount"]
    assert 0 <= invoice["amount_paid"] <= invoice["amount_due"]
    assert invoice["amount_remaining"] == invoice["amount_due"] - invoice["amount_paid"]
    if invoice["status"] == "paid":
        assert invoice["amount_remaining"] == 0


def _what_was_paid(world: World, invoice: Obj) -> None:
    payments = world.find("invoice_payment", "invoice", invoice["id"])
    assert invoice["amount_paid"] == sum(payment["amount_paid"] or 0 for payment in payments)
    for payment in payments:
        intent = world.get("payment_intent", payment["payment"]["payment_intent"])
        assert intent is not None
        if payment["status"] == "paid":
            assert (intent["status"], intent["amount_received"]) == (
                "succeeded",
                payment["amount_paid"],
            )
        else:
            assert intent["amount_received"] == 0
        if payment["status"] == "open" and invoice["status"] == "open":
            assert intent["amount"] == payment["amount_requested"] == invoice["amount_remaining"]


def _what_was_credited(world: World, invoice: Obj) -> None:
    notes = world.find("credit_note", "invoice", invoice["id"])
    issued = [note for note in notes if note["status"] == "issued"]
    assert invoice["pre_payment_credit_notes_amount"] == _sum(issued, "pre_payment_amount")
    assert invoice["post_payment_credit_notes_amount"] == _sum(issued, "post_payment_amount")
    for note in notes:
        assert note["amount"] == note["pre_payment_amount"] + note["post_payment_amount"]


def _customer_balance(world: World, name: str) -> None:
    """There is one balance for each currency; `balance` is that in the customer's own."""
    endings = Counter[str]()
    for entry in reversed(world.find("customer_balance_transaction", "customer", name)):
        endings[entry["currency"]] += entry["amount"]
        assert entry["ending_balance"] == endings[entry["currency"]], "transactions do not follow"
    customer = world.get("customer", name)
    if customer is None:
        return
    own = endings[customer["currency"]] if customer["currency"] else endings.total()
    assert customer["balance"] == own, "the balance is not the sum of its transactions"
    credit = {currency: -ending for currency, ending in endings.items() if ending}
    if customer["currency"]:
        assert by_currency(world, customer) == credit


def _what_was_refunded(world: World, name: str) -> None:
    charge = world.get("charge", name)
    assert charge is not None
    kept = [
        refund
        for refund in world.find("refund", "charge", name)
        if refund["status"] not in ("failed", "canceled")
    ]
    assert charge["amount_refunded"] == _sum(kept)
    assert charge["refunded"] == (charge["amount_refunded"] == charge["amount"])
    assert charge["amount_refunded"] <= charge["amount"]


def _what_was_received(world: World, intent: Obj) -> None:
    charges = world.find("charge", "payment_intent", intent["id"])
    captured = [c for c in charges if c["status"] == "succeeded" and c["captured"]]
    assert len(captured) <= 1, "one payment was charged twice"
    assert intent["amount_received"] == _sum(captured, "amount_captured")
    if captured:
        assert intent["status"] == "succeeded"


def check_account(world: World) -> None:
    """Every movement of the account's balance has its cause, and every cause its movement."""
    net, due = Counter[str](), Counter[str]()
    for entry in world.find("balance_transaction"):
        assert entry["net"] == entry["amount"] - entry["fee"]
        net[entry["currency"]] += entry["amount"]
    for charge in world.find("charge"):
        if charge["balance_transaction"]:
            due[charge["currency"]] += charge["amount_captured"]
    for refund in world.find("refund"):
        if refund["status"] not in ("failed", "canceled") and refund["balance_transaction"]:
            due[refund["currency"]] -= refund["amount"]
    for dispute in world.find("dispute"):
        due[dispute["currency"]] += _sum(dispute["balance_transactions"])
    assert {c: n for c, n in net.items() if n} == {c: n for c, n in due.items() if n}
