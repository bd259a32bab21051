"""The bank's page, and what else the Checkout page can do: one payment, a card saved, a code.

docs.stripe.com/payments/3d-secure; the names added to the return address are those of
docs.stripe.com/payments/accept-a-payment.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

GOOD = {"number": "4242 4242 4242 4242", "exp": "12 / 34", "cvc": "123"}
WANTS_HOLDER = {**GOOD, "number": "4000 0027 6000 3184"}
BACK = "http://app.carom.test/back?order=7"


def asked(shop: Any, **more: Any) -> Any:
    return shop.stripe.payment_intents.create(
        {
            "amount": 2900,
            "currency": "usd",
            "payment_method": "pm_card_authenticationRequired",
            "confirm": True,
            **more,
        }
    )


@pytest.mark.parametrize(
    ("answer", "outcome", "status"),
    [
        ("complete", "succeeded", "succeeded"),
        ("fail", "failed", "requires_payment_method"),
    ],
)
def test_the_answer_leads_back_to_the_shop(
    shop: Any, visitor: Any, answer: str, outcome: str, status: str
) -> None:
    intent = asked(shop, return_url=BACK)
    url = intent.next_action.redirect_to_url.url
    assert "asks your bank for $29.00" in visitor.reads(url)
    back = visitor.post(url, authentication=answer)
    assert back.status_code == 303
    query = parse_qs(urlsplit(back.headers["Location"]).query)
    assert query["order"] == ["7"]
    assert query["payment_intent"] == [intent.id]
    assert query["redirect_status"] == [outcome]
    assert shop.stripe.payment_intents.retrieve(intent.id).status == status
    assert "Nothing is waiting" in visitor.reads(url)


def test_without_a_return_url_the_page_says_that_it_is_done(shop: Any, visitor: Any) -> None:
    intent = asked(shop)
    url = intent.next_action.use_stripe_sdk["stripe_js"]
    assert "Nothing is waiting" in visitor.said(visitor.post(url, authentication="complete"))
    assert shop.stripe.payment_intents.retrieve(intent.id).status == "succeeded"


def test_a_card_saved_through_the_api_is_confirmed_there_too(shop: Any, visitor: Any) -> None:
    intent = shop.stripe.setup_intents.create(
        {
            "payment_method": "pm_card_authenticationRequired",
            "confirm": True,
            "return_url": BACK,
        }
    )
    url = intent.next_action.redirect_to_url.url
    assert "the right to charge this card later" in visitor.reads(url)
    back = visitor.post(url, authentication="complete")
    assert parse_qs(urlsplit(back.headers["Location"]).query)["setup_intent"] == [intent.id]


def test_nobody_finds_a_page_that_was_not_asked_for(shop: Any, visitor: Any) -> None:
    assert visitor.get(f"{shop.url}/3d_secure_2/hooks/test_nothing").status_code == 404


def test_checkout_asks_the_bank_between_the_form_and_the_payment(shop: Any, visitor: Any) -> None:
    session = shop.checkout()
    form = {**WANTS_HOLDER, "email": "bo@example.com"}
    page = visitor.post(session.url, **form)
    assert page.status_code == 402
    assert "Confirm with your bank" in visitor.said(page)
    assert 'name="number" value="4000 0027 6000 3184"' in page.text
    failed = visitor.post(session.url, **form, authentication="fail")
    assert "unable to authenticate" in visitor.said(failed)
    assert visitor.post(session.url, **form, authentication="complete").status_code == 303
    done = shop.stripe.checkout.sessions.retrieve(session.id)
    assert shop.subscription(done.subscription).status == "active"


def test_checkout_takes_one_payment(shop: Any, visitor: Any) -> None:
    price = {"currency": "usd", "unit_amount": 1500, "product_data": {"name": "Boots"}}
    session = shop.checkout(mode="payment", line_items=[{"price_data": price, "quantity": 2}])
    text = visitor.reads(session.url)
    assert "Pay for Boots" in text
    assert "Total due today $30.00" in text
    assert visitor.post(session.url, **GOOD, email="bo@example.com").status_code == 303
    assert shop.stripe.checkout.sessions.retrieve(session.id).payment_status == "paid"


def test_checkout_saves_a_card(shop: Any, visitor: Any) -> None:
    customer = shop.stripe.customers.create({"email": "ada@example.com"})
    session = shop.stripe.checkout.sessions.create(
        {"mode": "setup", "customer": customer.id, "success_url": BACK, "currency": "usd"}
    )
    text = visitor.reads(session.url)
    assert "Save a card" in text
    assert "due today" not in text
    assert visitor.post(session.url, **GOOD).status_code == 303
    held = shop.stripe.payment_methods.list({"customer": customer.id})
    assert len(held.data) == 1


def test_checkout_takes_a_promotion_code_where_it_may(shop: Any, visitor: Any) -> None:
    coupon = shop.stripe.coupons.create({"percent_off": 10, "duration": "once"})
    shop.stripe.promotion_codes.create(
        {"promotion": {"type": "coupon", "coupon": coupon.id}, "code": "SPRING"}
    )
    assert 'name="promotion_code"' not in visitor.get(shop.checkout().url).text
    session = shop.checkout(allow_promotion_codes=True)
    assert 'name="promotion_code"' in visitor.get(session.url).text
    form = {**GOOD, "email": "bo@example.com"}
    wrong = visitor.post(session.url, **form, promotion_code="AUTUMN")
    assert "This code is invalid" in visitor.said(wrong)
    assert visitor.post(session.url, **form, promotion_code="SPRING").status_code == 303
    assert shop.stripe.checkout.sessions.retrieve(session.id).amount_total == 900
