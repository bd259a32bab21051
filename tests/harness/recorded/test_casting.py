"""Recorded events happen to the app's own user, on its own session, with its own prices."""

from __future__ import annotations

from typing import Any

from harness.recorded import Cast

SESSION = {
    "id": "cs_app",
    "client_reference_id": "org_7",
    "metadata": {"org": "7"},
    "success_url": "http://app/ok",
    "cancel_url": "http://app/no",
    "return_url": None,
}
CUSTOMER = {"id": "cus_app", "metadata": {"org": "7"}, "email": "ada@customer.test"}
CAST = Cast(
    names={"cus_old": "cus_app", "cs_old": "cs_app", "price_old": "price_app"},
    prices={"price_old": {"object": "price", "id": "price_app", "lookup_key": "pro_monthly"}},
    customer=CUSTOMER,
    session=SESSION,
    metadata={"org": "7"},
)


def cast(subject: dict[str, Any], by: Cast = CAST) -> dict[str, Any]:
    event = {"id": "evt_1", "type": "x.updated", "data": {"object": subject}}
    told: dict[str, Any] = by.event(event)["data"]["object"]
    return told


def test_a_session_is_the_one_that_the_app_has_started() -> None:
    recorded = {"object": "checkout.session", "id": "cs_old", "customer": "cus_old"}
    told = cast({**recorded, "metadata": {}, "client_reference_id": None, "status": "complete"})
    assert (told["id"], told["customer"], told["status"]) == ("cs_app", "cus_app", "complete")
    assert told["client_reference_id"] == "org_7"
    assert told["metadata"] == {"org": "7"}
    assert told["success_url"] == "http://app/ok"


def test_a_subscription_has_the_apps_prices_and_what_the_app_wants_on_it() -> None:
    item = {"price": {"object": "price", "id": "price_old"}, "plan": {"id": "price_old"}}
    told = cast(
        {
            "object": "subscription",
            "id": "sub_1",
            "customer": "cus_old",
            "items": {"data": [item]},
            "metadata": {"was": "there"},
        }
    )
    assert told["items"]["data"][0]["price"]["lookup_key"] == "pro_monthly"
    assert told["items"]["data"][0]["plan"]["id"] == "price_app"
    assert told["metadata"] == {"was": "there", "org": "7"}
    assert told["id"] == "sub_1"


def test_the_customer_keeps_what_the_app_wrote_on_it() -> None:
    recorded = {"object": "customer", "id": "cus_old", "email": "x@example.org", "balance": 5}
    told = cast({**recorded, "metadata": {"org": "recorded"}})
    assert told["metadata"] == {"org": "7"}
    assert (told["id"], told["email"], told["balance"]) == ("cus_app", "ada@customer.test", 5)


def test_a_customer_that_the_app_has_made_is_not_made_again() -> None:
    made = {"type": "customer.created"}
    assert CAST.was_told(made)
    assert not CAST.was_told({"type": "customer.updated"})
    assert not Cast(names={}, prices={}).was_told(made)


def test_without_a_session_or_customer_of_the_app_all_stays_as_it_was() -> None:
    recorded = {"object": "checkout.session", "id": "cs_old", "metadata": {}}
    assert cast(recorded, Cast(names={}, prices={})) == recorded
