"""Items of different intervals (docs.stripe.com/billing/subscriptions/mixed-interval)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.billing.account import Account, Refused, open_account
from tests.billing.test_beginnings import amounts, at

JUNE, JULY, NEXT_JUNE = at(2026, 6, 1), at(2026, 7, 1), at(2027, 6, 1)


@pytest.fixture
def account() -> Account:
    return open_account(start=JUNE)


def mixed(account: Account, **more: Any) -> dict[str, Any]:
    items = [{"price": account.plan(1500)}, {"price": account.plan(50000, "year")}]
    return account.subscribed(items=items, **more)


def test_each_item_has_its_own_period_and_the_first_invoice_has_both(account: Account) -> None:
    subscription = mixed(account)
    ends = [item["current_period_end"] for item in subscription["items"]["data"]]
    assert ends == [JULY, NEXT_JUNE]
    assert amounts(account, subscription) == [1500, 50000]


def test_they_are_invoiced_apart_and_together_where_their_periods_meet(account: Account) -> None:
    subscription = mixed(account)
    account.pass_to(JULY)
    assert amounts(account, account.fresh(subscription)) == [1500]
    account.pass_to(NEXT_JUNE)
    assert amounts(account, account.fresh(subscription)) == [1500, 50000]
    invoices = account.get("invoices", customer=subscription["customer"], limit=100)["data"]
    assert len(invoices) == 13


def test_ending_it_ends_them_all(account: Account) -> None:
    subscription = mixed(account)
    account.post(f"subscriptions/{subscription['id']}", cancel_at="min_period_end")
    account.pass_to(JULY)
    ended = account.fresh(subscription)
    assert ended["status"] == "canceled"
    assert account.customer_of(ended)["balance"] == -45890  # 335 of 365 days


WORDS = (
    "Currency and interval fields must match across all plans on this subscription. Found"
    " mismatch in interval field."
)


def test_classic_billing_mode_has_one_interval(account: Account) -> None:
    classic = {"type": "classic"}
    with pytest.raises(Refused) as refused:
        mixed(account, billing_mode=classic)
    assert refused.value.error["message"] == WORDS
    subscription = account.subscribed(account.plan(1500), billing_mode=classic)
    before = account.fresh(subscription)
    with pytest.raises(Refused) as refused:
        account.post(
            f"subscriptions/{subscription['id']}", items=[{"price": account.plan(9000, "year")}]
        )
    assert refused.value.error["message"] == WORDS
    assert account.fresh(subscription) == before
