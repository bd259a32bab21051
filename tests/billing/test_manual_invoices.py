"""Invoices made by hand: docs.stripe.com/invoicing/overview, api/invoices and api/invoiceitems."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.engine import DAY, HOUR, Obj
from tests.billing.account import Account, Refused, period


def item(account: Account, customer: str, amount: int = 2000, **more: Any) -> Obj:
    return account.post("invoiceitems", customer=customer, amount=amount, currency="usd", **more)


def collected(account: Account, customer: str, **more: Any) -> Obj:
    """A draft of all that waits."""
    include = {"pending_invoice_items_behavior": "include"}
    return account.post("invoices", customer=customer, **{**include, **more})


def test_a_draft_collects_what_waits_if_asked_to(account: Account) -> None:
    customer = account.payer()
    first, second = item(account, customer, description="Boots"), item(account, customer, 500)
    assert account.post("invoices", customer=customer)["lines"]["data"] == []
    account.news()
    draft = collected(account, customer)
    assert (draft["status"], draft["billing_reason"]) == ("draft", "manual")
    assert (draft["auto_advance"], draft["total"], draft["number"]) == (False, 2500, None)
    assert draft["parent"] is None
    lines = draft["lines"]["data"]
    assert [line["description"] for line in lines] == ["Boots", "Invoice item"]
    details = lines[0]["parent"]["invoice_item_details"]
    assert (details["invoice_item"], details["proration"]) == (first["id"], False)
    assert account.get(f"invoiceitems/{second['id']}")["invoice"] == draft["id"]
    assert account.told() == ["invoice.created"]


def test_it_stays_a_draft_until_somebody_acts(account: Account) -> None:
    customer = account.payer()
    item(account, customer)
    draft = collected(account, customer)
    account.pass_time(30 * DAY)
    assert account.get(f"invoices/{draft['id']}")["status"] == "draft"
    paid = account.post(f"invoices/{draft['id']}/pay")
    assert (paid["status"], paid["amount_paid"]) == ("paid", 2000)
    assert paid["number"].endswith("-0001")


def test_an_advancing_draft_is_charged_after_an_hour(account: Account) -> None:
    customer = account.payer()
    item(account, customer)
    draft = collected(account, customer, auto_advance=True)
    assert draft["automatically_finalizes_at"] == draft["created"] + HOUR
    account.pass_time(HOUR)
    assert account.get(f"invoices/{draft['id']}")["status"] == "paid"


def test_an_invoice_that_is_sent_is_not_charged(account: Account) -> None:
    customer = account.payer()
    item(account, customer)
    with pytest.raises(Refused, match="days_until_due"):
        collected(account, customer, collection_method="send_invoice")
    draft = collected(account, customer, collection_method="send_invoice", days_until_due=7)
    assert draft["due_date"] == draft["created"] + 7 * DAY
    account.news()
    sent = account.post(f"invoices/{draft['id']}/send")
    assert (sent["status"], sent["amount_remaining"]) == ("open", 2000)
    assert account.told() == ["invoice.finalized", "payment_intent.created", "invoice.sent"]


def test_an_item_can_be_put_on_a_draft_at_once(account: Account) -> None:
    customer = account.payer()
    draft = account.post("invoices", customer=customer)
    account.news()
    added = item(account, customer, 700, invoice=draft["id"])
    assert added["invoice"] == draft["id"]
    after = account.get(f"invoices/{draft['id']}")
    assert (after["total"], after["amount_due"]) == (700, 700)
    assert account.told() == ["invoiceitem.created", "customer.updated", "invoice.updated"]
    account.post(f"invoiceitems/{added['id']}", amount=900)
    assert account.get(f"invoices/{draft['id']}")["total"] == 900
    account.delete(f"invoiceitems/{added['id']}")
    assert account.get(f"invoices/{draft['id']}")["total"] == 0


def test_nothing_of_a_final_invoice_is_changed(account: Account) -> None:
    customer = account.payer()
    on_it = item(account, customer)
    draft = collected(account, customer)
    account.post(f"invoices/{draft['id']}/finalize")
    for change in (
        lambda: account.post(f"invoiceitems/{on_it['id']}", amount=1),
        lambda: account.delete(f"invoiceitems/{on_it['id']}"),
        lambda: item(account, customer, invoice=draft["id"]),
        lambda: account.post(f"invoices/{draft['id']}", footer="late"),
        lambda: account.delete(f"invoices/{draft['id']}"),
    ):
        with pytest.raises(Refused) as refused:
            change()
        assert refused.value.error["code"] == "invoice_not_editable"
    assert account.post(f"invoices/{draft['id']}", metadata={"a": "1"})["metadata"] == {"a": "1"}


def test_items_by_price_and_quantity(account: Account) -> None:
    customer = account.payer()
    product = account.post("products", name="Boots")["id"]
    price = account.post("prices", product=product, currency="usd", unit_amount=1500)["id"]
    by_price = account.post("invoiceitems", customer=customer, pricing={"price": price}, quantity=2)
    assert (by_price["amount"], by_price["description"]) == (3000, "Boots")
    assert by_price["pricing"]["price_details"] == {"price": price, "product": product}
    data = {"currency": "usd", "product": product, "unit_amount": 400}
    described = account.post("invoiceitems", customer=customer, price_data=data, quantity=3)
    assert described["amount"] == 1200
    with pytest.raises(Refused, match="only accepts prices with"):
        account.post("invoiceitems", customer=customer, pricing={"price": account.plan()})
    assert account.post(f"invoiceitems/{by_price['id']}", quantity=3)["amount"] == 4500


def test_a_negative_item_is_a_credit(account: Account) -> None:
    customer = account.payer()
    item(account, customer, 2000)
    item(account, customer, -500)
    assert collected(account, customer)["total"] == 1500


def test_the_next_renewal_collects_what_waits(account: Account) -> None:
    subscription = account.subscribed()
    item(account, subscription["customer"], 300, description="Setup")
    account.pass_to(period(subscription)[1])
    invoice = account.get(f"invoices/{account.fresh(subscription)['latest_invoice']}")
    assert [line["amount"] for line in invoice["lines"]["data"]] == [300, 2500]


def test_discounts_of_a_one_off_invoice(account: Account) -> None:
    customer = account.payer()
    item(account, customer, 2000)
    ten = account.post("coupons", percent_off=10, duration="once")["id"]
    draft = collected(account, customer, discounts=[{"coupon": ten}])
    assert (draft["subtotal"], draft["total"]) == (2000, 1800)
    item(account, customer, 1000, invoice=draft["id"])
    assert account.get(f"invoices/{draft['id']}")["total"] == 2700
    assert account.post(f"invoices/{draft['id']}", discounts="")["total"] == 3000


def test_giving_an_invoice_up_and_voiding_it(account: Account) -> None:
    customer = account.payer()
    item(account, customer)
    draft = collected(account, customer)
    with pytest.raises(Refused, match="isn't open"):
        account.post(f"invoices/{draft['id']}/mark_uncollectible")
    account.post(f"invoices/{draft['id']}/finalize")
    account.news()
    given_up = account.post(f"invoices/{draft['id']}/mark_uncollectible")
    assert given_up["status"] == "uncollectible"
    assert "invoice.marked_uncollectible" in account.told()
    assert account.post(f"invoices/{draft['id']}/void")["status"] == "void"


def test_giving_the_latest_invoice_up_ends_past_due(account: Account) -> None:
    subscription = account.subscribed()
    account.default_card(subscription["customer"], "pm_card_chargeCustomerFail")
    account.pass_to(period(subscription)[1] + HOUR)
    late = account.fresh(subscription)
    assert late["status"] == "past_due"
    account.post(f"invoices/{late['latest_invoice']}/mark_uncollectible")
    assert account.fresh(subscription)["status"] == "active"


def test_deleting_a_draft_frees_its_items(account: Account) -> None:
    customer = account.payer()
    waits = item(account, customer)
    draft = collected(account, customer)
    account.news()
    assert account.delete(f"invoices/{draft['id']}")["deleted"] is True
    assert account.told() == ["invoice.deleted"]
    assert account.get(f"invoiceitems/{waits['id']}")["invoice"] is None
    assert collected(account, customer)["total"] == 2000


def test_the_invoices_own_method_pays_first(account: Account) -> None:
    customer = account.payer("pm_card_chargeCustomerFail")
    good = account.post("payment_methods/pm_card_visa/attach", customer=customer)["id"]
    item(account, customer)
    draft = collected(account, customer, default_payment_method=good)
    assert account.post(f"invoices/{draft['id']}/pay")["status"] == "paid"
