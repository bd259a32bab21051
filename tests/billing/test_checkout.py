"""Checkout in subscription mode: open, declined, complete, expired.

docs.stripe.com/api/checkout/sessions, docs.stripe.com/checkout/fulfillment.
"""

from __future__ import annotations

from typing import Any

import pytest

from simulator.billing import checkout
from simulator.billing.checkout_pages import cancel_url, success_url
from simulator.billing.test_cards import CardInput
from simulator.contract.errors import CardError, StripeError
from simulator.engine import DAY, MINUTE, Obj
from tests.billing.account import START, Account, Refused, only_item
from tests.engine.things import digest

VISA = CardInput("4242 4242 4242 4242", 12, 34, "123")
DECLINED = CardInput("4000 0000 0000 0002", 12, 34, "123")
FAILING = CardInput("4000 0000 0000 0341", 12, 34, "123")
SUCCESS = "https://example.org/done?session={CHECKOUT_SESSION_ID}&x=1"
COMPLETED = [
    "charge.succeeded",
    "payment_method.attached",
    "customer.created",
    "customer.updated",
    "checkout.session.completed",
    "customer.subscription.created",
    "payment_intent.succeeded",
    "payment_intent.created",
    "invoice.created",
    "invoice.finalized",
    "invoice.paid",
    "invoice.payment_succeeded",
    "invoice_payment.paid",
]


def opened(account: Account, **more: Any) -> Obj:
    price = more.pop("price", None) or account.plan()
    return account.post(
        "checkout/sessions",
        mode="subscription",
        line_items=[{"price": price, "quantity": more.pop("quantity", 1)}],
        success_url=more.pop("success_url", SUCCESS),
        **more,
    )


def pay(account: Account, session: Obj, card: CardInput = VISA, **who: Any) -> Obj:
    return checkout.complete(account.world, session["id"], card, **who)


def test_an_open_session_has_made_nothing_yet(account: Account) -> None:
    price = account.plan()
    account.news()
    session = opened(account, price=price, customer_email="ada@example.org", quantity=2)
    assert account.told() == []
    assert session["id"].startswith("cs_test_a1")
    assert len(session["id"]) == 66
    assert (session["status"], session["payment_status"]) == ("open", "unpaid")
    assert session["customer"] is session["subscription"] is session["invoice"] is None
    assert session["amount_total"] == 5000
    assert session["expires_at"] == START + DAY
    assert session["url"].endswith(f"/c/pay/{session['id']}")
    assert session["success_url"] == SUCCESS
    assert "line_items" not in session
    assert account.get("customers")["data"] == []


def test_the_line_items_are_shown_when_they_are_asked_for(account: Account) -> None:
    session = opened(account, quantity=2)
    listed = account.get(f"checkout/sessions/{session['id']}/line_items")["data"]
    expanded = account.get(f"checkout/sessions/{session['id']}", expand=["line_items"])
    assert expanded["line_items"]["data"] == listed
    assert [(line["quantity"], line["amount_total"]) for line in listed] == [(2, 5000)]


def test_paying_makes_customer_card_subscription_and_invoice_in_one_go(account: Account) -> None:
    session = opened(
        account,
        customer_email="ada@example.org",
        metadata={"org": "1"},
        subscription_data={"metadata": {"plan": "gold"}},
    )
    account.news()
    pay(account, session, name="Ada")
    assert account.told() == COMPLETED
    done = account.get(f"checkout/sessions/{session['id']}")
    assert (done["status"], done["payment_status"], done["url"]) == ("complete", "paid", None)
    assert done["payment_intent"] is None
    customer = account.get(f"customers/{done['customer']}")
    assert (customer["email"], customer["name"]) == ("ada@example.org", "Ada")
    subscription = account.get(f"subscriptions/{done['subscription']}")
    assert (subscription["status"], subscription["latest_invoice"]) == ("active", done["invoice"])
    assert subscription["metadata"] == {"plan": "gold"}
    assert subscription["default_payment_method"].startswith("pm_1")
    assert customer["invoice_settings"]["default_payment_method"] is None


def test_a_known_customer_is_used_and_not_created(account: Account) -> None:
    customer = account.post("customers", email="ada@example.org")["id"]
    session = opened(account, customer=customer)
    account.news()
    pay(account, session)
    assert account.told() == [event for event in COMPLETED if event != "customer.created"]
    assert account.get(f"checkout/sessions/{session['id']}")["customer"] == customer


def test_the_completed_event_shows_the_completed_session(account: Account) -> None:
    session = opened(account, customer_email="ada@example.org", client_reference_id="org_1")
    pay(account, session)
    (event,) = account.get("events", type="checkout.session.completed")["data"]
    told = event["data"]["object"]
    assert told["subscription"].startswith("sub_1")
    assert told["client_reference_id"] == "org_1"


@pytest.mark.parametrize("card", [DECLINED, FAILING])
def test_a_declined_card_creates_nothing_and_leaves_the_session_open(
    account: Account, card: CardInput
) -> None:
    session = opened(account, customer_email="ada@example.org")
    before = digest(account.world)
    with pytest.raises(CardError, match="Your card was declined"):
        pay(account, session, card)
    assert digest(account.world) == before
    pay(account, session)
    assert account.get(f"checkout/sessions/{session['id']}")["status"] == "complete"


def test_without_any_address_the_page_asks_for_one(account: Account) -> None:
    session = opened(account)
    with pytest.raises(StripeError) as refused:
        pay(account, session)
    assert refused.value.param == "email"
    pay(account, session, email="ada@example.org")


def test_a_trial_needs_no_payment(account: Account) -> None:
    session = opened(
        account,
        customer_email="ada@example.org",
        subscription_data={"trial_period_days": 7},
    )
    assert session["amount_total"] == 0
    pay(account, session)
    done = account.get(f"checkout/sessions/{session['id']}", expand=["subscription"])
    assert done["payment_status"] == "no_payment_required"
    assert done["subscription"]["status"] == "trialing"
    account.pass_time(8 * DAY)
    assert account.get(f"subscriptions/{done['subscription']['id']}")["status"] == "active"


def test_a_session_is_paid_once(account: Account) -> None:
    session = opened(account, customer_email="ada@example.org")
    pay(account, session)
    with pytest.raises(StripeError, match="complete and cannot be paid"):
        pay(account, session)


def test_it_expires_by_itself(account: Account) -> None:
    session = opened(account, expires_at=START + 30 * MINUTE)
    account.news()
    account.pass_time(30 * MINUTE - 1)
    assert account.get(f"checkout/sessions/{session['id']}")["status"] == "open"
    account.pass_time(1)
    assert account.told() == ["checkout.session.expired"]
    expired = account.get(f"checkout/sessions/{session['id']}")
    assert (expired["status"], expired["payment_status"], expired["url"]) == (
        "expired",
        "unpaid",
        None,
    )
    with pytest.raises(StripeError, match="expired and cannot be paid"):
        pay(account, session)


def test_it_can_be_expired_once_and_not_after_it_was_paid(account: Account) -> None:
    session = opened(account)
    account.news()
    assert account.post(f"checkout/sessions/{session['id']}/expire")["status"] == "expired"
    assert account.told() == ["checkout.session.expired"]
    with pytest.raises(Refused, match="Only Checkout Sessions with a status in"):
        account.post(f"checkout/sessions/{session['id']}/expire")
    account.pass_time(2 * DAY)
    assert account.told() == []


def test_a_paid_session_does_not_expire(account: Account) -> None:
    session = opened(account, customer_email="ada@example.org")
    pay(account, session)
    account.news()
    account.pass_time(DAY)
    assert account.told() == []


def test_the_placeholder_is_filled_in_where_it_stands(account: Account) -> None:
    back = "https://example.org/back/{CHECKOUT_SESSION_ID}"
    session = opened(account, cancel_url=back)
    assert success_url(session) == (f"https://example.org/done?session={session['id']}&x=1")
    assert cancel_url(session) == (f"https://example.org/back/{session['id']}")
    assert cancel_url(opened(account)) is None


REFUSED: list[tuple[str, dict[str, Any]]] = [
    ("success_url", {"success_url": "/done"}),
    ("cancel_url", {"cancel_url": "example.org"}),
    ("customer", {"customer": "cus_none"}),
    ("expires_at", {"expires_at": START + 60}),
    ("expires_at", {"expires_at": START + 2 * DAY}),
    ("line_items[0][price]", {"price": "price_none"}),
]


@pytest.mark.parametrize(("param", "params"), REFUSED)
def test_what_cannot_be_is_refused_by_name(
    account: Account, param: str, params: dict[str, Any]
) -> None:
    with pytest.raises(Refused) as refused:
        opened(account, **params)
    assert refused.value.status == 400
    assert refused.value.error["param"] == param
    assert account.get("checkout/sessions")["data"] == []


def test_customer_and_address_exclude_each_other(account: Account) -> None:
    customer = account.payer()
    with pytest.raises(Refused, match="only specify one of these parameters"):
        opened(account, customer=customer, customer_email="ada@example.org")


def test_a_price_deactivated_after_the_session_was_opened_is_still_sold(account: Account) -> None:
    price = account.plan()
    session = opened(account, price=price, customer_email="ada@example.org")
    account.post(f"prices/{price}", active=False)
    pay(account, session)
    subscription = account.get(f"checkout/sessions/{session['id']}")["subscription"]
    assert only_item(account.get(f"subscriptions/{subscription}"))["price"]["id"] == price
