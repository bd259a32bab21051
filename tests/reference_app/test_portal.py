"""Opening the portal: authorise, then look for a customer, then ask Stripe; in that order."""

from __future__ import annotations

from typing import Any

import pytest

from reference_app import accounts
from reference_app.accounts import Forbidden
from reference_app.tables import Organisation, User

OPENED = "POST /v1/billing_portal/sessions"
JSON = {"Accept": "application/json"}


def add_member(visitor: Any, email: str) -> None:
    """A colleague of the first organisation who is not an owner."""
    with visitor.billing.database.writing() as session:
        user = accounts.sign_up(session, email, "correct horse", "Elsewhere").user
        accounts.join(session, user, session.get_one(Organisation, 1), "member")


def act_as(visitor: Any, user: int, organisation: int) -> None:
    seal = visitor.app.state.context.seal
    visitor.cookies.set("session", seal.close(user, organisation))


def test_signed_out_is_401_without_a_call(visitor: Any, fake: Any) -> None:
    answer = visitor.post("/billing/portal", headers=JSON)
    assert (answer.status_code, answer.json()["error"]["code"]) == (401, "not_signed_in")
    assert fake.calls == []


def test_a_member_is_forbidden_without_a_call(visitor: Any, fake: Any) -> None:
    visitor.sign_up()
    visitor.buy()
    add_member(visitor, "bob@example.com")
    act_as(visitor, 2, 1)
    fake.calls.clear()
    for path in ("/billing/portal", "/billing/upgrade", "/billing/reactivate"):
        answer = visitor.post(path, json={"plan": "pro_monthly"}, headers=JSON)
        assert (answer.status_code, answer.json()["error"]["code"]) == (403, "forbidden")
    assert fake.calls == []


def test_a_stranger_is_forbidden_by_the_function_itself(visitor: Any, fake: Any) -> None:
    visitor.sign_up()
    stranger = User(id=99, email="eve@example.com", password="")
    with visitor.billing.database.reading() as session:
        organisation = session.get_one(Organisation, 1)
    with pytest.raises(Forbidden):
        visitor.billing.open_portal(stranger, organisation)
    assert fake.calls == []


def test_no_customer_is_409_without_a_call(visitor: Any, fake: Any) -> None:
    visitor.sign_up()
    answer = visitor.post("/billing/portal", headers=JSON)
    assert answer.status_code == 409
    assert answer.json()["error"]["code"] == "no_customer"
    assert answer.json()["error"]["message"]
    assert fake.calls == []


def test_the_url_is_returned_or_redirected_to(visitor: Any, fake: Any) -> None:
    visitor.sign_up()
    customer = visitor.buy()
    answer = visitor.post("/billing/portal", headers=JSON)
    assert answer.json()["url"].startswith("https://billing.stripe.test/p/session/")
    assert fake.last(OPENED) == {
        "customer": customer,
        "return_url": "http://testserver/billing/return?from=portal",
    }
    redirected = visitor.post("/billing/portal")
    assert redirected.status_code == 303
    assert redirected.headers["location"] != answer.json()["url"], "a fresh session each click"


def test_no_page_load_opens_a_session(visitor: Any, fake: Any) -> None:
    visitor.sign_up()
    visitor.buy()
    for path in ("/", "/billing", "/billing/plans", "/billing/return?from=portal"):
        assert visitor.get(path).status_code == 200
    assert OPENED not in fake.asked


def test_a_deep_link_is_about_our_own_subscription_whatever_the_client_sends(
    visitor: Any, fake: Any
) -> None:
    visitor.sign_up()
    customer = visitor.buy()
    fake.has()
    visitor.deliver("customer.subscription.created", {"customer": customer})
    form = {"to": "switch", "customer": "cus_other", "subscription": "sub_other"}
    assert visitor.post("/billing/portal", data=form).status_code == 303
    asked = fake.last(OPENED)
    assert asked["customer"] == customer
    assert asked["flow_data[type]"] == "subscription_update"
    assert asked["flow_data[subscription_update][subscription]"] == "sub_1"


def test_a_page_that_stripe_will_not_open_gives_way_to_the_homepage(
    visitor: Any, fake: Any
) -> None:
    visitor.sign_up()
    customer = visitor.buy()
    fake.has()
    visitor.deliver("customer.subscription.created", {"customer": customer})
    fake.refuse_field("flow_data[type]", 400, message="Already set to be canceled.")
    assert visitor.post("/billing/portal", data={"to": "cancel"}).status_code == 303
    assert "flow_data[type]" not in fake.last(OPENED)


def test_stripes_refusal_is_502_and_keeps_the_reason_to_itself(visitor: Any, fake: Any) -> None:
    visitor.sign_up()
    visitor.buy()
    fake.refuse(OPENED, 400, type="invalid_request_error", message="No configuration provided")
    answer = visitor.post("/billing/portal", headers=JSON)
    assert (answer.status_code, answer.json()["error"]["code"]) == (502, "stripe_refused")
    assert "configuration" not in answer.text
