"""Manual tax rates on invoices (docs.stripe.com/billing/taxes/tax-rates)."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.engine import HOUR
from tests.billing.account import START, Account, Refused, only_item, period


def rate(account: Account, percentage: float, *, inclusive: bool = False) -> str:
    made = account.post("tax_rates", display_name="VAT", percentage=percentage, inclusive=inclusive)
    return made["id"]


def invoice_of(account: Account, subscription: dict[str, Any]) -> dict[str, Any]:
    return account.get(f"invoices/{account.fresh(subscription)['latest_invoice']}")


def test_a_rate_is_kept_and_archived(account: Account) -> None:
    name = rate(account, 19)
    assert account.told() == ["tax_rate.created"]
    archived = account.post(f"tax_rates/{name}", active=False, description="old")
    assert (archived["active"], archived["percentage"]) == (False, 19)
    assert account.told() == ["tax_rate.updated"]
    assert account.get("tax_rates", active=True)["data"] == []
    with pytest.raises(Refused) as refused:
        account.subscribed(default_tax_rates=[name])
    assert refused.value.error["param"] == "default_tax_rates[0]"


def test_an_exclusive_rate_is_added(account: Account) -> None:
    name = rate(account, 19)
    subscription = account.subscribed(default_tax_rates=[name])
    assert [shown["id"] for shown in subscription["default_tax_rates"]] == [name]
    invoice = invoice_of(account, subscription)
    sums = ("subtotal", "subtotal_excluding_tax", "total", "total_excluding_tax", "amount_paid")
    assert [invoice[key] for key in sums] == [2500, 2500, 2975, 2500, 2975]
    tax = {
        "amount": 475,
        "tax_behavior": "exclusive",
        "tax_rate_details": {"tax_rate": name},
        "taxability_reason": "not_available",
        "taxable_amount": 2500,
        "type": "tax_rate_details",
    }
    assert invoice["total_taxes"] == [tax]
    assert [line["taxes"] for line in invoice["lines"]["data"]] == [[tax]]


def test_an_inclusive_rate_is_in_the_price(account: Account) -> None:
    subscription = account.subscribed(default_tax_rates=[rate(account, 20, inclusive=True)])
    invoice = invoice_of(account, subscription)
    sums = ("subtotal", "subtotal_excluding_tax", "total", "total_excluding_tax")
    assert [invoice[key] for key in sums] == [2500, 2083, 2500, 2083]
    (tax,) = invoice["total_taxes"]
    assert (tax["amount"], tax["taxable_amount"]) == (417, 2083)


def test_an_items_own_rates_come_first_and_each_line_is_rounded(account: Account) -> None:
    general, own = rate(account, 7.7), rate(account, 2.5)
    subscription = account.subscribed(
        items=[
            {"price": account.plan(1099)},
            {"price": account.plan(333), "tax_rates": [own]},
        ],
        default_tax_rates=[general],
    )
    invoice = invoice_of(account, subscription)
    assert [tax["amount"] for tax in invoice["total_taxes"]] == [85, 8]
    assert invoice["total"] == 1099 + 333 + 85 + 8


def test_tax_is_on_what_discounts_leave(account: Account) -> None:
    coupon = account.post("coupons", percent_off=10, duration="forever")["id"]
    subscription = account.subscribed(
        default_tax_rates=[rate(account, 10)], discounts=[{"coupon": coupon}]
    )
    invoice = invoice_of(account, subscription)
    assert (invoice["total_taxes"][0]["taxable_amount"], invoice["total"]) == (2250, 2475)


def test_renewals_and_prorations_are_taxed_too(account: Account) -> None:
    subscription = account.subscribed(default_tax_rates=[rate(account, 10)])
    account.pass_to(START + 15 * 24 * HOUR)
    changed = account.switch(subscription, account.plan(5000), proration_behavior="always_invoice")
    invoice = invoice_of(account, changed)
    assert [line["taxes"][0]["amount"] for line in invoice["lines"]["data"]] == [-125, 250]
    assert invoice["total"] == 1250 + 125
    account.pass_to(period(changed)[1] + HOUR)
    assert invoice_of(account, changed)["amount_paid"] == 5500


def test_rates_can_be_changed(account: Account) -> None:
    first, second = rate(account, 10), rate(account, 20)
    subscription = account.subscribed(default_tax_rates=[first])
    account.post(f"subscriptions/{subscription['id']}", default_tax_rates="")
    item = only_item(subscription)["id"]
    changed = account.post(
        f"subscriptions/{subscription['id']}",
        items=[{"id": item, "tax_rates": [second]}],
        proration_behavior="none",
    )
    assert [shown["id"] for shown in only_item(changed)["tax_rates"]] == [second]
    account.pass_to(period(changed)[1])
    assert invoice_of(account, changed)["total"] == 3000


@pytest.mark.parametrize(
    ("exempt", "reason"), [("exempt", "customer_exempt"), ("reverse", "reverse_charge")]
)
def test_some_customers_owe_none(account: Account, exempt: str, reason: str) -> None:
    subscription = account.subscribed(
        customer=account.payer(tax_exempt=exempt), default_tax_rates=[rate(account, 19)]
    )
    invoice = invoice_of(account, subscription)
    assert invoice["total"] == 2500
    (tax,) = invoice["total_taxes"]
    assert (tax["amount"], tax["taxability_reason"]) == (0, reason)


def test_invoices_by_hand_have_rates_of_their_own(account: Account) -> None:
    customer = account.payer()
    general, own = rate(account, 10), rate(account, 20)
    account.post("invoiceitems", customer=customer, amount=1000, currency="usd")
    account.post("invoiceitems", customer=customer, amount=1000, currency="usd", tax_rates=[own])
    invoice = account.post(
        "invoices",
        customer=customer,
        default_tax_rates=[general],
        pending_invoice_items_behavior="include",
    )
    assert invoice["total"] == 2300
    assert account.post(f"invoices/{invoice['id']}/pay")["amount_paid"] == 2300


def test_what_is_too_little_to_charge_is_owed_later(account: Account) -> None:
    customer = account.payer()
    account.post("invoiceitems", customer=customer, amount=30, currency="usd")
    invoice = account.post("invoices", customer=customer, pending_invoice_items_behavior="include")
    paid = account.post(f"invoices/{invoice['id']}/finalize")
    assert (paid["status"], paid["amount_due"], paid["ending_balance"]) == ("paid", 0, 30)
    assert account.get(f"customers/{customer}")["balance"] == 30
    (entry,) = account.get(f"customers/{customer}/balance_transactions")["data"]
    assert (entry["type"], entry["amount"]) == ("invoice_too_small", 30)
    subscription = account.subscribed(customer=customer)
    assert invoice_of(account, subscription)["amount_paid"] == 2530
