"""Checkout that takes one payment or saves a card, and its discounts.

docs.stripe.com/api/checkout/sessions; the body in mode `setup` is that of recorded traffic.
"""

from __future__ import annotations

from typing import Any

import pytest

from simulator.billing import checkout
from simulator.billing.test_cards import CardInput
from simulator.contract.errors import CardError, StripeError
from simulator.engine import Obj
from tests.billing.account import Account, Refused

GOOD = CardInput("4242424242424242", 12, 34, "123")
SUCCESS = "http://127.0.0.1/done"


def opened(account: Account, mode: str = "payment", **more: Any) -> Obj:
    if mode != "setup" and "line_items" not in more:
        price = {"currency": "usd", "unit_amount": 1500, "product_data": {"name": "Boots"}}
        if mode == "subscription":
            price["recurring"] = {"interval": "month"}
        more["line_items"] = [{"price_data": price, "quantity": 2}]
    session = account.post("checkout/sessions", mode=mode, success_url=SUCCESS, **more)
    account.news()
    return session


def completed(account: Account, session: Obj, card: CardInput = GOOD, **who: Any) -> Obj:
    who.setdefault("email", "ada@example.org")
    return checkout.complete(account.world, session["id"], card, **who)


def test_a_payment(account: Account) -> None:
    data = {"metadata": {"order": "7"}}
    session = opened(account, payment_intent_data=data)
    assert (session["amount_total"], session["payment_status"]) == (3000, "unpaid")
    assert (session["payment_intent"], session["customer_creation"]) == (None, "if_required")
    done = completed(account, session)
    assert (done["status"], done["payment_status"], done["customer"]) == ("complete", "paid", None)
    assert done["customer_details"]["email"] == "ada@example.org"
    intent = account.get(f"payment_intents/{done['payment_intent']}")
    assert (intent["amount"], intent["metadata"]) == (3000, {"order": "7"})
    assert account.told() == [
        "charge.succeeded",
        "payment_intent.succeeded",
        "payment_intent.created",
        "checkout.session.completed",
    ]


def test_a_payment_that_needs_a_customer_makes_one(account: Account) -> None:
    data = {"setup_future_usage": "off_session"}
    done = completed(account, opened(account, payment_intent_data=data))
    held = account.get("payment_methods", customer=done["customer"])["data"]
    assert len(held) == 1
    asked = completed(account, opened(account, customer_creation="always"))
    assert account.get(f"customers/{asked['customer']}")["email"] == "ada@example.org"


def test_a_declined_payment_leaves_the_session_open(account: Account) -> None:
    session = opened(account)
    with pytest.raises(CardError):
        completed(account, session, CardInput("4000000000000002", 12, 34, "123"))
    assert account.get(f"checkout/sessions/{session['id']}")["status"] == "open"
    assert account.told() == []


def test_saving_a_card(account: Account) -> None:
    customer = account.post("customers", email="ada@example.org")["id"]
    session = opened(account, "setup", customer=customer, currency="usd")
    assert session["id"].startswith("cs_test_c1")
    assert (session["amount_total"], session["discounts"], session["total_details"]) == (
        None,
        None,
        None,
    )
    assert (session["payment_status"], session["status"]) == ("no_payment_required", "open")
    done = completed(account, session)
    intent = account.get(f"setup_intents/{done['setup_intent']}")
    assert (intent["status"], intent["customer"]) == ("succeeded", customer)
    assert account.told() == [
        "payment_method.attached",
        "setup_intent.succeeded",
        "checkout.session.completed",
    ]
    settings = account.get(f"customers/{customer}")["invoice_settings"]
    assert settings["default_payment_method"] is None


def test_the_bank_is_asked_before_anything_happens(account: Account) -> None:
    card = CardInput("4000002760003184", 12, 34, "123")
    session = opened(account, "subscription")
    with pytest.raises(checkout.HolderWanted):
        completed(account, session, card)
    with pytest.raises(CardError, match="unable to authenticate"):
        completed(account, session, card, authenticated=False)
    assert account.told() == []
    done = completed(account, session, card, authenticated=True)
    assert account.get(f"subscriptions/{done['subscription']}")["status"] == "active"


@pytest.mark.parametrize("mode", ["payment", "subscription"])
def test_a_discount_that_the_session_brings(account: Account, mode: str) -> None:
    ten = account.post("coupons", percent_off=10, duration="once")["id"]
    session = opened(account, mode, discounts=[{"coupon": ten}])
    assert (session["amount_subtotal"], session["amount_total"]) == (3000, 2700)
    assert session["discounts"] == [{"coupon": ten, "promotion_code": None}]
    assert account.get(f"coupons/{ten}")["times_redeemed"] == 0
    lines = account.get(f"checkout/sessions/{session['id']}/line_items")["data"]
    assert [(line["amount_subtotal"], line["amount_discount"]) for line in lines] == [(3000, 300)]
    done = completed(account, session)
    assert account.get(f"coupons/{ten}")["times_redeemed"] == 1
    (charge,) = account.get("charges")["data"]
    assert (charge["amount"], done["total_details"]["amount_discount"]) == (2700, 300)


def test_items_and_totals_show_their_discount_when_expanded(account: Account) -> None:
    ten = account.post("coupons", percent_off=10, duration="once")["id"]
    for mode in ("payment", "subscription"):
        session = opened(account, mode, discounts=[{"coupon": ten}])
        path = f"checkout/sessions/{session['id']}"
        for done in (False, True):
            if done:
                completed(account, session)
            lines = account.get(f"{path}/line_items", expand=["data.discounts", "data.taxes"])
            (line,) = lines["data"]
            (part,) = line["discounts"]
            assert (part["amount"], part["discount"]["source"]["coupon"]) == (300, ten)
            assert line["taxes"] == []
            expanded = account.get(path, expand=["total_details.breakdown"])["total_details"]
            assert expanded["breakdown"] == {"discounts": [part], "taxes": []}
    told = account.get(path, expand=["line_items.data.discounts"])["line_items"]["data"]
    assert told[0]["discounts"][0]["discount"]["subscription"] is not None


def test_a_code_that_the_customer_types(account: Account) -> None:
    ten = account.post("coupons", percent_off=10, duration="forever")["id"]
    account.post("promotion_codes", promotion={"type": "coupon", "coupon": ten}, code="SPRING")
    closed = opened(account)
    assert completed(account, closed, promotion_code="SPRING")["amount_total"] == 3000
    session = opened(account, "subscription", allow_promotion_codes=True)
    with pytest.raises(StripeError, match="This code is invalid"):
        completed(account, session, promotion_code="AUTUMN")
    done = completed(account, session, promotion_code="spring")
    assert done["amount_total"] == 2700
    invoice = account.get(f"invoices/{done['invoice']}")
    assert (invoice["total"], len(invoice["discounts"])) == (2700, 1)


@pytest.mark.parametrize(
    ("mode", "params"),
    [
        ("payment", {"subscription_data": {"trial_period_days": 3}}),
        ("setup", {"line_items": [{"price": "price_x", "quantity": 1}]}),
        ("subscription", {"payment_intent_data": {"description": "x"}}),
    ],
)
def test_what_belongs_to_another_mode_is_refused(account: Account, mode: str, params: Obj) -> None:
    with pytest.raises(Refused, match=f"in `{mode}` mode"):
        opened(account, mode, **params)
