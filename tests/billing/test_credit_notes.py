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


# --- discounts and taxes go back with what had them ----------------------------------------------

SUMS = (
    "subtotal",
    "subtotal_excluding_tax",
    "discount_amount",
    "total_excluding_tax",
    "total",
    "amount",
)


def taxed(account: Account, *, inclusive: bool, percent_off: int | None = None) -> Obj:
    """A paid invoice over 60.00 and two of 20.00, with a tax of 25 percent."""
    rate = account.post("tax_rates", display_name="VAT", percentage=25, inclusive=inclusive)["id"]
    customer = account.payer()
    draft = account.post("invoices", customer=customer, default_tax_rates=[rate])["id"]
    if percent_off:
        coupon = account.post("coupons", percent_off=percent_off, duration="once")["id"]
        account.post(f"invoices/{draft}", discounts=[{"coupon": coupon}])
    for quantity, each in ((1, 6000), (2, 2000)):
        account.post(
            "invoiceitems",
            customer=customer,
            invoice=draft,
            quantity=quantity,
            unit_amount_decimal=str(each),
            currency="usd",
        )
    return account.post(f"invoices/{draft}/pay")


def lines_of(account: Account, invoice: Obj) -> list[Obj]:
    """Its lines, the dearer one first."""
    return sorted(account.lines(invoice), key=lambda line: -line["amount"])


def give_back(account: Account, invoice: Obj, total: int, *lines: Obj) -> Obj:
    return account.post(
        "credit_notes", invoice=invoice["id"], lines=list(lines), credit_amount=total
    )


def credit_of(line: Obj, **what: Any) -> Obj:
    return {"type": "invoice_line_item", "invoice_line_item": line["id"], **what}


@pytest.mark.parametrize(
    ("inclusive", "percent_off", "sums", "tax"),
    [
        (False, None, [1500, 1500, 0, 1500, 1875, 1875], 375),
        (True, None, [1500, 1200, 0, 1200, 1500, 1500], 300),
        (False, 20, [1500, 1500, 300, 1200, 1500, 1500], 300),
        (True, 20, [1500, 1260, 300, 960, 1200, 1200], 240),
    ],
)
def test_tax_goes_back_in_proportion(
    account: Account, inclusive: bool, percent_off: int | None, sums: list[int], tax: int
) -> None:
    """docs.stripe.com/tax/invoicing/refunds: split by the rate that the line was taxed at."""
    invoice = taxed(account, inclusive=inclusive, percent_off=percent_off)
    dear, _ = lines_of(account, invoice)
    note = give_back(account, invoice, sums[-1], credit_of(dear, amount=1500))
    assert [note[name] for name in SUMS] == sums
    (shown,) = note["total_taxes"]
    assert shown["amount"] == tax
    assert shown["tax_behavior"] == ("inclusive" if inclusive else "exclusive")
    (line,) = note["lines"]["data"]
    assert (line["taxes"], line["discount_amount"]) == ([shown], sums[2])
    assert account.get(f"customers/{invoice['customer']}")["balance"] == -sums[-1]


@pytest.mark.parametrize("inclusive", [False, True])
@pytest.mark.parametrize("percent_off", [None, 15])
def test_all_lines_together_are_the_invoice(
    account: Account, inclusive: bool, percent_off: int | None
) -> None:
    invoice = taxed(account, inclusive=inclusive, percent_off=percent_off)
    lines = [credit_of(line, quantity=line["quantity"]) for line in lines_of(account, invoice)]
    note = give_back(account, invoice, invoice["total"], *lines)
    for name in ("subtotal", "subtotal_excluding_tax", "total", "total_excluding_tax"):
        assert note[name] == invoice[name], name
    assert note["total_taxes"] == invoice["total_taxes"]
    assert note["discount_amounts"] == invoice["total_discount_amounts"]


def test_a_quantity_of_a_line_has_its_price(account: Account) -> None:
    invoice = taxed(account, inclusive=False)
    _, cheap = lines_of(account, invoice)
    note = give_back(account, invoice, 2500, credit_of(cheap, quantity=1))
    (line,) = note["lines"]["data"]
    assert (line["amount"], line["unit_amount"], line["quantity"]) == (2000, 2000, 1)


def test_a_line_of_ones_own_has_its_own_tax(account: Account) -> None:
    invoice = taxed(account, inclusive=False)
    rate = account.post("tax_rates", display_name="GST", percentage=10, inclusive=False)
    own = {"type": "custom_line_item", "unit_amount": 500, "tax_rates": [rate["id"]]}
    note = give_back(account, invoice, 550, own)
    (line,) = note["lines"]["data"]
    assert [each["id"] for each in line["tax_rates"]] == [rate["id"]]
    assert (note["subtotal"], note["total"], note["total_taxes"][0]["amount"]) == (500, 550, 50)


def test_a_line_is_given_back_once(account: Account) -> None:
    invoice = taxed(account, inclusive=True)
    dear, cheap = lines_of(account, invoice)
    give_back(account, invoice, 4000, credit_of(dear, amount=4000))
    with pytest.raises(Refused, match=r"At most \$60.00 of this line") as refused:
        give_back(account, invoice, 3001, credit_of(cheap, amount=1), credit_of(dear, amount=3000))
    assert refused.value.error["param"] == "lines[1][amount]"
    with pytest.raises(Refused, match=r"At most \$40.00 of this line"):
        give_back(account, invoice, 4001, *[credit_of(cheap, amount=a) for a in (4000, 1)])
    with pytest.raises(Refused, match="only specify one"):
        give_back(account, invoice, 2000, credit_of(cheap, amount=1, quantity=1))
