"""`collection_method=send_invoice`: invoices that are sent to be paid by a day
(docs.stripe.com/billing/collection-method).
"""

from __future__ import annotations

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


def test_unpaid_on_its_day_it_is_overdue(account: Account, subscription: dict[str, Any]) -> None:
    quarterly = account.subscribed(
        account.plan(9000, recurring={"interval_count": 3}),
        customer=subscription["customer"],
        collection_method="send_invoice",
        days_until_due=10,
    )
    account.pass_to(START + 10 * DAY - 1)
    account.told()
    account.pass_to(START + 10 * DAY)
    assert account.told() == ["invoice.overdue", "customer.subscription.updated"]
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
