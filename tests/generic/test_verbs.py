"""A verb leads to the state that the class of the object makes plain."""

from __future__ import annotations

import pytest

from simulator.generic.verbs import move
from tests.generic.account import START, Account


@pytest.mark.parametrize(
    ("kind", "words", "status"),
    [
        ("quote", ("finalize",), "open"),
        ("quote", ("accept",), "accepted"),
        ("quote", ("cancel",), "canceled"),
        ("topup", ("cancel",), "canceled"),
        ("payout", ("cancel",), "canceled"),
        ("billing.alert", ("archive",), "archived"),
        ("billing.meter", ("deactivate",), "inactive"),
        ("billing.meter", ("reactivate",), "active"),
        ("issuing.card", ("shipping", "deliver"), "delivered"),
        ("subscription_schedule", ("release",), "released"),
        ("treasury.financial_account", ("close",), "closed"),
        ("treasury.outbound_payment", ("post",), "posted"),
        ("v2.core.event_destination", ("disable",), "disabled"),
    ],
)
def test_the_state_a_verb_leads_to(kind: str, words: tuple[str, ...], status: str) -> None:
    found = move(kind, words)
    assert found is not None
    assert found.status == status


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("account", ("reject",)),
        ("payout", ("reverse",)),
        ("terminal.reader", ("process_payment_intent",)),
        ("issuing.authorization", ("fraud_challenges", "respond")),
    ],
)
def test_where_it_is_not_plain_there_is_none(kind: str, words: tuple[str, ...]) -> None:
    assert move(kind, words) is None


def test_state_and_event_go_together(account: Account) -> None:
    quote = account.made("/v1/quotes")
    assert quote["status"] == "draft"
    assert account.made(f"/v1/quotes/{quote['id']}/finalize")["status"] == "open"
    assert account.made(f"/v1/quotes/{quote['id']}/accept")["status"] == "accepted"
    assert account.get(f"/v1/quotes/{quote['id']}").body["status"] == "accepted"
    assert account.told() == ["quote.created", "quote.finalized", "quote.accepted"]


def test_the_time_of_it_is_noted(account: Account) -> None:
    order = account.made("/v1/climate/orders", product="climsku_1", metric_tons="1.5")
    cancelled = account.made(f"/v1/climate/orders/{order['id']}/cancel")
    assert (cancelled["status"], cancelled["canceled_at"]) == ("canceled", START)


def test_a_verb_about_nothing_is_a_404(account: Account) -> None:
    refused = account.post("/v1/quotes/qt_1/accept")
    assert (refused.status, refused.error["message"]) == (404, "No such quote: 'qt_1'")


def test_a_verb_that_is_not_plain_shows_the_object_and_changes_nothing(account: Account) -> None:
    reader = account.made("/v1/terminal/readers", registration_code="simulated-wpe")
    path = f"/v1/terminal/readers/{reader['id']}"
    shaped = account.post(f"{path}/cancel_action")
    assert (shaped.status, shaped.fidelity, shaped.body["id"]) == (200, "shaped", reader["id"])
    assert account.get(path).body == reader


def test_the_state_of_what_the_billing_room_knows_is_its_own(account: Account) -> None:
    customer = account.made("/v1/customers")["id"]
    price = account.made(
        "/v1/prices",
        currency="usd",
        unit_amount=1000,
        recurring={"interval": "month"},
        product_data={"name": "Pro"},
    )["id"]
    card = account.made("/v1/payment_methods/pm_card_visa/attach", customer=customer)["id"]
    subscription = account.made(
        "/v1/subscriptions",
        customer=customer,
        items=[{"price": price}],
        default_payment_method=card,
    )
    path = f"/v1/subscriptions/{subscription['id']}"
    assert account.post(f"{path}/migrate", billing_mode={"type": "flexible"}).fidelity == "shaped"
    assert account.get(path).body == subscription
