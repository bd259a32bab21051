"""Products and prices (docs.stripe.com/api/products, /prices)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.billing.account import Account, Refused, only_item


def test_a_recurring_price_is_also_a_plan(account: Account) -> None:
    price = account.plan(2500, nickname="n")
    assert account.told() == ["product.created", "price.created", "plan.created"]
    (plan_event,) = account.get("events", type="plan.created")["data"]
    plan = plan_event["data"]["object"]
    assert (plan["id"], plan["amount"], plan["interval"]) == (price, 2500, "month")


def test_a_one_time_price_is_not(account: Account) -> None:
    product = account.post("products", name="Book")["id"]
    account.news()
    account.post("prices", product=product, currency="usd", unit_amount=5)
    assert account.told() == ["price.created"]


def test_a_lookup_key_belongs_to_one_active_price(account: Account) -> None:
    old = account.plan(lookup_key="gold")
    with pytest.raises(Refused, match="already uses that lookup key"):
        account.plan(lookup_key="gold")
    new = account.plan(lookup_key="gold", transfer_lookup_key=True)
    assert account.get(f"prices/{old}")["lookup_key"] is None
    (found,) = account.get("prices", lookup_keys=["gold"])["data"]
    assert found["id"] == new


def test_a_subscription_shows_its_price_as_it_is_now(account: Account) -> None:
    old = account.plan(lookup_key="gold")
    subscription = account.subscribed(old)
    account.plan(9900, lookup_key="gold", transfer_lookup_key=True)
    account.post(f"prices/{old}", nickname="legacy", active=False)
    shown = only_item(account.fresh(subscription))
    assert shown["price"] == account.get(f"prices/{old}")
    assert (shown["price"]["lookup_key"], shown["price"]["nickname"]) == (None, "legacy")
    assert (shown["plan"]["nickname"], shown["plan"]["active"]) == ("legacy", False)


def test_a_default_price_can_come_with_the_product(account: Account) -> None:
    product = account.post(
        "products", name="Gold", default_price_data={"currency": "usd", "unit_amount": 5}
    )
    assert account.get(f"prices/{product['default_price']}")["product"] == product["id"]


def test_a_product_with_prices_cannot_be_deleted(account: Account) -> None:
    account.plan()
    (product,) = account.get("products")["data"]
    with pytest.raises(Refused, match="cannot be deleted"):
        account.delete(f"products/{product['id']}")


BAD: list[tuple[str, dict[str, Any]]] = [
    ("unit_amount", {"unit_amount": -1}),
    ("unit_amount", {}),
    ("unit_amount", {"unit_amount": 1, "unit_amount_decimal": "1"}),
    ("currency", {"currency": "dollars", "unit_amount": 1}),
    ("product", {"product": "prod_none", "unit_amount": 1}),
    (
        "recurring[interval_count]",
        {"unit_amount": 1, "recurring": {"interval": "month", "interval_count": 37}},
    ),
]


@pytest.mark.parametrize(("param", "params"), BAD)
def test_a_price_that_cannot_be_is_refused_by_name(
    account: Account, param: str, params: dict[str, Any]
) -> None:
    product = account.post("products", name="Gold")["id"]
    account.news()
    with pytest.raises(Refused) as refused:
        account.post("prices", **{"product": product, "currency": "usd", **params})
    assert (refused.value.status, refused.value.error["param"]) == (400, param)
    assert account.told() == []
