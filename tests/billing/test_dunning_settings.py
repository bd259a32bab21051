"""What the account's settings say about failed payments, hard declines, and declines on request.

docs.stripe.com/billing/revenue-recovery/smart-retries.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from simulator.billing.requested_declines import RequestedDecline, forget, request, waiting
from simulator.engine import DAY, HOUR, Obj
from tests.billing.account import Account, Refused, period

BAD_CARD = "pm_card_chargeCustomerFail"


def set_up(account: Account, **settings: Any) -> None:
    account.world.settings = replace(account.world.settings, **settings)


def failed(account: Account, card: str = BAD_CARD) -> Obj:
    """A subscription whose renewal just failed."""
    subscription = account.subscribed()
    account.default_card(subscription["customer"], card)
    account.pass_to(period(subscription)[1] + HOUR)
    return account.fresh(subscription)


def latest(account: Account, subscription: Obj) -> Obj:
    return account.get(f"invoices/{account.fresh(subscription)['latest_invoice']}")


def charges(account: Account) -> int:
    return len(account.get("charges", limit=100)["data"])


# --- the retry table and what comes after it -----------------------------------------------------


def test_the_retry_days_are_a_setting(account: Account) -> None:
    set_up(account, retry_days=(1, 2))
    subscription = failed(account)
    at = account.world.now()
    assert latest(account, subscription)["next_payment_attempt"] == at + DAY
    account.pass_time(DAY)
    assert latest(account, subscription)["next_payment_attempt"] == at + 3 * DAY
    account.pass_time(2 * DAY)
    assert account.fresh(subscription)["status"] == "canceled"


def test_without_retries_the_end_comes_at_once(account: Account) -> None:
    set_up(account, retry_days=())
    assert failed(account)["status"] == "canceled"


def test_left_past_due_it_goes_on_and_can_recover(account: Account) -> None:
    set_up(account, retry_days=(1,), after_retries="past_due")
    subscription = failed(account)
    account.pass_time(DAY)
    assert account.fresh(subscription)["status"] == "past_due"
    invoice = latest(account, subscription)
    assert (invoice["status"], invoice["next_payment_attempt"]) == ("open", None)
    account.default_card(subscription["customer"], "pm_card_visa")
    account.pass_to(period(account.fresh(subscription))[1] + HOUR)
    assert account.fresh(subscription)["status"] == "active"


def test_unpaid_keeps_drafting_and_charges_nothing(account: Account) -> None:
    set_up(account, retry_days=(1,), after_retries="unpaid")
    subscription = failed(account)
    account.news()
    account.pass_time(DAY)
    updated = [e for e in account.news() if e["type"] == "customer.subscription.updated"]
    assert [event["data"]["previous_attributes"] for event in updated] == [{"status": "past_due"}]
    subscription = account.fresh(subscription)
    assert subscription["status"] == "unpaid"
    before = charges(account)
    account.pass_to(period(subscription)[1] + DAY)
    subscription = account.fresh(subscription)
    draft = latest(account, subscription)
    assert (subscription["status"], draft["status"]) == ("unpaid", "draft")
    assert (draft["auto_advance"], draft["attempted"]) == (False, False)
    assert charges(account) == before


def test_paying_the_latest_invoice_ends_unpaid(account: Account) -> None:
    set_up(account, retry_days=(), after_retries="unpaid")
    subscription = failed(account)
    account.pass_to(period(subscription)[1] + DAY)
    account.default_card(subscription["customer"], "pm_card_visa")
    paid = account.post(f"invoices/{latest(account, subscription)['id']}/pay")
    assert paid["status"] == "paid"
    assert account.fresh(subscription)["status"] == "active"


def test_an_invoice_can_be_given_up_after_the_last_try(account: Account) -> None:
    set_up(account, retry_days=(), after_retries="past_due", invoice_after_retries="uncollectible")
    account.news()
    subscription = failed(account)
    assert "invoice.marked_uncollectible" in account.told()
    invoice = latest(account, subscription)
    assert invoice["status"] == "uncollectible"
    assert invoice["status_details"] == {"uncollectible": {"reason": "max_payment_attempts"}}
    assert subscription["status"] == "past_due"


# --- hard declines -------------------------------------------------------------------------------


def test_after_a_hard_decline_retries_count_but_charge_nothing(account: Account) -> None:
    subscription = account.subscribed()
    request(account.world, RequestedDecline(decline_code="stolen_card"))
    account.pass_to(period(subscription)[1] + HOUR)
    before = charges(account)
    account.news()
    account.pass_time(3 * DAY)
    assert account.told() == ["invoice.updated"]
    invoice = latest(account, subscription)
    assert (invoice["attempt_count"], invoice["status"]) == (2, "open")
    assert charges(account) == before
    account.default_card(subscription["customer"], "pm_card_mastercard")
    account.pass_time(5 * DAY)
    assert charges(account) == before + 1
    assert account.fresh(subscription)["status"] == "active"


def test_a_blocked_payment_is_not_tried_again_either(account: Account) -> None:
    subscription = failed(account, "pm_card_radarBlock")
    before = charges(account)
    account.pass_time(15 * DAY)
    assert charges(account) == before
    assert account.fresh(subscription)["status"] == "canceled"


def test_a_card_that_waits_for_its_holder_is_not_asked_again(account: Account) -> None:
    subscription = failed(account, "pm_card_authenticationRequired")
    account.news()
    account.pass_time(3 * DAY)
    assert account.told() == ["invoice.updated"]
    assert latest(account, subscription)["attempt_count"] == 2


# --- declines on request -------------------------------------------------------------------------


def test_the_next_payments_fail_as_asked_and_then_no_more(account: Account) -> None:
    customer = account.payer()
    request(account.world, RequestedDecline(2, "insufficient_funds"))
    for _ in range(2):
        with pytest.raises(Refused) as refused:
            account.post(
                "payment_intents",
                amount=500,
                currency="usd",
                customer=customer,
                payment_method="pm_card_visa",
                confirm=True,
                return_url="https://example.org",
            )
        assert refused.value.error["decline_code"] == "insufficient_funds"
    assert waiting(account.world) == ()
    assert account.subscribed(customer=customer)["status"] == "active"


def test_a_decline_may_be_for_one_customer(account: Account) -> None:
    first, second = account.payer(), account.payer()
    request(account.world, RequestedDecline(customer=second))
    assert account.subscribed(customer=first)["status"] == "active"
    assert account.subscribed(customer=second)["status"] == "incomplete"


def test_requested_declines_can_be_forgotten(account: Account) -> None:
    request(account.world, RequestedDecline(5, "expired_card"))
    assert waiting(account.world)[0].decline.code == "expired_card"
    forget(account.world)
    assert account.subscribed()["status"] == "active"


def test_a_renewal_fails_on_request(account: Account) -> None:
    subscription = account.subscribed()
    request(account.world, RequestedDecline())
    account.pass_to(period(subscription)[1] + HOUR)
    assert account.fresh(subscription)["status"] == "past_due"
    account.pass_time(3 * DAY)
    assert account.fresh(subscription)["status"] == "active"
