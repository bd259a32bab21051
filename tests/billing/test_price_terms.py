"""Tiers, packages and fractions of a minor unit
(docs.stripe.com/products-prices/pricing-models).
"""

from __future__ import annotations

from typing import Any

import pytest

from simulator.engine import DAY
from tests.billing.account import START, Account, Refused, only_item, period

TIERS: list[dict[str, Any]] = [
    {"up_to": 5, "unit_amount": 700},
    {"up_to": 10, "unit_amount": 600, "flat_amount": 100},
    {"up_to": "inf", "unit_amount": 500},
]


def priced(account: Account, **terms: Any) -> str:
    product = account.post("products", name="Seats")["id"]
    made = account.post(
        "prices", product=product, currency="usd", recurring={"interval": "month"}, **terms
    )
    return made["id"]


def tiered(account: Account, mode: str) -> str:
    return priced(account, billing_scheme="tiered", tiers_mode=mode, tiers=TIERS)


def subscribed(account: Account, price: str, quantity: int) -> dict[str, Any]:
    return account.subscribed(items=[{"price": price, "quantity": quantity}])


def charged(account: Account, subscription: dict[str, Any]) -> int:
    (line,) = account.lines(subscription["latest_invoice"])
    amount: int = line["amount"]
    return amount


@pytest.mark.parametrize(
    ("mode", "quantity", "amount"),
    [
        ("graduated", 1, 700),
        ("graduated", 5, 3500),
        ("graduated", 6, 3500 + 100 + 600),
        ("graduated", 20, 3500 + 100 + 3000 + 5000),
        ("volume", 5, 3500),
        ("volume", 6, 100 + 3600),
        ("volume", 10, 100 + 6000),
        ("volume", 20, 10000),
    ],
)
def test_tiers(account: Account, mode: str, quantity: int, amount: int) -> None:
    subscription = subscribed(account, tiered(account, mode), quantity)
    assert charged(account, subscription) == amount
    price = only_item(subscription)["price"]
    assert (price["billing_scheme"], price["tiers_mode"]) == ("tiered", mode)
    assert (price["unit_amount"], price["unit_amount_decimal"]) == (None, None)


def test_tiers_are_shown_when_they_are_expanded(account: Account) -> None:
    name = tiered(account, "volume")
    assert "tiers" not in account.get(f"prices/{name}")
    tiers = account.get(f"prices/{name}", expand=["tiers"])["tiers"]
    assert [tier["up_to"] for tier in tiers] == [5, 10, None]
    assert tiers[1] == {
        "flat_amount": 100,
        "flat_amount_decimal": "100",
        "unit_amount": 600,
        "unit_amount_decimal": "600",
        "up_to": 10,
    }


@pytest.mark.parametrize(
    ("terms", "param"),
    [
        ({"billing_scheme": "tiered", "tiers_mode": "volume"}, "tiers"),
        ({"billing_scheme": "tiered", "tiers": TIERS}, "tiers_mode"),
        ({"unit_amount": 1, "tiers_mode": "volume"}, "tiers_mode"),
        ({"billing_scheme": "tiered", "tiers_mode": "volume", "tiers": TIERS[:2]}, "tiers[1]"),
        (
            {"billing_scheme": "tiered", "tiers_mode": "volume", "tiers": [TIERS[1], *TIERS]},
            "tiers[1]",
        ),
        ({"unit_amount_decimal": "-0.5"}, "unit_amount"),
        ({}, "unit_amount"),
    ],
)
def test_terms_that_make_no_sense_are_refused(
    account: Account, terms: dict[str, Any], param: str
) -> None:
    with pytest.raises(Refused) as refused:
        priced(account, **terms)
    assert refused.value.status == 400
    assert refused.value.error["param"].startswith(param)


@pytest.mark.parametrize(
    ("up_or_down", "quantity", "amount"),
    [("up", 1, 1000), ("up", 12, 1000), ("up", 13, 2000), ("down", 13, 1000), ("down", 24, 2000)],
)
def test_packages(account: Account, up_or_down: str, quantity: int, amount: int) -> None:
    price = priced(
        account, unit_amount=1000, transform_quantity={"divide_by": 12, "round": up_or_down}
    )
    assert charged(account, subscribed(account, price, quantity)) == amount


@pytest.mark.parametrize(
    ("decimal", "quantity", "amount"),
    [("0.05", 1000, 50), ("12.5", 5, 63), ("0.333333333333", 300, 100), ("2500", 1, 2500)],
)
def test_fractions_are_rounded_once_for_the_line(
    account: Account, decimal: str, quantity: int, amount: int
) -> None:
    price = priced(account, unit_amount_decimal=decimal)
    subscription = subscribed(account, price, quantity)
    assert charged(account, subscription) == amount
    shown = only_item(subscription)["price"]
    whole = "." not in decimal
    assert (shown["unit_amount"], shown["unit_amount_decimal"]) == (
        int(decimal) if whole else None,
        decimal,
    )


def test_a_new_quantity_of_a_tiered_price_is_prorated(account: Account) -> None:
    subscription = subscribed(account, tiered(account, "graduated"), 5)
    account.pass_to(START + 15 * DAY)
    item = only_item(subscription)["id"]
    account.post(f"subscriptions/{subscription['id']}", items=[{"id": item, "quantity": 6}])
    assert [entry["amount"] for entry in account.pending(subscription)] == [-1750, 2100]
    account.pass_to(period(subscription)[1])
    lines = account.lines(account.fresh(subscription)["latest_invoice"])
    assert lines[-1]["amount"] == 4200
    assert lines[-1]["description"] == "6 × Seats (Tier 2 at $6.00 / month)"


def test_a_price_shows_its_currencies_when_expanded(account: Account) -> None:
    price = priced(account, unit_amount=1500)
    assert "currency_options" not in account.get(f"prices/{price}")
    assert account.get(f"prices/{price}", expand=["currency_options"])["currency_options"] == {
        "usd": {
            "custom_unit_amount": None,
            "tax_behavior": "unspecified",
            "unit_amount": 1500,
            "unit_amount_decimal": "1500",
        }
    }


def chosen(account: Account, **amounts: Any) -> dict[str, Any]:
    """A price of which the customer chooses the amount."""
    product = account.post("products", name="Gift")["id"]
    custom = {"enabled": True, **amounts}
    return account.post("prices", product=product, currency="usd", custom_unit_amount=custom)


def test_the_customer_may_choose_the_amount_of_what_is_paid_once(account: Account) -> None:
    price = chosen(account, minimum=500, preset=2000)
    assert price["custom_unit_amount"] == {"maximum": None, "minimum": 500, "preset": 2000}
    assert (price["unit_amount"], price["unit_amount_decimal"]) == (None, None)
    assert price["type"] == "one_time"


@pytest.mark.parametrize(
    ("amounts", "more"),
    [
        ({"minimum": 500, "preset": 100}, {}),
        ({"maximum": 500, "preset": 1000}, {}),
        ({"minimum": -1}, {}),
        ({}, {"unit_amount": 100}),
        ({}, {"recurring": {"interval": "month"}}),
    ],
)
def test_a_choice_that_makes_no_sense_is_refused(
    account: Account, amounts: dict[str, int], more: dict[str, Any]
) -> None:
    product = account.post("products", name="Gift")["id"]
    custom = {"enabled": True, **amounts}
    with pytest.raises(Refused) as refused:
        account.post("prices", product=product, currency="usd", custom_unit_amount=custom, **more)
    assert refused.value.status == 400


def test_a_chosen_amount_is_not_subscribed_to(account: Account) -> None:
    name = chosen(account)["id"]
    with pytest.raises(Refused, match="only accepts prices with `type=recurring`"):
        account.subscribed(items=[{"price": name}])


def test_paying_a_chosen_amount_is_not_simulated(account: Account) -> None:
    line = {"price": chosen(account)["id"], "quantity": 1}
    with pytest.raises(Refused) as refused:
        account.post(
            "checkout/sessions",
            mode="payment",
            success_url="https://app.example/done",
            line_items=[line],
        )
    assert refused.value.status == 501
