"""`plan` and `quantity` of a subscription, from before it had items, are taken by its
updates.

Clients that are older than `items` send them: pay, when it resumes a subscription.
"""

from __future__ import annotations

import pytest

from tests.billing.account import Account, Refused, only_item


def test_they_change_the_only_item(account: Account) -> None:
    subscription = account.subscribed()
    other = account.plan(700)
    changed = account.post(f"subscriptions/{subscription['id']}", plan=other, quantity=2)
    item = only_item(changed)
    assert (item["id"], item["price"]["id"]) == (only_item(subscription)["id"], other)
    assert item["quantity"] == 2
    assert len(account.pending(changed)) == 2


def test_what_it_has_already_is_no_change(account: Account) -> None:
    plan = account.plan()
    subscription = account.subscribed(plan)
    account.post(f"subscriptions/{subscription['id']}", cancel_at_period_end=True)
    resumed = account.post(
        f"subscriptions/{subscription['id']}",
        plan=plan,
        trial_end="now",
        cancel_at_period_end=False,
    )
    assert resumed["cancel_at"] is None
    assert account.pending(resumed) == []


def test_a_trial_keeps_its_end_when_that_is_sent_again(account: Account) -> None:
    subscription = account.subscribed(trial_period_days=14)
    account.post(f"subscriptions/{subscription['id']}", cancel_at_period_end=True)
    resumed = account.post(
        f"subscriptions/{subscription['id']}",
        plan=subscription["plan"]["id"],
        trial_end=subscription["trial_end"],
        cancel_at_period_end=False,
    )
    assert resumed["trial_end"] == subscription["trial_end"]
    assert (resumed["status"], resumed["cancel_at"]) == ("trialing", None)


def test_with_several_items_they_are_refused(account: Account) -> None:
    items = [{"price": account.plan()}, {"price": account.plan(500)}]
    subscription = account.subscribed(items=items)
    with pytest.raises(Refused) as refused:
        account.post(f"subscriptions/{subscription['id']}", quantity=2)
    assert refused.value.error["param"] == "quantity"
