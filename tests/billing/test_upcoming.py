"""Notice of a renewal: `invoice.upcoming` (docs.stripe.com/billing/subscriptions/webhooks)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from simulator.engine import DAY, Obj
from tests.billing.account import Account, period

TYPE = "invoice.upcoming"


def notices(account: Account) -> list[Obj]:
    return [event for event in account.news() if event["type"] == TYPE]


def test_a_week_before_the_renewal_the_invoice_is_told_without_an_id(account: Account) -> None:
    subscription = account.subscribed(account.plan(2500))
    end = period(subscription)[1]
    account.pass_to(end - 7 * DAY - 1)
    assert notices(account) == []
    account.pass_time(1)
    (event,) = notices(account)
    invoice = event["data"]["object"]
    assert "id" not in invoice
    assert "previous_attributes" not in event["data"]
    assert (invoice["billing_reason"], invoice["status"]) == ("upcoming", "draft")
    assert (invoice["amount_due"], invoice["period_end"]) == (2500, end)
    assert account.get("invoices")["data"][0]["id"] == subscription["latest_invoice"]
    account.pass_to(end + 20 * DAY)
    assert notices(account) == []
    account.pass_to(period(account.fresh(subscription))[1] - 7 * DAY)
    assert len(notices(account)) == 1


def test_it_tells_what_then_happens(account: Account) -> None:
    subscription = account.subscribed(account.plan(2500))
    account.switch(subscription, account.plan(9900))
    end = period(subscription)[1]
    account.pass_to(end - 7 * DAY)
    (event,) = notices(account)
    account.pass_to(end)
    invoice = account.get(f"invoices/{account.fresh(subscription)['latest_invoice']}")
    assert event["data"]["object"]["total"] == invoice["total"]


@pytest.mark.parametrize(("days", "expected"), [(3, 1), (0, 0)])
def test_how_many_days_is_a_setting(account: Account, days: int, expected: int) -> None:
    account.world.settings = replace(account.world.settings, upcoming_days=days)
    subscription = account.subscribed()
    end = period(subscription)[1]
    account.pass_to(end - 3 * DAY - 1)
    assert notices(account) == []
    account.pass_to(end - 1)
    assert len(notices(account)) == expected


def test_another_setting_takes_effect_on_the_next_period(account: Account) -> None:
    subscription = account.subscribed()
    account.world.settings = replace(account.world.settings, upcoming_days=1)
    end = period(subscription)[1]
    account.pass_to(end - 7 * DAY)
    assert len(notices(account)) == 1
    account.pass_to(end)
    end = period(account.fresh(subscription))[1]
    account.pass_to(end - 2 * DAY)
    assert notices(account) == []
    account.pass_to(end - DAY)
    assert len(notices(account)) == 1


def test_a_moved_period_moves_the_notice(account: Account) -> None:
    subscription = account.subscribed()
    account.pass_time(10 * DAY)
    moved = account.post(
        f"subscriptions/{subscription['id']}",
        billing_cycle_anchor={"type": "now"},
        proration_behavior="none",
    )
    account.pass_to(period(moved)[1] - 7 * DAY - 1)
    assert notices(account) == []
    account.pass_time(1)
    assert len(notices(account)) == 1


@pytest.mark.parametrize(
    "change",
    [{"cancel_at_period_end": True}, {"pause_collection": {"behavior": "void"}}],
)
def test_no_notice_where_nothing_will_be_charged(account: Account, change: Obj) -> None:
    subscription = account.subscribed()
    account.post(f"subscriptions/{subscription['id']}", **change)
    account.pass_to(period(subscription)[1] - 1)
    assert notices(account) == []


def test_a_week_is_too_short_for_a_weeks_notice(account: Account) -> None:
    subscription = account.subscribed(account.plan(interval="week"))
    account.pass_to(period(subscription)[1] - 1)
    assert notices(account) == []


def test_a_trial_is_told_of_too(account: Account) -> None:
    subscription = account.subscribed(trial_period_days=14)
    account.pass_to(subscription["trial_end"] - 7 * DAY)
    (event,) = notices(account)
    assert event["data"]["object"]["amount_due"] == 2500
