"""A plan and the price of the same id are one thing seen twice (docs.stripe.com/api/plans)."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.engine import DAY
from tests.billing.account import Account, Refused, only_item


def small_monthly(account: Account, **more: Any) -> dict[str, Any]:
    given = {
        "id": "small-monthly",
        "amount": 1000,
        "currency": "usd",
        "interval": "month",
        "product": {"name": "Test Subscription"},
        **more,
    }
    return account.post("plans", **given)


def test_a_plan_may_choose_its_id_and_is_a_price_too(account: Account) -> None:
    plan = small_monthly(account, nickname="Small")
    assert (plan["id"], plan["object"], plan["amount"]) == ("small-monthly", "plan", 1000)
    assert account.told() == ["product.created", "price.created", "plan.created"]
    price = account.get("prices/small-monthly")
    assert (price["unit_amount"], price["nickname"]) == (1000, "Small")
    assert price["recurring"]["interval"] == "month"
    assert account.get("plans/small-monthly") == plan


def test_an_id_is_taken_once(account: Account) -> None:
    small_monthly(account)
    with pytest.raises(Refused) as refused:
        small_monthly(account)
    assert refused.value.error["code"] == "resource_already_exists"


def test_subscriptions_take_it_by_either_name(account: Account) -> None:
    small_monthly(account)
    for name in ("price", "plan"):
        subscription = account.subscribed(items=[{name: "small-monthly"}])
        assert only_item(subscription)["plan"]["id"] == "small-monthly"


def test_an_update_shows_in_both(account: Account) -> None:
    small_monthly(account)
    account.told()
    plan = account.post("plans/small-monthly", nickname="Tiny", metadata={"tier": "1"})
    assert account.told() == ["price.updated", "plan.updated"]
    assert (plan["nickname"], plan["metadata"]) == ("Tiny", {"tier": "1"})
    assert account.get("prices/small-monthly")["nickname"] == "Tiny"


def test_one_time_prices_are_no_plans(account: Account) -> None:
    product = account.post("products", name="Thing")["id"]
    price = account.post("prices", product=product, currency="usd", unit_amount=5)["id"]
    small_monthly(account)
    assert [plan["id"] for plan in account.get("plans")["data"]] == ["small-monthly"]
    assert account.get("plans", product=product)["data"] == []
    with pytest.raises(Refused) as refused:
        account.get(f"plans/{price}")
    assert refused.value.status == 404


def test_a_deleted_plan_is_gone_and_its_id_is_free_again(account: Account) -> None:
    plan = small_monthly(account)
    account.told()
    gone = account.delete("plans/small-monthly")
    assert gone == {"id": "small-monthly", "object": "plan", "deleted": True}
    assert account.told() == ["plan.deleted", "price.deleted"]
    for path in ("plans/small-monthly", "prices/small-monthly"):
        with pytest.raises(Refused) as refused:
            account.get(path)
        assert refused.value.status == 404
    assert account.get("plans")["data"] == []
    account.delete(f"products/{plan['product']}")
    assert small_monthly(account)["id"] == "small-monthly"


def test_who_subscribed_to_a_deleted_plan_goes_on_and_nobody_else_begins(account: Account) -> None:
    small_monthly(account)
    subscription = account.subscribed(items=[{"plan": "small-monthly"}])
    account.delete("plans/small-monthly")
    assert account.get("plans")["data"] == account.get("prices")["data"] == []
    with pytest.raises(Refused) as refused:
        account.get("prices/small-monthly")
    assert refused.value.status == 404
    with pytest.raises(Refused) as refused:
        account.subscribed(items=[{"price": "small-monthly"}])
    assert refused.value.error["message"] == "No such price: 'small-monthly'"
    account.pass_time(31 * DAY)
    renewed = account.fresh(subscription)
    assert [line["amount"] for line in account.lines(renewed["latest_invoice"])] == [1000]
