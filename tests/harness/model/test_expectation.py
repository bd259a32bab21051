"""What an `expect` step says when it is not met."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from harness.app.config import Plan
from harness.app.protocol import Entitlement
from harness.model.expectation import Seen, unmet
from scenarios import Expectation

PLANS = {"pro": Plan("pro", "pro_monthly", "pro")}
SUBSCRIPTION: dict[str, Any] = {
    "status": "active",
    "cancel_at_period_end": False,
    "cancel_at": None,
    "items": {"data": [{"price": {"lookup_key": "pro_monthly"}, "current_period_end": 1}]},
}
INVOICE = {"status": "paid", "billing_reason": "subscription_create", "total": 2900}
EVENTS = ("invoice.created#1", "invoice.paid#1", "customer.subscription.updated#3")
SEEN = Seen(
    shown=Entitlement("pro", "active", access=True, period_end=5),
    subscription=SUBSCRIPTION,
    invoice=INVOICE,
    events=EVENTS,
    prices={"pro": 2900},
)
NOTHING = Seen(None, None, None, (), {})


def faults(seen: Seen = SEEN, **said: Any) -> list[str]:
    return unmet(Expectation(**said), seen, PLANS)


def test_all_that_is_so_is_met() -> None:
    assert not faults(
        entitlement={"plan": "pro", "access": True, "period_end": "set"},
        subscription={"plan": "pro", "items": 1, "cancel_at": "none"},
        invoice={"status": "paid", "reason": "subscription_create", "total": "price of pro"},
        events_include=("invoice.created", "customer.subscription.updated"),
    )


def test_each_difference_is_a_sentence() -> None:
    assert faults(entitlement={"plan": "basic", "access": False}) == [
        "the app shows plan pro; expected basic",
        "the app shows access true; expected false",
    ]
    assert faults(subscription={"cancel_at": "set"}) == [
        "the subscription has cancel_at none; expected set"
    ]
    assert faults(invoice={"total": 1}) == ["the latest invoice has total 2900; expected 1"]


def test_events_are_compared_in_order_and_to_the_last() -> None:
    types = ("invoice.created", "invoice.paid", "customer.subscription.updated")
    assert not faults(events=types)
    assert faults(events=types[:2]) == [
        (
            "the events are invoice.created, invoice.paid, customer.subscription.updated; "
            "expected invoice.created, invoice.paid"
        )
    ]
    assert faults(events=()) != []


def test_included_events_must_come_in_their_order() -> None:
    assert faults(events_include=("invoice.paid", "invoice.created")) == [
        (
            "invoice.created is not among the events, or not in its place: "
            "invoice.created, invoice.paid, customer.subscription.updated"
        )
    ]


def test_what_an_app_does_not_show_is_not_asserted() -> None:
    assert not faults(entitlement={"pending": True})


def test_what_is_not_there_is_said() -> None:
    assert faults(NOTHING, entitlement={"access": True}) == [
        "the app shows no entitlement yet: nobody has signed up"
    ]
    assert faults(NOTHING, subscription={"items": 1}) == [
        "the customer has no subscription at Stripe"
    ]
    assert faults(NOTHING, invoice={"total": 1}) == ["the customer has no invoice at Stripe"]


def test_what_the_profile_decides_is_the_oracles() -> None:
    said = {"plan": "by profile", "access": "by profile"}
    assert not faults(replace(SEEN, expected=Entitlement("pro", access=True)), entitlement=said)
    assert faults(replace(SEEN, expected=Entitlement()), entitlement=said) == [
        "the app shows plan pro; expected none",
        "the app shows access true; expected false",
    ]


def test_a_refusal_is_expected_or_not() -> None:
    refusing = replace(SEEN, refused=409)
    assert not faults(refusing, refused=True)
    assert not faults(SEEN, refused=False)
    assert faults(SEEN, refused=True) == [
        "the app does what it is asked; expected that it refuses it"
    ]
    assert faults(refusing, refused=False) == [
        "the app refuses it with 409; expected that it does it"
    ]


def test_the_quantity_is_that_of_the_plans_item() -> None:
    seats = {"price": {"lookup_key": "pro_monthly"}, "current_period_end": 1, "quantity": 5}
    add_on = {"price": {"lookup_key": None}, "current_period_end": 1, "quantity": 2}
    seen = replace(SEEN, subscription={**SUBSCRIPTION, "items": {"data": [add_on, seats]}})
    assert not faults(seen, subscription={"plan": "pro", "quantity": 5, "items": 2})
    assert faults(seen, subscription={"quantity": 2}) == [
        "the subscription has quantity 5; expected 2"
    ]
