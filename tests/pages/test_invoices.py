"""The hosted page of an invoice, its PDF, and receipts."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

import pytest

DAY = 86_400
GOOD = {"number": "4242424242424242", "exp": "12 / 34", "cvc": "123"}


@pytest.fixture
def overdue(shop: Any) -> Any:
    """A subscription whose renewal could not be paid."""
    subscription = shop.subscriber()
    failing = shop.stripe.payment_methods.attach(
        "pm_card_chargeCustomerFail", {"customer": subscription.customer}
    )
    shop.stripe.customers.update(
        subscription.customer, {"invoice_settings": {"default_payment_method": failing.id}}
    )
    shop.control.advance(seconds=32 * DAY)
    overdue = shop.subscription(subscription.id)
    assert overdue.status == "past_due"
    return overdue


def invoice_of(shop: Any, subscription: Any) -> Any:
    return shop.stripe.invoices.retrieve(shop.subscription(subscription.id).latest_invoice)


def test_an_open_invoice_is_paid_with_a_card(shop: Any, visitor: Any, overdue: Any) -> None:
    url = invoice_of(shop, overdue).hosted_invoice_url
    assert "Pay $10.00" in visitor.reads(url)
    answer = visitor.post(url, **GOOD)
    assert (answer.status_code, answer.headers["location"]) == (303, urlsplit(url).path)
    assert "Paid" in visitor.reads(url)
    assert "Pay $10.00" not in visitor.reads(url)
    subscription = shop.subscription(overdue.id)
    assert subscription.status == "active"
    method = shop.stripe.payment_methods.retrieve(subscription.default_payment_method)
    assert (method.card.last4, method.customer) == ("4242", subscription.customer)


def test_the_card_that_paid_pays_the_next_renewal(shop: Any, visitor: Any, overdue: Any) -> None:
    visitor.post(invoice_of(shop, overdue).hosted_invoice_url, **GOOD)
    shop.control.advance(seconds=32 * DAY)
    assert shop.subscription(overdue.id).status == "active"
    assert invoice_of(shop, overdue).status == "paid"


def test_a_declined_card_leaves_it_open(shop: Any, visitor: Any, overdue: Any) -> None:
    invoice = invoice_of(shop, overdue)
    answer = visitor.post(invoice.hosted_invoice_url, **{**GOOD, "number": "4000000000000002"})
    assert answer.status_code == 402
    assert "Your card was declined." in visitor.said(answer)
    assert invoice_of(shop, overdue).status == "open"
    assert shop.events()[-1] == "invoice.payment_failed"
    assert shop.subscription(overdue.id).default_payment_method is None


def test_a_mistyped_card_is_said_to_be(shop: Any, visitor: Any, overdue: Any) -> None:
    url = invoice_of(shop, overdue).hosted_invoice_url
    seen = len(shop.events())
    answer = visitor.post(url, **{**GOOD, "cvc": ""})
    assert "security code is incomplete" in visitor.said(answer)
    assert len(shop.events()) == seen


def test_a_bank_that_asks_is_answered_on_its_page(shop: Any, visitor: Any, overdue: Any) -> None:
    url = invoice_of(shop, overdue).hosted_invoice_url
    asked = visitor.post(url, **{**GOOD, "number": "4000002760003184"})
    assert asked.status_code == 303
    done = visitor.post(asked.headers["location"], authentication="complete")
    assert done.headers["location"].startswith(url)
    assert invoice_of(shop, overdue).status == "paid"


def test_a_paid_invoice_cannot_be_paid_again(shop: Any, visitor: Any) -> None:
    invoice = invoice_of(shop, shop.subscriber())
    seen = len(shop.events())
    answer = visitor.post(invoice.hosted_invoice_url, **GOOD)
    assert (answer.status_code, len(shop.events())) == (200, seen)


def test_the_pdf_is_one_and_always_the_same(shop: Any, visitor: Any) -> None:
    invoice = invoice_of(shop, shop.subscriber())
    first, second = (visitor.get(invoice.invoice_pdf) for _ in range(2))
    assert first.headers["content-type"] == "application/pdf"
    assert first.content.startswith(b"%PDF-")
    assert first.content == second.content
    assert f"Invoice-{invoice.number}.pdf" in first.headers["content-disposition"]


def test_a_charge_has_a_receipt(shop: Any, visitor: Any) -> None:
    shop.subscriber()
    (charge,) = shop.stripe.charges.list().data
    text = visitor.reads(charge.receipt_url)
    assert "$10.00" in text
    assert re.search(r"Visa •••• 4242", text)
    assert visitor.get(f"{shop.url}/receipts/ch_nope").status_code == 404


def test_a_failed_charge_has_none(shop: Any, visitor: Any, overdue: Any) -> None:
    failed = shop.stripe.charges.list({"customer": overdue.customer}).data[0]
    assert failed.receipt_url is None
    assert visitor.get(f"{shop.url}/receipts/{failed.id}").status_code == 404
