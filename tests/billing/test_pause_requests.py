"""Pausing and resuming a subscription (docs.stripe.com/billing/subscriptions/pause)."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.engine import DAY, HOUR
from tests.billing.account import START, Account, Refused, period

BAD_CARD = "pm_card_chargeCustomerFail"


def halfway(account: Account, **more: Any) -> dict[str, Any]:
    subscription = account.subscribed(**more)
    account.pass_to(START + 15 * DAY)
    account.told()
    return subscription


def paused(account: Account, subscription: dict[str, Any], **more: Any) -> dict[str, Any]:
    answer = account.post(f"subscriptions/{subscription['id']}/pause", **more)
    assert answer["status"] == "paused"
    return answer


def resumed(account: Account, subscription: dict[str, Any], **more: Any) -> dict[str, Any]:
    return account.post(f"subscriptions/{subscription['id']}/resume", **more)


def test_the_period_ends_and_unused_time_is_credited(account: Account) -> None:
    subscription = halfway(account)
    now = account.world.now()
    still = paused(account, subscription)
    assert period(still) == (START, now)
    assert still["status_details"]["paused"]["subscription"] == {"type": "pause_requested"}
    events = account.news()
    assert [event["type"] for event in events] == [
        "invoiceitem.created",
        "customer.subscription.updated",
        "customer.subscription.paused",
    ]
    assert sorted(events[1]["data"]["previous_attributes"]) == ["items", "status", "status_details"]
    assert [item["amount"] for item in account.pending(subscription)] == [-1250]
    account.pass_time(60 * DAY)
    assert account.told() == []


@pytest.mark.parametrize(
    ("since", "amounts"), [("now", [-1250]), ("item_current_period_start", [-2500]), ("none", [])]
)
def test_the_request_says_what_is_credited(
    account: Account, since: str, amounts: list[int]
) -> None:
    subscription = halfway(account)
    paused(account, subscription, bill_for={"unused_time_from": {"type": since}})
    assert [item["amount"] for item in account.pending(subscription)] == amounts


def test_an_invoiced_credit_goes_to_the_balance(account: Account) -> None:
    subscription = halfway(account)
    still = paused(account, subscription, invoicing_behavior="invoice")
    assert account.customer_of(subscription)["balance"] == -1250
    assert account.get(f"invoices/{still['latest_invoice']}")["status"] == "paid"


def test_resuming_with_the_old_anchor_is_at_once_and_debits_what_remains(account: Account) -> None:
    subscription = halfway(account)
    end = period(subscription)[1]
    paused(account, subscription)
    account.pass_to(START + 18 * DAY)
    account.told()
    again = resumed(account, subscription, billing_cycle_anchor={"type": "unchanged"})
    assert again["status"] == "active"
    assert period(again) == (START, end)
    assert account.told() == [
        "invoiceitem.created",
        "customer.subscription.updated",
        "customer.subscription.resumed",
    ]
    assert [item["amount"] for item in account.pending(subscription)] == [-1250, 1000]
    account.pass_to(end)
    assert account.told() == [
        "invoice.upcoming",
        "invoice.created",
        "customer.subscription.updated",
    ]


def test_by_default_it_stays_paused_until_the_new_invoice_is_paid(account: Account) -> None:
    subscription = halfway(account)
    paused(account, subscription)
    account.pass_to(START + 40 * DAY)
    now = account.world.now()
    account.told()
    waiting = resumed(account, subscription)
    assert waiting["status"] == "paused"
    invoice = account.get(f"invoices/{waiting['latest_invoice']}")
    assert (invoice["status"], invoice["attempted"]) == ("open", False)
    assert [line["amount"] for line in invoice["lines"]["data"]] == [-1250, 2500]
    assert account.told() == [
        "invoice.created",
        "invoice.finalized",
        "payment_intent.created",
        "customer.subscription.updated",
    ]
    account.pass_time(HOUR)
    account.post(f"invoices/{invoice['id']}/pay")
    again = account.fresh(subscription)
    assert (again["status"], period(again)[0], again["billing_cycle_anchor"]) == (
        "active",
        now,
        now,
    )
    assert account.told()[-2:] == [
        "customer.subscription.updated",
        "customer.subscription.resumed",
    ]


def test_a_failed_attempt_resumes_it_past_due_and_is_not_retried(account: Account) -> None:
    subscription = halfway(account)
    paused(account, subscription)
    waiting = resumed(account, subscription)
    account.default_card(subscription["customer"], BAD_CARD)
    with pytest.raises(Refused):
        account.post(f"invoices/{waiting['latest_invoice']}/pay")
    assert account.fresh(subscription)["status"] == "past_due"
    invoice = account.get(f"invoices/{waiting['latest_invoice']}")
    assert (invoice["next_payment_attempt"], invoice["auto_advance"]) == (None, False)
    account.pass_time(20 * DAY)
    assert account.get(f"invoices/{invoice['id']}")["attempt_count"] == 1


def test_unpaid_for_23_hours_the_invoice_is_void_and_it_stays_paused(account: Account) -> None:
    subscription = halfway(account)
    paused(account, subscription)
    waiting = resumed(account, subscription)
    account.told()
    account.pass_time(23 * HOUR)
    assert account.told() == ["payment_intent.canceled", "invoice.voided"]
    assert account.fresh(subscription)["status"] == "paused"
    assert resumed(account, subscription)["latest_invoice"] != waiting["latest_invoice"]


def test_on_success_it_is_charged_in_the_request(account: Account) -> None:
    subscription = halfway(account)
    paused(account, subscription)
    account.told()
    again = resumed(account, subscription, payment_behavior="resume_on_payment_success")
    assert again["status"] == "active"
    assert account.told() == [
        "invoice.created",
        "invoice.finalized",
        "payment_intent.created",
        "payment_intent.succeeded",
        "charge.succeeded",
        "invoice.paid",
        "invoice.payment_succeeded",
        "customer.subscription.updated",
        "customer.subscription.resumed",
        "invoice_payment.paid",
    ]


def test_on_success_a_bad_card_keeps_it_paused_until_a_retry_succeeds(account: Account) -> None:
    subscription = halfway(account)
    account.default_card(subscription["customer"], BAD_CARD)
    paused(account, subscription)
    still = resumed(account, subscription, payment_behavior="resume_on_payment_success")
    assert still["status"] == "paused"
    retry = account.get(f"invoices/{still['latest_invoice']}")["next_payment_attempt"]
    account.default_card(subscription["customer"], "pm_card_visa")
    account.pass_to(retry)
    assert account.fresh(subscription)["status"] == "active"


def test_an_uncollectible_invoice_resumes_it(account: Account) -> None:
    subscription = halfway(account)
    paused(account, subscription)
    waiting = resumed(account, subscription)
    account.post(f"invoices/{waiting['latest_invoice']}/mark_uncollectible")
    assert account.fresh(subscription)["status"] == "active"


@pytest.mark.parametrize(
    "more",
    [{"billing_mode": {"type": "classic"}}, {"trial_period_days": 30}],
    ids=["classic", "trialing"],
)
def test_some_cannot_be_paused(account: Account, more: dict[str, Any]) -> None:
    subscription = halfway(account, **more)
    with pytest.raises(Refused) as refused:
        paused(account, subscription)
    assert refused.value.status == 400


def test_neither_twice(account: Account) -> None:
    subscription = halfway(account)
    with pytest.raises(Refused):
        resumed(account, subscription)
    paused(account, subscription)
    with pytest.raises(Refused):
        paused(account, subscription)


def test_a_paused_subscription_can_be_canceled(account: Account) -> None:
    subscription = paused(account, halfway(account))
    account.told()
    assert account.delete(f"subscriptions/{subscription['id']}")["status"] == "canceled"
    assert account.told() == ["invoiceitem.deleted", "customer.subscription.deleted"]
    ended = account.fresh(subscription)
    assert (ended["status"], ended["status_details"]) == ("canceled", None)


@pytest.mark.parametrize(
    "end",
    [
        {"cancel_at_period_end": True},
        {"cancel_at": "max_period_end"},
        {"cancel_at": "min_period_end"},
    ],
)
def test_a_paused_subscription_has_no_period_to_end_with(
    account: Account, end: dict[str, Any]
) -> None:
    subscription = paused(account, halfway(account))
    with pytest.raises(Refused) as refused:
        account.post(f"subscriptions/{subscription['id']}", **end)
    assert refused.value.error["param"] in end


def test_what_a_pause_invoices_is_charged(account: Account) -> None:
    subscription = halfway(account)
    account.switch(subscription, account.plan(9000))
    still = paused(
        account,
        subscription,
        invoicing_behavior="invoice",
        bill_for={"unused_time_from": {"type": "none"}},
    )
    invoice = account.get(f"invoices/{still['latest_invoice']}", expand=["payments"])
    assert (invoice["status"], invoice["total"]) == ("paid", 4500 - 1250)
    (payment,) = invoice["payments"]["data"]
    assert (payment["status"], payment["amount_paid"]) == ("paid", invoice["total"])
