"""Taking back some of an invoice: docs.stripe.com/invoicing/integration, `stripe.CreditNote`."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.engine import Obj
from tests.billing.account import Account, Refused


def invoiced(account: Account, amount: int = 2000, *, paid: bool) -> Obj:
    customer = account.payer()
    account.post("invoiceitems", customer=customer, amount=amount, currency="usd")
    draft = account.post("invoices", customer=customer, pending_invoice_items_behavior="include")
    verb = "pay" if paid else "finalize"
    invoice = account.post(f"invoices/{draft['id']}/{verb}")
    account.news()
    return invoice


def credited(account: Account, invoice: Obj, amount: int, **more: Any) -> Obj:
    return account.post("credit_notes", invoice=invoice["id"], amount=amount, **more)


def fresh(account: Account, invoice: Obj) -> Obj:
    return account.get(f"invoices/{invoice['id']}")


def test_on_an_open_invoice_it_lowers_what_is_due(account: Account) -> None:
    invoice = invoiced(account, paid=False)
    note = credited(account, invoice, 500, reason="order_change", memo="sorry")
    assert note["number"] == f"{invoice['number']}-CN-01"
    assert (note["type"], note["pre_payment_amount"]) == ("pre_payment", 500)
    after = fresh(account, invoice)
    assert (after["amount_due"], after["pre_payment_credit_notes_amount"]) == (1500, 500)
    assert account.told() == ["invoice.updated", "credit_note.created"]
    assert account.post(f"invoices/{invoice['id']}/pay")["amount_paid"] == 1500
    (charge,) = account.get("charges", customer=invoice["customer"])["data"]
    assert charge["amount"] == 1500


def test_one_for_all_of_it_settles_the_invoice(account: Account) -> None:
    invoice = invoiced(account, paid=False)
    credited(account, invoice, 2000)
    after = fresh(account, invoice)
    assert (after["status"], after["amount_remaining"]) == ("paid", 0)


def test_on_a_paid_invoice_the_amount_goes_back(account: Account) -> None:
    invoice = invoiced(account, paid=True)
    note = credited(
        account, invoice, 1000, refund_amount=600, credit_amount=300, out_of_band_amount=100
    )
    assert (note["type"], note["post_payment_amount"]) == ("post_payment", 1000)
    (refunded,) = note["refunds"]
    assert account.get(f"refunds/{refunded['refund']}")["amount"] == 600
    assert account.get(f"customers/{invoice['customer']}")["balance"] == -300
    assert fresh(account, invoice)["post_payment_credit_notes_amount"] == 1000


def test_what_goes_back_must_be_said_and_left(account: Account) -> None:
    invoice = invoiced(account, paid=True)
    with pytest.raises(Refused, match="must equal"):
        credited(account, invoice, 1000)
    with pytest.raises(Refused, match=r"at most \$20.00"):
        credited(account, invoice, 2001, credit_amount=2001)


def test_lines_of_the_invoice_or_of_ones_own(account: Account) -> None:
    invoice = invoiced(account, paid=False)
    line = invoice["lines"]["data"][0]["id"]
    lines = [
        {"type": "invoice_line_item", "invoice_line_item": line, "amount": 700},
        {"type": "custom_line_item", "unit_amount": 100, "quantity": 2, "description": "late"},
    ]
    note = account.post("credit_notes", invoice=invoice["id"], lines=lines)
    assert note["total"] == 900
    listed = account.get(f"credit_notes/{note['id']}/lines")["data"]
    assert [line["amount"] for line in listed] == [700, 200]


def test_a_note_is_changed_and_voided(account: Account) -> None:
    invoice = invoiced(account, paid=False)
    note = credited(account, invoice, 500)
    account.news()
    assert account.post(f"credit_notes/{note['id']}", memo="sorry")["memo"] == "sorry"
    assert account.post(f"credit_notes/{note['id']}/void")["status"] == "void"
    assert account.told() == ["credit_note.updated", "invoice.updated", "credit_note.voided"]
    assert fresh(account, invoice)["amount_due"] == 2000
    found = account.get("credit_notes", invoice=invoice["id"])["data"]
    assert [one["id"] for one in found] == [note["id"]]


def test_a_draft_takes_none(account: Account) -> None:
    draft = account.post("invoices", customer=account.payer())
    with pytest.raises(Refused, match="open or paid"):
        credited(account, draft, 100)
