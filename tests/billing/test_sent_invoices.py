"""`collection_method=send_invoice`: invoices that are sent to be paid by a day
(docs.stripe.com/billing/collection-method).
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from simulator.engine import DAY, HOUR
from tests.billing.account import START, Account, Refused, period


@pytest.fixture
def subscription(account: Account) -> dict[str, Any]:
    customer = account.post("customers", email="ada@example.org")["id"]
    price = account.plan()
    account.told()
    return account.subscribed(
        price, customer=customer, collection_method="send_invoice", days_until_due=30
    )


def latest(account: Account, subscription: dict[str, Any]) -> dict[str, Any]:
    return account.get(f"invoices/{account.fresh(subscription)['latest_invoice']}")


def test_it_is_active_at_once_with_a_draft(account: Account, subscription: dict[str, Any]) -> None:
    assert (subscription["status"], subscription["days_until_due"]) == ("active", 30)
    invoice = latest(account, subscription)
    assert (invoice["status"], invoice["collection_method"]) == ("draft", "send_invoice")
    assert invoice["due_date"] == START + 30 * DAY
    assert invoice["automatically_finalizes_at"] == START + HOUR
    assert invoice["next_payment_attempt"] is None
    assert account.told() == [
        "customer.updated",
        "customer.subscription.created",
        "invoice.created",
    ]


def test_an_hour_later_it_is_sent(account: Account, subscription: dict[str, Any]) -> None:
    account.told()
    account.pass_time(HOUR)
    invoice = latest(account, subscription)
    assert (invoice["status"], invoice["attempted"]) == ("open", False)
    assert account.told() == ["invoice.finalized", "payment_intent.created", "invoice.sent"]


def test_unpaid_on_its_day_the_subscription_is_past_due(
    account: Account, subscription: dict[str, Any]
) -> None:
    quarterly = account.subscribed(
        account.plan(9000, recurring={"interval_count": 3}),
        customer=subscription["customer"],
        collection_method="send_invoice",
        days_until_due=10,
    )
    account.pass_to(START + 10 * DAY - 1)
    account.told()
    account.pass_to(START + 10 * DAY)
    assert account.told() == ["customer.subscription.updated"]
    assert account.fresh(quarterly)["status"] == "past_due"
    account.default_card(subscription["customer"], "pm_card_visa")
    account.post(f"invoices/{latest(account, quarterly)['id']}/pay")
    assert account.fresh(quarterly)["status"] == "active"


def test_renewals_are_sent_too(account: Account, subscription: dict[str, Any]) -> None:
    end = period(subscription)[1]
    account.pass_to(end + HOUR)
    invoice = latest(account, subscription)
    assert (invoice["billing_reason"], invoice["status"]) == ("subscription_cycle", "open")
    assert invoice["due_date"] == end + 30 * DAY


def test_the_days_are_required_and_only_there(account: Account) -> None:
    with pytest.raises(Refused) as refused:
        account.subscribed(collection_method="send_invoice")
    assert refused.value.error["param"] == "days_until_due"
    with pytest.raises(Refused) as refused:
        account.subscribed(days_until_due=3)
    assert refused.value.error["param"] == "days_until_due"


def test_a_subscription_can_change_over(account: Account) -> None:
    subscription = account.subscribed()
    account.told()
    changed = account.post(
        f"subscriptions/{subscription['id']}", collection_method="send_invoice", days_until_due=7
    )
    assert (changed["collection_method"], changed["days_until_due"]) == ("send_invoice", 7)
    assert account.told() == ["customer.subscription.updated"]
    back = account.post(
        f"subscriptions/{subscription['id']}", collection_method="charge_automatically"
    )
    assert back["days_until_due"] is None


# --- automations tell of due dates (docs.stripe.com/billing/automations) --------------------------


def reminded(account: Account, *, soon: tuple[int, ...] = (), after: tuple[int, ...] = ()) -> None:
    account.world.settings = replace(account.world.settings, due_soon_days=soon, overdue_days=after)


def told_of(account: Account) -> list[tuple[str, float]]:
    """What is told of due dates in two months: the event, and days from the due date."""
    account.news()
    account.pass_time(60 * DAY)
    return [
        (event["type"], (event["created"] - event["data"]["object"]["due_date"]) / DAY)
        for event in account.news()
        if event["type"] in ("invoice.will_be_due", "invoice.overdue")
    ]


def sent(account: Account, days: int = 10) -> dict[str, Any]:
    customer = account.post("customers", email="ada@example.org")["id"]
    account.post("invoiceitems", customer=customer, amount=900, currency="usd")
    draft = account.post(
        "invoices",
        customer=customer,
        collection_method="send_invoice",
        days_until_due=days,
        pending_invoice_items_behavior="include",
    )
    return account.post(f"invoices/{draft['id']}/finalize")


def test_nothing_is_told_of_due_dates_unless_asked_for(account: Account) -> None:
    sent(account)
    assert told_of(account) == []


def test_due_dates_are_told_of_on_the_days_asked_for(account: Account) -> None:
    reminded(account, soon=(3, 1, 30), after=(0, 7))
    sent(account)
    assert told_of(account) == [
        ("invoice.will_be_due", -3),
        ("invoice.will_be_due", -1),
        ("invoice.overdue", 0),
        ("invoice.overdue", 7),
    ]


def test_nothing_is_told_of_an_invoice_that_was_paid_or_when_no_longer_asked_for(
    account: Account,
) -> None:
    reminded(account, soon=(3,), after=(1,))
    paid = sent(account)
    account.post(f"invoices/{paid['id']}/pay", paid_out_of_band=True)
    sent(account)
    reminded(account, after=(1,))
    assert told_of(account) == [("invoice.overdue", 1)]


# --- paid outside of Stripe (docs.stripe.com/api/invoices/pay, `paid_out_of_band`) ----------------


def test_an_invoice_paid_elsewhere_is_paid_without_a_payment(account: Account) -> None:
    invoice = sent(account)
    account.news()
    paid = account.post(f"invoices/{invoice['id']}/pay", paid_out_of_band=True)
    assert (paid["status"], paid["amount_remaining"]) == ("paid", 0)
    assert (paid["amount_paid"], paid["amount_paid_off_stripe"]) == (900, 900)
    assert account.told() == ["payment_intent.canceled", "invoice.updated", "invoice.paid"]
    (payment,) = account.get("invoice_payments", invoice=invoice["id"])["data"]
    assert payment["status"] == "canceled"
    assert account.get("charges")["data"] == []
    with pytest.raises(Refused, match="already paid"):
        account.post(f"invoices/{invoice['id']}/pay", paid_out_of_band=True)


def test_what_was_past_due_is_active_again(account: Account, subscription: dict[str, Any]) -> None:
    quarterly = account.subscribed(
        account.plan(9000, recurring={"interval_count": 3}),
        customer=subscription["customer"],
        collection_method="send_invoice",
        days_until_due=10,
    )
    account.pass_time(11 * DAY)
    assert account.fresh(quarterly)["status"] == "past_due"
    account.post(f"invoices/{latest(account, quarterly)['id']}/pay", paid_out_of_band=True)
    assert account.fresh(quarterly)["status"] == "active"
