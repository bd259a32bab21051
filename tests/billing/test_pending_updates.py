"""What becomes of an update whose invoice is not paid at once: `payment_behavior`
(docs.stripe.com/billing/subscriptions/pending-updates).
"""

from __future__ import annotations

from typing import Any

import pytest

from simulator.engine import DAY, HOUR
from tests.billing.account import START, Account, Refused, only_item, period
from tests.engine.things import digest

BAD_CARD = "pm_card_chargeCustomerFail"


@pytest.fixture
def subscription(account: Account) -> dict[str, Any]:
    """Half of the period is over, and the card has gone bad."""
    made = account.subscribed()
    account.default_card(made["customer"], BAD_CARD)
    account.pass_to(START + 15 * DAY)
    account.told()
    return made


def upgraded(account: Account, subscription: dict[str, Any], behavior: str) -> dict[str, Any]:
    return account.switch(
        subscription,
        account.plan(5000),
        payment_behavior=behavior,
        proration_behavior="always_invoice",
    )


def held(account: Account, subscription: dict[str, Any]) -> dict[str, Any]:
    answer = upgraded(account, subscription, "pending_if_incomplete")
    assert answer["pending_update"]
    return answer


def test_allow_incomplete_keeps_the_change(account: Account, subscription: dict[str, Any]) -> None:
    changed = upgraded(account, subscription, "allow_incomplete")
    assert changed["status"] == "past_due"
    assert only_item(changed)["price"]["unit_amount"] == 5000


def test_default_incomplete_waits_for_the_client(
    account: Account, subscription: dict[str, Any]
) -> None:
    changed = upgraded(account, subscription, "default_incomplete")
    assert changed["status"] == "past_due"
    invoice = account.get(f"invoices/{changed['latest_invoice']}", expand=["payments"])
    assert (invoice["status"], invoice["attempted"]) == ("open", False)
    (payment,) = invoice["payments"]["data"]
    intent = account.get(f"payment_intents/{payment['payment']['payment_intent']}")
    assert intent["status"] == "requires_confirmation"
    account.default_card(changed["customer"], "pm_card_visa")
    account.post(f"invoices/{invoice['id']}/pay")
    assert account.fresh(changed)["status"] == "active"


def test_error_if_incomplete_takes_everything_back(
    account: Account, subscription: dict[str, Any]
) -> None:
    price = account.plan(5000)
    before = digest(account.world)
    with pytest.raises(Refused) as refused:
        account.switch(
            subscription,
            price,
            payment_behavior="error_if_incomplete",
            proration_behavior="always_invoice",
        )
    assert (refused.value.status, refused.value.error["code"]) == (402, "card_declined")
    assert digest(account.world) == before


def test_a_change_that_waits_leaves_the_subscription_as_it_was(
    account: Account, subscription: dict[str, Any]
) -> None:
    now = account.world.now()
    price = account.plan(5000)
    account.told()
    waiting = account.switch(
        subscription,
        price,
        payment_behavior="pending_if_incomplete",
        proration_behavior="always_invoice",
    )
    assert waiting["status"] == "active"
    assert waiting["items"] == subscription["items"]
    pending = waiting["pending_update"]
    assert pending["expires_at"] == now + 23 * HOUR
    assert [item["price"]["id"] for item in pending["subscription_items"]] == [price]
    assert {key for key, value in pending.items() if value is not None} == {
        "expires_at",
        "subscription_items",
    }
    events = account.news()
    assert [event["type"] for event in events] == [
        "invoiceitem.created",
        "invoiceitem.created",
        "invoice.created",
        "invoice.finalized",
        "payment_intent.created",
        "charge.failed",
        "payment_intent.payment_failed",
        "invoice.payment_failed",
        "customer.subscription.updated",
    ]
    assert sorted(events[-1]["data"]["previous_attributes"]) == ["latest_invoice", "pending_update"]
    assert account.get(f"invoices/{waiting['latest_invoice']}")["status"] == "open"


def test_paying_the_invoice_applies_it(account: Account, subscription: dict[str, Any]) -> None:
    waiting = held(account, subscription)
    account.default_card(subscription["customer"], "pm_card_visa")
    account.told()
    account.pass_time(HOUR)
    account.post(f"invoices/{waiting['latest_invoice']}/pay")
    applied = account.fresh(subscription)
    assert applied["pending_update"] is None
    assert only_item(applied)["price"]["unit_amount"] == 5000
    assert account.told()[-2:] == [
        "customer.subscription.updated",
        "customer.subscription.pending_update_applied",
    ]
    account.pass_to(period(applied)[1])
    assert [line["amount"] for line in account.lines(account.fresh(applied)["latest_invoice"])] == [
        5000
    ]


def test_an_applied_update_is_credited_later_for_what_it_cost(
    account: Account, subscription: dict[str, Any]
) -> None:
    waiting = held(account, subscription)
    account.default_card(subscription["customer"], "pm_card_visa")
    account.post(f"invoices/{waiting['latest_invoice']}/pay")
    account.switch(account.fresh(subscription), only_item(subscription)["price"]["id"])
    assert [item["amount"] for item in account.pending(subscription)] == [-2500, 1250]


def test_nobody_pays_and_it_expires(account: Account, subscription: dict[str, Any]) -> None:
    waiting = held(account, subscription)
    account.told()
    account.pass_time(23 * HOUR)
    assert account.told() == [
        "payment_intent.canceled",
        "invoice.voided",
        "customer.subscription.pending_update_expired",
    ]
    assert account.fresh(subscription)["pending_update"] is None
    assert account.get(f"invoices/{waiting['latest_invoice']}")["status"] == "void"
    account.switch(subscription, only_item(subscription)["price"]["id"], item={"quantity": 2})
    credit = account.pending(subscription)[0]
    assert credit["amount"] == -1170  # 2500 x (15 days less 23 hours) / 30 days


def test_it_expires_with_the_period_at_the_latest(
    account: Account, subscription: dict[str, Any]
) -> None:
    account.pass_to(period(subscription)[1] - 20 * HOUR)
    waiting = held(account, subscription)
    assert waiting["pending_update"]["expires_at"] == period(subscription)[1]


def test_voiding_its_invoice_discards_it(account: Account, subscription: dict[str, Any]) -> None:
    waiting = held(account, subscription)
    account.post(f"invoices/{waiting['latest_invoice']}/void")
    assert account.fresh(subscription)["pending_update"] is None
    assert account.told()[-1] == "customer.subscription.pending_update_expired"


def test_another_one_replaces_it(account: Account, subscription: dict[str, Any]) -> None:
    first = held(account, subscription)
    second = held(account, subscription)
    assert account.get(f"invoices/{first['latest_invoice']}")["status"] == "void"
    assert second["pending_update"]["subscription_items"][0]["price"]["unit_amount"] == 5000
    account.default_card(subscription["customer"], "pm_card_visa")
    account.post(f"invoices/{second['latest_invoice']}/pay")
    assert account.fresh(subscription)["pending_update"] is None


def test_with_a_good_card_there_is_nothing_to_wait_for(account: Account) -> None:
    changed = upgraded(account, account.subscribed(), "pending_if_incomplete")
    assert changed["pending_update"] is None
    assert only_item(changed)["price"]["unit_amount"] == 5000


def test_not_everything_can_wait(account: Account, subscription: dict[str, Any]) -> None:
    with pytest.raises(Refused) as refused:
        account.post(
            f"subscriptions/{subscription['id']}",
            description="new",
            payment_behavior="pending_if_incomplete",
        )
    assert refused.value.error["param"] == "description"
