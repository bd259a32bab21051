"""Failing renewals: retries, what stops them, and what mends them.

docs.stripe.com/billing/revenue-recovery/smart-retries; the retry table is an account setting.
"""

from __future__ import annotations

import pytest

from simulator.engine import DAY, HOUR, Obj, Settings
from tests.billing.account import Account, Refused, period

BAD_CARD = "pm_card_chargeCustomerFail"
RETRY_AFTER = tuple(days * DAY for days in Settings().retry_days)


def failed(account: Account) -> tuple[Obj, int]:
    """A subscription whose renewal just failed, and when that was."""
    subscription = account.subscribed()
    account.default_card(subscription["customer"], BAD_CARD)
    at = period(subscription)[1] + HOUR
    account.pass_to(at)
    return account.fresh(subscription), at


def latest(account: Account, subscription: Obj) -> Obj:
    return account.get(f"invoices/{account.fresh(subscription)['latest_invoice']}")


def test_at_the_end_of_the_period_all_is_well_and_an_hour_later_it_is_not(
    account: Account,
) -> None:
    subscription = account.subscribed()
    account.default_card(subscription["customer"], BAD_CARD)
    account.pass_to(period(subscription)[1])
    assert account.fresh(subscription)["status"] == "active"
    account.pass_time(HOUR)
    assert account.fresh(subscription)["status"] == "past_due"
    invoice = latest(account, subscription)
    assert (invoice["status"], invoice["attempted"], invoice["attempt_count"]) == ("open", True, 1)
    assert account.customer_of(subscription)["delinquent"] is True


def test_retries_come_when_the_invoice_says_and_count(account: Account) -> None:
    subscription, at = failed(account)
    for count, wait in enumerate(RETRY_AFTER, start=1):
        invoice = latest(account, subscription)
        assert invoice["attempt_count"] == count
        assert invoice["next_payment_attempt"] == at + wait
        at += wait
        account.pass_to(at)
    ended = account.fresh(subscription)
    assert (ended["status"], ended["ended_at"]) == ("canceled", at)
    assert ended["cancellation_details"]["reason"] == "payment_failed"
    invoice = latest(account, subscription)
    assert (invoice["status"], invoice["attempt_count"]) == ("open", 4)
    assert (invoice["next_payment_attempt"], invoice["auto_advance"]) == (None, False)


def test_nothing_happens_after_the_end(account: Account) -> None:
    failed(account)
    account.pass_time(sum(RETRY_AFTER))
    account.news()
    account.pass_time(365 * DAY)
    assert account.told() == []


def test_a_new_card_is_tried_at_the_next_retry(account: Account) -> None:
    subscription, _ = failed(account)
    account.default_card(subscription["customer"], "pm_card_visa")
    assert account.fresh(subscription)["status"] == "past_due"
    account.pass_time(RETRY_AFTER[0])
    assert account.fresh(subscription)["status"] == "active"
    assert latest(account, subscription)["attempt_count"] == 2
    assert account.customer_of(subscription)["delinquent"] is False


def test_a_new_card_and_paying_by_hand_make_it_active_at_once(account: Account) -> None:
    subscription, _ = failed(account)
    account.default_card(subscription["customer"], "pm_card_visa")
    paid = account.post(f"invoices/{subscription['latest_invoice']}/pay")
    assert (paid["status"], paid["attempt_count"]) == ("paid", 1)
    assert paid["next_payment_attempt"] is None
    assert account.fresh(subscription)["status"] == "active"
    account.news()
    account.pass_time(RETRY_AFTER[0])
    assert account.told() == []


def test_paying_by_hand_does_not_count_and_leaves_the_retries(account: Account) -> None:
    subscription, at = failed(account)
    with pytest.raises(Refused):
        account.post(f"invoices/{subscription['latest_invoice']}/pay")
    invoice = latest(account, subscription)
    assert (invoice["attempt_count"], invoice["next_payment_attempt"]) == (1, at + RETRY_AFTER[0])


def test_a_declined_first_payment_by_hand_starts_the_dunning(account: Account) -> None:
    subscription = account.subscribed()
    account.default_card(subscription["customer"], BAD_CARD)
    account.pass_to(period(subscription)[1])
    draft = latest(account, subscription)
    with pytest.raises(Refused):
        account.post(f"invoices/{draft['id']}/pay")
    assert account.fresh(subscription)["status"] == "past_due"
    invoice = latest(account, subscription)
    assert invoice["attempt_count"] == 1
    assert invoice["next_payment_attempt"] == account.world.now() + RETRY_AFTER[0]


def test_the_subscriptions_own_bad_card_is_not_mended_by_a_new_default(account: Account) -> None:
    subscription = account.subscribed()
    customer = subscription["customer"]
    own = account.post(f"payment_methods/{BAD_CARD}/attach", customer=customer)["id"]
    account.post(f"subscriptions/{subscription['id']}", default_payment_method=own)
    account.pass_to(period(subscription)[1] + HOUR)
    account.default_card(customer, "pm_card_visa")
    account.pass_time(RETRY_AFTER[0])
    assert account.fresh(subscription)["status"] == "past_due"
    account.post(f"subscriptions/{subscription['id']}", default_payment_method="")
    account.pass_time(RETRY_AFTER[1])
    assert account.fresh(subscription)["status"] == "active"


def test_a_paid_change_ends_what_was_overdue(account: Account) -> None:
    subscription, _ = failed(account)
    account.default_card(subscription["customer"], "pm_card_visa")
    changed = account.switch(subscription, account.plan(9900), proration_behavior="always_invoice")
    assert changed["status"] == "active"
    assert account.customer_of(subscription)["delinquent"] is False


def test_a_change_that_leaves_nothing_to_pay_does_so_too(account: Account) -> None:
    subscription, _ = failed(account)
    changed = account.switch(subscription, account.plan(100), proration_behavior="always_invoice")
    assert account.get(f"invoices/{changed['latest_invoice']}")["amount_due"] == 0
    assert changed["status"] == "active"
    assert account.customer_of(subscription)["delinquent"] is False


def test_a_detached_card_cannot_pay(account: Account) -> None:
    subscription = account.subscribed()
    method = account.customer_of(subscription)["invoice_settings"]["default_payment_method"]
    account.post(f"payment_methods/{method}/detach")
    account.pass_to(period(subscription)[1] + HOUR)
    assert account.fresh(subscription)["status"] == "past_due"
    assert latest(account, subscription)["attempt_count"] == 1
