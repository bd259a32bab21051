"""Trials that are moved, ended early, or end without a payment method
(docs.stripe.com/billing/subscriptions/trials/free-trials).
"""

from __future__ import annotations

from typing import Any

import pytest

from simulator.engine import DAY, HOUR
from tests.billing.account import START, Account, only_item, period

TRIAL = 14 * DAY


def on_trial(account: Account, **more: Any) -> dict[str, Any]:
    subscription = account.subscribed(trial_period_days=14, **more)
    account.pass_time(2 * DAY)
    account.told()
    return subscription


def cardless(account: Account, behavior: str) -> dict[str, Any]:
    return on_trial(
        account,
        customer=account.post("customers")["id"],
        trial_settings={"end_behavior": {"missing_payment_method": behavior}},
    )


def test_ending_a_trial_now_begins_a_period_that_is_paid_at_once(account: Account) -> None:
    subscription = on_trial(account)
    now = account.world.now()
    ended = account.post(f"subscriptions/{subscription['id']}", trial_end="now")
    assert ended["status"] == "active"
    assert ended["trial_end"] == ended["billing_cycle_anchor"] == now
    assert period(ended)[0] == now
    events = account.news()
    assert [event["type"] for event in events] == [
        "invoice.created",
        "invoice.finalized",
        "payment_intent.created",
        "payment_intent.succeeded",
        "charge.succeeded",
        "invoice.paid",
        "invoice.payment_succeeded",
        "customer.subscription.updated",
        "invoice_payment.paid",
    ]
    previous = events[7]["data"]["previous_attributes"]
    assert previous["status"] == "trialing"
    assert previous["trial_end"] == START + TRIAL
    invoice = account.get(f"invoices/{ended['latest_invoice']}")
    assert (invoice["billing_reason"], invoice["amount_paid"]) == ("subscription_update", 2500)
    assert [line["amount"] for line in invoice["lines"]["data"]] == [2500]


def test_a_trial_ended_with_a_bad_card_is_past_due(account: Account) -> None:
    subscription = on_trial(account, customer=account.payer("pm_card_chargeCustomerFail"))
    ended = account.post(f"subscriptions/{subscription['id']}", trial_end="now")
    assert ended["status"] == "past_due"
    told = account.told()
    assert told.index("invoice.payment_failed") < told.index("customer.subscription.updated")


def test_moving_the_end_moves_anchor_and_period_and_makes_no_invoice(account: Account) -> None:
    subscription = on_trial(account)
    later = START + 30 * DAY
    moved = account.post(f"subscriptions/{subscription['id']}", trial_end=later)
    assert moved["status"] == "trialing"
    assert moved["trial_end"] == moved["billing_cycle_anchor"] == period(moved)[1] == later
    assert period(moved)[0] == moved["trial_start"] == START
    (event,) = account.news()
    assert sorted(event["data"]["previous_attributes"]) == [
        "billing_cycle_anchor",
        "items",
        "trial_end",
    ]
    assert moved["latest_invoice"] == subscription["latest_invoice"]


@pytest.mark.parametrize("days", [13, 20])
def test_the_warning_comes_once_for_the_new_end(account: Account, days: int) -> None:
    subscription = on_trial(account)
    end = START + days * DAY
    account.post(f"subscriptions/{subscription['id']}", trial_end=end)
    account.told()
    account.pass_to(end - 3 * DAY - 1)
    assert account.told() == ["invoice.upcoming"]
    account.pass_to(end - 1)
    assert account.told() == ["customer.subscription.trial_will_end"]
    account.pass_to(end)
    assert account.told() == ["invoice.created", "customer.subscription.updated"]
    assert account.fresh(subscription)["status"] == "active"


def test_a_trial_given_to_a_paying_subscriber_credits_unused_time(account: Account) -> None:
    subscription = account.subscribed()
    account.told()
    account.pass_to(START + 15 * DAY)
    now = account.world.now()
    on = account.post(f"subscriptions/{subscription['id']}", trial_end=now + 10 * DAY)
    assert (on["status"], on["trial_start"]) == ("trialing", now)
    assert period(on) == (now, now + 10 * DAY)
    assert account.told() == ["invoiceitem.created", "customer.subscription.updated"]
    (credit,) = account.pending(subscription)
    assert credit["amount"] == -1250  # 15 of 30 days
    account.pass_to(now + 10 * DAY + HOUR)
    invoice = account.get(f"invoices/{account.fresh(subscription)['latest_invoice']}")
    assert invoice["amount_paid"] == 2500 - 1250


def test_items_change_and_the_trial_ends_in_one_update(account: Account) -> None:
    subscription = on_trial(account)
    ended = account.switch(subscription, account.plan(9900), trial_end="now")
    assert ended["status"] == "active"
    assert [line["amount"] for line in account.lines(ended["latest_invoice"])] == [9900]
    assert account.pending(subscription) == []


def test_without_a_card_the_trials_end_pauses(account: Account) -> None:
    subscription = cardless(account, "pause")
    end = START + TRIAL
    account.pass_to(end - 1)
    account.told()
    account.pass_to(end)
    assert account.told() == ["customer.subscription.updated", "customer.subscription.paused"]
    paused = account.fresh(subscription)
    assert paused["status"] == "paused"
    assert paused["status_details"]["paused"] == {
        "subscription": {"type": "trial_end_without_payment_method"},
        "transitioned_at": end,
        "type": "subscription",
    }
    account.pass_time(90 * DAY)
    assert account.told() == []


@pytest.mark.parametrize(
    ("behavior", "status", "told"),
    [
        ("pause", "paused", ["customer.subscription.updated", "customer.subscription.paused"]),
        ("cancel", "canceled", ["customer.subscription.deleted"]),
    ],
)
def test_without_a_card_ending_the_trial_now_is_like_its_end(
    account: Account, behavior: str, status: str, told: list[str]
) -> None:
    subscription = cardless(account, behavior)
    ended = account.post(f"subscriptions/{subscription['id']}", trial_end="now")
    assert ended["status"] == status
    assert account.told() == told


def test_a_paused_trial_is_resumed_with_a_card(account: Account) -> None:
    subscription = cardless(account, "pause")
    account.pass_to(START + TRIAL + DAY)
    account.default_card(subscription["customer"], "pm_card_visa")
    account.told()
    resumed = account.post(
        f"subscriptions/{subscription['id']}/resume",
        payment_behavior="resume_on_payment_success",
    )
    assert resumed["status"] == "active"
    assert resumed["status_details"] is None
    assert period(resumed)[0] == account.world.now()
    assert only_item(resumed)["price"]["unit_amount"] == 2500
    told = account.told()
    assert told.index("customer.subscription.updated") + 1 == told.index(
        "customer.subscription.resumed"
    )


TEN = {"trial_period_days": 10}
UNCHANGED = {"end_behavior": {"billing_cycle_anchor": "unchanged"}}


def test_a_trial_may_leave_the_billing_cycle_as_it_is(account: Account) -> None:
    subscription = account.subscribed(account.plan(3000), trial_settings=UNCHANGED, **TEN)
    assert subscription["billing_cycle_anchor"] == START
    assert period(subscription)[1] == subscription["trial_end"] == START + 10 * DAY
    account.pass_time(10 * DAY)
    after = account.fresh(subscription)
    assert period(after) == (START + 10 * DAY, START + 30 * DAY)
    assert [line["amount"] for line in account.lines(after["latest_invoice"])] == [2000]


def test_ended_early_it_is_charged_up_to_the_old_boundary(account: Account) -> None:
    subscription = account.subscribed(account.plan(3000), trial_settings=UNCHANGED, **TEN)
    account.pass_time(5 * DAY)
    ended = account.post(f"subscriptions/{subscription['id']}", trial_end="now")
    assert (ended["status"], ended["billing_cycle_anchor"]) == ("active", START)
    assert period(ended) == (START + 5 * DAY, START + 30 * DAY)
    assert [line["amount"] for line in account.lines(ended["latest_invoice"])] == [2500]


def test_given_in_between_it_comes_back_to_the_old_cycle(account: Account) -> None:
    subscription = account.subscribed(account.plan(3000))
    account.pass_time(15 * DAY)
    tried = account.post(
        f"subscriptions/{subscription['id']}",
        trial_end=START + 20 * DAY,
        trial_settings=UNCHANGED,
    )
    assert tried["billing_cycle_anchor"] == START
    account.pass_to(START + 20 * DAY)
    after = account.fresh(tried)
    assert period(after) == (START + 20 * DAY, START + 30 * DAY)
    assert [line["amount"] for line in account.lines(after["latest_invoice"])] == [-1500, 1000]
