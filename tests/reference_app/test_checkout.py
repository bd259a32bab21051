"""Selling: one customer, one subscription, and URLs that survive the way to Stripe and back."""

from __future__ import annotations

import threading
from typing import Any

import pytest

JSON = {"Accept": "application/json"}
CREATED = "POST /v1/customers"
SOLD = "POST /v1/checkout/sessions"


def upgrade(visitor: Any, plan: str = "pro_monthly") -> Any:
    return visitor.post("/billing/upgrade", data={"plan": plan}, headers=JSON)


def test_what_is_asked_of_checkout(visitor: Any, fake: Any) -> None:
    visitor.sign_up()
    assert upgrade(visitor).json()["url"].startswith("https://checkout.stripe.test/c/pay/")
    asked = fake.last(SOLD)
    assert asked["mode"] == "subscription"
    assert asked["line_items[0][price]"] == "price_pro_monthly"
    assert asked["client_reference_id"] == "1"
    assert asked["subscription_data[metadata][organisation]"] == "1"
    assert (
        asked["success_url"] == "http://testserver/billing/return?session_id={CHECKOUT_SESSION_ID}"
    )
    assert asked["cancel_url"] == "http://testserver/billing/plans"


def test_a_form_is_redirected(visitor: Any) -> None:
    visitor.sign_up()
    assert visitor.post("/billing/upgrade", data={"plan": "pro_monthly"}).status_code == 303


def test_trying_again_makes_no_second_customer_and_closes_the_first_page(
    visitor: Any, fake: Any
) -> None:
    visitor.sign_up()
    upgrade(visitor)
    first = visitor.checkout_session()
    upgrade(visitor, "basic_monthly")
    assert fake.asked.count(CREATED) == 1
    assert f"POST /v1/checkout/sessions/{first}/expire" in fake.asked
    assert visitor.checkout_session() != first


def test_a_double_click_makes_one_customer_and_leaves_one_page_open(
    visitor: Any, fake: Any
) -> None:
    visitor.sign_up()
    held, go = fake.stall_first(CREATED)
    answers: list[int] = []
    first = threading.Thread(target=lambda: answers.append(upgrade(visitor).status_code))
    first.start()
    assert held.wait(10)
    answers.append(upgrade(visitor).status_code)
    go.set()
    first.join(10)
    assert answers == [200, 200]
    assert fake.asked.count(CREATED) == 1
    assert sum(call.endswith("/expire") for call in fake.asked) == 1


def test_the_customer_is_kept_when_checkout_fails(visitor: Any, fake: Any) -> None:
    visitor.sign_up()
    fake.refuse(SOLD, 500, type="api_error", message="Something went wrong.")
    assert upgrade(visitor).status_code == 502
    fake.recover()
    assert upgrade(visitor).status_code == 200
    assert fake.asked.count(CREATED) == 1


def test_the_customers_key_names_the_database(visitor: Any, fake: Any) -> None:
    visitor.sign_up()
    upgrade(visitor)
    assert "customer-first-1" in fake.keys


@pytest.mark.parametrize("status", ["active", "trialing", "past_due", "unpaid", "paused"])
def test_a_live_subscription_is_not_sold_twice_even_before_its_webhook(
    visitor: Any, fake: Any, status: str
) -> None:
    visitor.sign_up()
    upgrade(visitor)
    fake.has(status=status)
    answer = upgrade(visitor)
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "already_subscribed")
    assert fake.asked.count(SOLD) == 1


@pytest.mark.parametrize("status", ["canceled", "incomplete", "incomplete_expired"])
def test_a_try_that_came_to_nothing_never_blocks_the_next(
    visitor: Any, fake: Any, status: str
) -> None:
    visitor.sign_up()
    upgrade(visitor)
    fake.has(status=status)
    assert upgrade(visitor).status_code == 200


def test_not_knowing_is_not_taken_for_none(visitor: Any, fake: Any) -> None:
    visitor.sign_up()
    upgrade(visitor)
    fake.refuse("GET /v1/subscriptions", 500, type="api_error", message="Something went wrong.")
    assert upgrade(visitor).status_code == 502
    assert fake.asked.count(SOLD) == 1


def test_an_unknown_plan_is_named(visitor: Any, fake: Any) -> None:
    visitor.sign_up()
    answer = upgrade(visitor, "gold")
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "unknown_plan")
    assert "gold" in answer.json()["error"]["message"]
    assert fake.calls == []


def test_a_missing_price_says_how_to_make_it(visitor: Any, fake: Any) -> None:
    visitor.sign_up()
    fake.prices.clear()
    answer = upgrade(visitor)
    assert (answer.status_code, answer.json()["error"]["code"]) == (503, "price_missing")
    assert "reference_app.seed" in answer.json()["error"]["message"]
