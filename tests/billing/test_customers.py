"""Customers (docs.stripe.com/api/customers)."""

from __future__ import annotations

import pytest

from simulator.engine import DAY
from tests.billing.account import Account, Refused


def test_updates_tell_what_changed(account: Account) -> None:
    customer = account.post("customers", email="a@example.org", metadata={"k": "v", "x": "y"})
    account.news()
    account.post(f"customers/{customer['id']}", name="Ada", metadata={"k": "", "new": "n"})
    (event,) = account.news()
    assert event["data"]["previous_attributes"] == {
        "metadata": {"k": "v", "new": None},
        "name": None,
    }
    assert event["data"]["object"]["metadata"] == {"x": "y", "new": "n"}


def test_an_update_that_changes_nothing_tells_nothing(account: Account) -> None:
    customer = account.post("customers", email="a@example.org")
    account.news()
    account.post(f"customers/{customer['id']}", email="a@example.org")
    assert account.told() == []


def test_metadata_can_be_emptied(account: Account) -> None:
    customer = account.post("customers", metadata={"k": "v"})
    assert account.post(f"customers/{customer['id']}", metadata="")["metadata"] == {}


def test_one_request_may_bring_the_card_and_make_it_the_default(account: Account) -> None:
    customer = account.post(
        "customers",
        email="a@example.org",
        payment_method="pm_card_visa",
        invoice_settings={"default_payment_method": "pm_card_visa"},
    )
    method = customer["invoice_settings"]["default_payment_method"]
    assert method.startswith("pm_1")
    assert account.get(f"payment_methods/{method}")["customer"] == customer["id"]
    assert sorted(account.told()) == ["customer.created", "payment_method.attached"]


def test_a_default_must_be_attached(account: Account) -> None:
    customer = account.post("customers")["id"]
    theirs = account.get(f"customers/{account.payer()}")["invoice_settings"]
    with pytest.raises(Refused) as refused:
        account.post(f"customers/{customer}", invoice_settings=_default(theirs))
    assert refused.value.error["code"] == "resource_missing"


def _default(settings: dict[str, str]) -> dict[str, str]:
    return {"default_payment_method": settings["default_payment_method"]}


def test_deleting_ends_the_subscriptions_first(account: Account) -> None:
    subscription = account.subscribed()
    name = subscription["customer"]
    account.news()
    assert account.delete(f"customers/{name}") == {
        "id": name,
        "object": "customer",
        "deleted": True,
    }
    assert account.told() == ["customer.subscription.deleted", "customer.deleted"]
    assert account.get(f"customers/{name}") == {"id": name, "object": "customer", "deleted": True}
    assert account.fresh(subscription)["status"] == "canceled"
    for call in (account.delete, account.post):
        with pytest.raises(Refused) as refused:
            call(f"customers/{name}")
        assert refused.value.status == 404


def test_they_are_found_by_address_newest_first(account: Account) -> None:
    names = [account.post("customers", email="a@example.org")["id"] for _ in range(3)]
    account.post("customers", email="b@example.org")
    found = account.get("customers", email="a@example.org")["data"]
    assert [customer["id"] for customer in found] == names[::-1]


def test_credit_is_shown_by_currency_when_it_is_asked_for(account: Account) -> None:
    subscription = account.subscribed()
    path = f"customers/{subscription['customer']}"
    assert account.get(path, expand=["invoice_credit_balance"])["invoice_credit_balance"] == {}
    account.post(path, balance=-700)
    shown = account.get(path, expand=["invoice_credit_balance", "subscriptions"])
    assert shown["invoice_credit_balance"] == {"usd": 700}
    assert [held["id"] for held in shown["subscriptions"]["data"]] == [subscription["id"]]


def test_invoices_of_a_deleted_customer_are_no_longer_collected(account: Account) -> None:
    customer = account.payer()
    account.post("invoiceitems", customer=customer, amount=2000, currency="usd")
    draft = account.post(
        "invoices", customer=customer, auto_advance=True, pending_invoice_items_behavior="include"
    )
    account.news()
    account.delete(f"customers/{customer}")
    assert account.told() == ["invoice.updated", "customer.deleted"]
    account.pass_time(DAY)
    assert account.told() == []
    kept = account.get(f"invoices/{draft['id']}")
    assert (kept["status"], kept["auto_advance"]) == ("draft", False)
