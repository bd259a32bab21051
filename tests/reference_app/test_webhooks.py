"""The webhook handler: authentic, idempotent, indifferent to order, and truthful in its answer."""

from __future__ import annotations

import json
import threading
import time
from typing import Any

import pytest

UPDATED = "customer.subscription.updated"
LISTED = "GET /v1/subscriptions"


@pytest.fixture
def customer(visitor: Any) -> str:
    """The customer of an organisation that has just been sent to Checkout."""
    visitor.sign_up()
    found = visitor.buy()
    assert isinstance(found, str)
    return found


@pytest.mark.parametrize(
    "type",
    [
        "customer.subscription.created",
        "checkout.session.completed",
        "invoice.paid",
        "customer.subscription.something_new",
    ],
)
def test_any_event_about_the_customer_brings_the_truth(
    visitor: Any, fake: Any, customer: str, type: str
) -> None:
    fake.has("pro_monthly")
    assert visitor.deliver(type, {"id": "any", "customer": customer}) == "written"
    assert visitor.entitlement() == {
        "plan": "pro",
        "status": "active",
        "access": True,
        "cancel_at_period_end": False,
        "cancel_at": None,
        "current_period_end": 1_800_000_000,
        "winding_down": False,
        "pending": False,
    }


def test_the_customer_may_come_expanded(visitor: Any, fake: Any, customer: str) -> None:
    fake.has()
    subject = {"id": "sub_1", "customer": {"id": customer, "object": "customer"}}
    assert visitor.deliver(UPDATED, subject) == "written"


def test_a_duplicate_changes_nothing_and_asks_stripe_nothing(
    visitor: Any, fake: Any, customer: str
) -> None:
    fake.has()
    visitor.deliver(UPDATED, {"customer": customer}, id="evt_same")
    before = list(fake.asked)
    fake.has(status="canceled")
    assert visitor.deliver(UPDATED, {"customer": customer}, id="evt_same") == "duplicate"
    assert fake.asked == before
    assert visitor.entitlement()["access"]


def test_old_news_brings_the_truth_of_now(visitor: Any, fake: Any, customer: str) -> None:
    fake.has(status="canceled")
    visitor.deliver("customer.subscription.deleted", {"customer": customer})
    old = {"id": "sub_1", "customer": customer, "status": "active"}
    assert visitor.deliver("customer.subscription.created", old) == "unchanged"
    assert visitor.entitlement()["status"] == "canceled"


@pytest.mark.usefixtures("customer")
@pytest.mark.parametrize(
    ("type", "subject"),
    [
        (UPDATED, {"customer": "cus_of_another_product"}),
        (UPDATED, {"customer": None}),
        ("invoice.paid", {"id": "in_1"}),
        ("customer.created", {"id": "cus_1", "object": "customer"}),
        ("novelty.invented", {"anything": [1, {"new": None}]}),
    ],
)
def test_what_is_not_ours_is_acknowledged_and_changes_nothing(
    visitor: Any, fake: Any, type: str, subject: Any
) -> None:
    fake.has()
    assert visitor.deliver(type, subject) == "ignored"
    assert LISTED not in fake.asked[-1:]
    assert not visitor.entitlement()["access"]


@pytest.mark.parametrize("flaw", ["none", "wrong", "empty key", "altered", "stale", "garbage"])
def test_what_stripe_did_not_sign_is_refused_and_changes_nothing(
    visitor: Any, fake: Any, customer: str, flaw: str
) -> None:
    fake.has()
    body = visitor.event(UPDATED, {"customer": customer})
    header = {
        "none": "",
        "wrong": visitor.signed(body, "whsec_other"),
        "empty key": visitor.signed(body, ""),
        "altered": visitor.signed(json.dumps(json.loads(body)).encode()),
        "stale": visitor.signed(body, at=int(time.time()) - 3600),
        "garbage": "t=now,v1=???",
    }[flaw]
    answer = visitor.bring(body, header)
    assert answer.status_code == 400
    assert answer.json()["error"]["code"] == "bad_signature"
    assert not visitor.entitlement()["access"]


@pytest.mark.parametrize(
    "body", [b"not json", b"[]", b"{}", b'{"id": "evt_1", "object": "v2.core.event"}']
)
def test_a_signed_body_that_is_no_event_is_refused(visitor: Any, body: bytes) -> None:
    answer = visitor.bring(body)
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "bad_signature")


def test_a_failure_is_not_acknowledged_and_the_same_event_works_later(
    visitor: Any, fake: Any, customer: str
) -> None:
    fake.has()
    fake.refuse(LISTED, 500, type="api_error", message="Something went wrong.")
    body = visitor.event(UPDATED, {"customer": customer})
    assert visitor.bring(body).status_code == 502
    assert not visitor.entitlement()["access"]
    fake.recover()
    assert visitor.bring(body).json() == {"outcome": "written"}
    assert visitor.entitlement()["access"]


def test_a_slow_handler_cannot_overwrite_a_newer_picture(
    visitor: Any, fake: Any, customer: str
) -> None:
    """The first handler's answer is held while the world moves on and a second event comes."""
    fake.has(status="incomplete")
    held, go = fake.stall_first(LISTED)
    outcomes: list[str] = []

    def deliver(id: str) -> None:
        outcomes.append(visitor.deliver(UPDATED, {"customer": customer}, id=id))

    first = threading.Thread(target=deliver, args=("evt_first",))
    first.start()
    assert held.wait(10)
    fake.has(status="active")
    deliver("evt_second")
    go.set()
    first.join(10)
    assert outcomes == ["written", "written"]
    assert visitor.entitlement()["status"] == "active"


def test_an_abandoned_checkout_stops_pending_when_it_expires(visitor: Any, customer: str) -> None:
    assert visitor.entitlement()["pending"]
    session = visitor.checkout_session()
    visitor.deliver("checkout.session.expired", {"id": "cs_of_before", "customer": customer})
    assert visitor.entitlement()["pending"]
    visitor.deliver("checkout.session.expired", {"id": session, "customer": customer})
    assert not visitor.entitlement()["pending"]


def test_the_webhook_needs_no_cookie_and_minds_no_origin(visitor: Any) -> None:
    body = visitor.event("customer.created", {"id": "cus_1"})
    visitor.cookies.clear()
    headers = {"Stripe-Signature": visitor.signed(body), "Origin": "https://stripe.com"}
    answer = visitor.post("/webhooks/stripe", content=body, headers=headers)
    assert answer.json() == {"outcome": "ignored"}


DELETED = "customer.deleted"


@pytest.mark.parametrize("said", ["canceled", "no longer"])
def test_a_deleted_customer_ends_the_plan_and_the_next_purchase_makes_a_new_one(
    visitor: Any, fake: Any, customer: str, said: str
) -> None:
    fake.has()
    visitor.deliver(UPDATED, {"customer": customer})
    fake.has(status="canceled")
    if said == "no longer":
        fake.refuse(LISTED, 400, code="resource_missing", message="No such customer")
    assert visitor.deliver(DELETED, {"id": customer, "object": "customer"}) == "written"
    fake.recover()
    assert not visitor.entitlement()["access"]
    refused = visitor.post("/billing/portal", headers={"Accept": "application/json"})
    assert refused.json()["error"]["code"] == "no_customer"

    fake.subscriptions.clear()
    assert visitor.buy() != customer
    keys = [key for key in fake.keys if key.startswith("customer-")]
    assert keys == ["customer-first-1", f"customer-first-1-after-{customer}"], "not the old answer"


def test_what_is_still_on_its_way_about_a_deleted_customer_changes_nothing(
    visitor: Any, fake: Any, customer: str
) -> None:
    fake.has(status="canceled")
    visitor.deliver(DELETED, {"id": customer, "object": "customer"})
    new = visitor.buy()
    fake.has()
    visitor.deliver(UPDATED, {"customer": new})
    before = visitor.entitlement()
    for type, subject in (
        ("customer.subscription.deleted", {"customer": customer}),
        (DELETED, {"id": customer, "object": "customer"}),
    ):
        assert visitor.deliver(type, subject) == "ignored"
    assert visitor.entitlement() == before
    assert before["access"]


def test_until_the_webhook_about_a_deleted_customer_is_in_nothing_is_sold_to_it(
    visitor: Any, fake: Any, customer: str
) -> None:
    fake.has()
    visitor.deliver(UPDATED, {"customer": customer})
    gone = {"code": "resource_missing", "param": "customer", "message": "No such customer"}
    fake.refuse(LISTED, 400, **gone)
    wanted = {"Accept": "application/json"}
    offer = {"plan": "pro_monthly"}
    refused = visitor.post("/billing/upgrade", data=offer, headers=wanted)
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "customer_gone")
    # The end of the subscription is told as well, and may come first.
    ended = visitor.deliver("customer.subscription.deleted", {"customer": customer})
    assert ended == "written"
    assert not visitor.entitlement()["access"]


def test_a_hiccup_while_a_customer_goes_is_tried_again(
    visitor: Any, fake: Any, customer: str
) -> None:
    fake.has()
    visitor.deliver(UPDATED, {"customer": customer})
    fake.has(status="canceled")
    fake.refuse(LISTED, 429, code="rate_limit", message="Too many requests")
    body = visitor.event(DELETED, {"id": customer, "object": "customer"}, "evt_gone")
    assert visitor.bring(body).status_code == 502
    fake.recover()
    assert visitor.bring(body).json() == {"outcome": "written"}
    assert not visitor.entitlement()["access"]
