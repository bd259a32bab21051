"""Changing an item by its own endpoint is changing it through its subscription."""

from __future__ import annotations

import pytest

from tests.billing.account import Account, Refused, only_item


def test_a_new_quantity_is_prorated_like_an_update_of_the_subscription(account: Account) -> None:
    one, other = account.subscribed(), account.subscribed()
    account.pass_time(86_400 * 10)
    account.told()
    item = account.post(f"subscription_items/{only_item(one)['id']}", quantity=3)
    by_item = account.told()
    account.post(
        f"subscriptions/{other['id']}", items=[{"id": only_item(other)["id"], "quantity": 3}]
    )
    assert by_item == account.told()
    assert item["object"] == "subscription_item"
    assert item["quantity"] == 3
    assert [line["amount"] for line in account.pending(one)] == [
        line["amount"] for line in account.pending(other)
    ]
    assert only_item(account.fresh(one)) == item


def test_an_item_is_added_and_taken_away(account: Account) -> None:
    subscription = account.subscribed()
    added = account.post(
        "subscription_items", subscription=subscription["id"], price=account.plan(700), quantity=2
    )
    assert added["quantity"] == 2
    assert len(account.fresh(subscription)["items"]["data"]) == 2
    gone = account.delete(f"subscription_items/{added['id']}", proration_behavior="none")
    assert gone == {"id": added["id"], "object": "subscription_item", "deleted": True}
    assert only_item(account.fresh(subscription))["id"] == only_item(subscription)["id"]


def test_a_refusal_names_the_parameter_as_it_was_sent(account: Account) -> None:
    item = only_item(account.subscribed())["id"]
    with pytest.raises(Refused) as refused:
        account.post(f"subscription_items/{item}", price="nowhere")
    assert refused.value.error["param"] == "price"
    with pytest.raises(Refused) as refused:
        account.post("subscription_items/si_none", quantity=2)
    assert (refused.value.status, refused.value.error["param"]) == (404, "item")
