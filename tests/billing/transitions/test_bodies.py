"""What the events of a transition carry: the object as it was, what changed, and the request."""

from __future__ import annotations

from simulator.engine import Obj
from tests.billing.account import Account
from tests.billing.transitions.stories import (
    BAD_CARD,
    on_trial,
    past_due,
    renewing,
    switchable,
    to_come,
)


def last(account: Account, event_type: str) -> Obj:
    """The data of the latest event of that type."""
    found = [event for event in account.world.events if event["type"] == event_type]
    data: Obj = found[-1]["data"]
    return data


def test_the_subscription_is_told_of_as_active_when_it_was_paid_at_once(account: Account) -> None:
    account.subscribed()
    assert last(account, "customer.subscription.created")["object"]["status"] == "active"


def test_a_payment_intent_is_told_of_as_unpaid_after_it_was_told_of_as_paid(
    account: Account,
) -> None:
    account.subscribed()
    assert last(account, "payment_intent.succeeded")["object"]["status"] == "succeeded"
    assert last(account, "payment_intent.created")["object"]["status"] == "requires_payment_method"


def test_the_first_subscription_fixes_the_currency_of_the_customer(account: Account) -> None:
    account.subscribed()
    assert last(account, "customer.updated")["previous_attributes"]["currency"] is None


def test_a_renewal_tells_the_old_period_inside_the_whole_old_items(account: Account) -> None:
    subscription = renewing(account)
    account.pass_time(1)
    previous = last(account, "customer.subscription.updated")["previous_attributes"]
    assert previous["items"]["data"] == subscription["items"]["data"]
    assert previous["latest_invoice"] == subscription["latest_invoice"]


def test_a_trial_that_ends_tells_that_it_was_trialing(account: Account) -> None:
    subscription = on_trial(account)
    account.pass_to(subscription["trial_end"])
    data = last(account, "customer.subscription.updated")
    assert data["previous_attributes"]["status"] == "trialing"
    assert data["object"]["status"] == "active"


def test_a_failed_renewal_tells_that_all_was_well(account: Account) -> None:
    past_due(account)
    subscription = last(account, "customer.subscription.updated")
    assert subscription["previous_attributes"] == {"status": "active"}
    customer = last(account, "customer.updated")
    assert customer["previous_attributes"]["delinquent"] is False


def test_the_created_event_of_a_subscription_born_to_end_says_so(account: Account) -> None:
    account.subscribed(cancel_at_period_end=True)
    told = last(account, "customer.subscription.created")["object"]
    assert told["cancel_at_period_end"] is True
    assert told["cancel_at"] == to_come(told)


def test_a_renewal_that_fails_on_a_change_is_kept_and_past_due(account: Account) -> None:
    subscription, price = switchable(account)
    account.default_card(subscription["customer"], BAD_CARD)
    account.news()
    changed = account.switch(subscription, price, proration_behavior="always_invoice")
    told = account.told()
    assert changed["status"] == "past_due"
    assert changed["items"]["data"][0]["price"]["id"] == price
    assert told[:3] == ["invoiceitem.created", "invoiceitem.created", "invoice.created"]
    assert "invoice.payment_failed" in told
    assert "customer.subscription.updated" in told


def test_events_caused_by_a_request_name_it_and_others_name_none(account: Account) -> None:
    subscription = account.subscribed()
    for event in account.news():
        assert event["request"]["id"].startswith("req_")
        assert event["request"]["idempotency_key"]
    account.pass_to(to_come(subscription))
    for event in account.news():
        assert event["request"] == {"id": None, "idempotency_key": None}


def test_events_of_payments_carry_ids_that_begin_with_3(account: Account) -> None:
    account.subscribed()
    for event in account.world.events:
        paying = event["type"].startswith(("payment_intent.", "charge."))
        assert event["id"].startswith("evt_3" if paying else "evt_1")
