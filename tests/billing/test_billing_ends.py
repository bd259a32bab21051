"""An end inside the current period shortens it (docs.stripe.com/billing/subscriptions/cancel)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.billing.account import Account, open_account, period
from tests.billing.test_beginnings import amounts, at

JUNE, JULY = at(2026, 6, 1), at(2026, 7, 1)


@pytest.fixture
def account() -> Account:
    return open_account(start=JUNE)


def ending(account: Account, day: int, **more: Any) -> dict[str, Any]:
    subscription = account.subscribed(account.plan(3000))
    account.told()
    return account.post(f"subscriptions/{subscription['id']}", cancel_at=at(2026, 6, day), **more)


def test_the_rest_of_the_period_is_given_back(account: Account) -> None:
    subscription = ending(account, 21)
    assert subscription["cancel_at"] == period(subscription)[1] == at(2026, 6, 21)
    assert account.told() == ["invoiceitem.created", "customer.subscription.updated"]
    (credit,) = account.pending(subscription)
    assert credit["amount"] == -1000  # 10 of 30 days
    assert credit["period"] == {"start": at(2026, 6, 21), "end": JULY}
    account.pass_to(at(2026, 6, 21))
    assert account.fresh(subscription)["status"] == "canceled"
    assert account.customer_of(subscription)["balance"] == -1000


def test_or_not(account: Account) -> None:
    subscription = ending(account, 21, proration_behavior="none")
    assert period(subscription)[1] == at(2026, 6, 21)
    assert account.pending(subscription) == []


def test_or_at_once(account: Account) -> None:
    subscription = ending(account, 21, proration_behavior="always_invoice")
    assert amounts(account, subscription) == [-1000]
    assert account.customer_of(subscription)["balance"] == -1000


def test_taking_it_back_charges_for_the_rest_again(account: Account) -> None:
    subscription = ending(account, 21)
    again = account.post(f"subscriptions/{subscription['id']}", cancel_at="")
    assert (again["cancel_at"], period(again)[1]) == (None, JULY)
    assert [item["amount"] for item in account.pending(again)] == [-1000, 1000]
    account.pass_to(JULY)
    assert amounts(account, account.fresh(again)) == [-1000, 1000, 3000]


def test_moving_it_gives_back_what_still_stands(account: Account) -> None:
    subscription = ending(account, 21)
    account.post(f"subscriptions/{subscription['id']}", cancel_at=at(2026, 6, 11))
    assert [item["amount"] for item in account.pending(subscription)] == [-1000, -1000]


def test_a_switch_lasts_until_the_end(account: Account) -> None:
    subscription = ending(account, 21)
    account.pass_to(at(2026, 6, 11))
    switched = account.switch(subscription, account.plan(6000))
    assert period(switched)[1] == at(2026, 6, 21)
    assert [item["amount"] for item in account.pending(subscription)] == [-1000, -1000, 2000]


@pytest.mark.parametrize("mode", ["flexible", "classic"])
def test_it_may_come_with_another_price(account: Account, mode: str) -> None:
    subscription = account.subscribed(account.plan(3000), billing_mode={"type": mode})
    account.pass_to(at(2026, 6, 11))
    account.told()
    ending = {"cancel_at": at(2026, 6, 21)}
    changed = account.switch(subscription, account.plan(6000), **ending)
    assert (changed["cancel_at"], period(changed)[1]) == (at(2026, 6, 21), at(2026, 6, 21))
    assert [item["amount"] for item in account.pending(changed)] == [-2000, 2000]
    assert account.told() == [
        "product.created",
        "price.created",
        "plan.created",
        "invoiceitem.created",
        "invoiceitem.created",
        "customer.subscription.updated",
    ]
    back = account.switch(changed, account.plan(3000), cancel_at="")
    assert (back["cancel_at"], period(back)[1]) == (None, JULY)
    pending = [item["amount"] for item in account.pending(changed)]
    assert pending == [-2000, 2000, -2000, 2000]
    account.pass_to(JULY)
    assert account.fresh(back)["status"] == "active"


def test_the_other_items_are_shortened_too(account: Account) -> None:
    subscription = account.subscribed(account.plan(3000))
    account.pass_to(at(2026, 6, 11))
    changed = account.post(
        f"subscriptions/{subscription['id']}",
        cancel_at=at(2026, 6, 21),
        items=[{"price": account.plan(600)}],
    )
    ends = {item["current_period_end"] for item in changed["items"]["data"]}
    assert ends == {at(2026, 6, 21)}
    assert [item["amount"] for item in account.pending(changed)] == [-1000, 200]


def test_a_new_cycle_ends_with_it(account: Account) -> None:
    subscription = account.subscribed(account.plan(3000))
    account.pass_to(at(2026, 6, 11))
    changed = account.post(
        f"subscriptions/{subscription['id']}",
        cancel_at=at(2026, 6, 21),
        billing_cycle_anchor={"type": "now"},
    )
    assert period(changed) == (at(2026, 6, 11), at(2026, 6, 21))
    assert amounts(account, changed) == [-2000, 1000]


def test_an_end_in_a_later_period_shortens_that_one(account: Account) -> None:
    subscription = account.subscribed(account.plan(3100))
    account.told()
    account.post(f"subscriptions/{subscription['id']}", cancel_at=at(2026, 7, 11))
    assert account.told() == ["customer.subscription.updated"]
    account.pass_to(JULY)
    renewed = account.fresh(subscription)
    assert period(renewed) == (JULY, at(2026, 7, 11))
    assert amounts(account, renewed) == [1000]  # 10 of 31 days


def test_an_end_known_from_the_start(account: Account) -> None:
    subscription = account.subscribed(account.plan(3000), cancel_at=at(2026, 6, 11))
    assert (period(subscription)[1], amounts(account, subscription)) == (at(2026, 6, 11), [1000])


def test_a_trial_is_not_shortened(account: Account) -> None:
    subscription = account.subscribed(account.plan(3000), trial_period_days=14)
    account.told()
    ended = account.post(f"subscriptions/{subscription['id']}", cancel_at=at(2026, 6, 8))
    assert ended["trial_end"] == period(ended)[1] == at(2026, 6, 15)
    account.pass_to(at(2026, 6, 8))
    assert account.fresh(ended)["status"] == "canceled"
