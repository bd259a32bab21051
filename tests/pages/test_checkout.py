"""The Checkout page: paid, declined, left, expired (docs.stripe.com/payments/checkout)."""

from __future__ import annotations

from typing import Any

import pytest

GOOD = {"number": "4242 4242 4242 4242", "exp": "12 / 34", "cvc": "123"}


def test_paying_subscribes_and_leads_to_the_success_url(shop: Any, visitor: Any) -> None:
    session = shop.checkout()
    text = visitor.reads(session.url)
    assert "Subscribe to Basic" in text
    assert "Total due today $10.00" in text
    answer = visitor.post(session.url, **GOOD, email="bo@example.com", name="Bo")
    assert answer.status_code == 303
    assert answer.headers["Location"] == f"{shop.app}/thanks?session_id={session.id}"
    done = shop.stripe.checkout.sessions.retrieve(session.id)
    assert (done.status, done.payment_status) == ("complete", "paid")
    assert shop.subscription(done.subscription).status == "active"
    assert shop.stripe.customers.retrieve(done.customer).email == "bo@example.com"


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"number": "4000000000000002"}, "Your card was declined."),
        ({"number": "4000000000009995"}, "insufficient funds"),
        ({"exp": "01 / 20"}, "in the past"),
        ({"cvc": ""}, "security code is incomplete"),
    ],
)
def test_a_decline_is_told_and_changes_nothing_and_one_may_try_again(
    shop: Any, visitor: Any, typed: dict[str, str], says: str
) -> None:
    session = shop.checkout()
    before = shop.events()
    answer = visitor.post(session.url, **{**GOOD, **typed}, email="bo@example.com")
    assert answer.status_code == 402
    assert says in visitor.said(answer)
    assert 'value="bo@example.com"' in answer.text
    assert shop.events() == before
    assert shop.stripe.checkout.sessions.retrieve(session.id).status == "open"
    assert visitor.post(session.url, **GOOD, email="bo@example.com").status_code == 303


def test_an_address_is_needed_where_none_is_known(shop: Any, visitor: Any) -> None:
    answer = visitor.post(shop.checkout().url, **GOOD)
    assert answer.status_code == 400
    assert "email" in visitor.said(answer)


def test_a_known_customer_is_not_asked_for_an_address(shop: Any, visitor: Any) -> None:
    customer = shop.stripe.customers.create({"email": "ada@example.com"})
    session = shop.checkout(customer=customer.id)
    page = visitor.get(session.url)
    assert "ada@example.com" in page.text
    assert 'name="email"' not in page.text
    visitor.post(session.url, **GOOD)
    assert shop.stripe.checkout.sessions.retrieve(session.id).customer == customer.id


def test_leaving_is_a_link_and_the_session_stays_open(shop: Any, visitor: Any) -> None:
    session = shop.checkout()
    assert f'rel="cancel" href="{shop.app}/plans"' in visitor.get(session.url).text
    assert shop.stripe.checkout.sessions.retrieve(session.id).status == "open"


def test_paying_twice_subscribes_once(shop: Any, visitor: Any) -> None:
    session = shop.checkout()
    visitor.post(session.url, **GOOD, email="bo@example.com")
    events = shop.events()
    again = visitor.post(session.url, **GOOD, email="bo@example.com")
    assert "all done here" in visitor.said(again)
    assert shop.events() == events


def test_an_expired_session_says_so_and_takes_no_card(shop: Any, visitor: Any) -> None:
    session = shop.checkout()
    shop.stripe.checkout.sessions.expire(session.id)
    for answer in (visitor.get(session.url), visitor.post(session.url, **GOOD, email="b@c.de")):
        assert "has expired" in visitor.said(answer)
    assert shop.stripe.checkout.sessions.retrieve(session.id).subscription is None


def test_a_trial_costs_nothing_today(shop: Any, visitor: Any) -> None:
    session = shop.checkout(subscription_data={"trial_period_days": 14})
    text = visitor.reads(session.url)
    assert "Free trial" in text
    assert "Total due today $0.00" in text
    visitor.post(session.url, **GOOD, email="bo@example.com")
    done = shop.stripe.checkout.sessions.retrieve(session.id)
    assert done.payment_status == "no_payment_required"
    assert shop.subscription(done.subscription).status == "trialing"
