"""Pauses that a schedule plans (docs.stripe.com/billing/subscriptions/pause/schedules)."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.engine import DAY
from tests.billing.account import Account, Refused, open_account, period
from tests.billing.test_beginnings import amounts, at

JUNE, MID_JUNE, JULY, AUGUST = (
    at(2026, 6, 1), at(2026, 6, 16), at(2026, 7, 1), at(2026, 8, 1),
)  # fmt: skip
Params = dict[str, Any]


@pytest.fixture
def account() -> Account:
    return open_account(start=JUNE)


def on(instant: int) -> Params:
    return {"type": "timestamp", "timestamp": instant}


def planned(account: Account, pause: Params | None, resume: Params | None = None) -> Params:
    """A schedule for a subscription of 30.00 a month, with a pause."""
    subscription = account.subscribed(account.plan(3000))
    entry = {
        **({"pause": pause} if pause else {}),
        **({"resume": resume} if resume else {}),
    }
    return account.post(
        "subscription_schedules", from_subscription=subscription["id"], pause_schedules=[entry]
    )


def now_of(account: Account, schedule: Params) -> tuple[Params, Params]:
    """Its pause schedule and its subscription, as they are."""
    fresh = account.get(f"subscription_schedules/{schedule['id']}")
    name = fresh["subscription"] or fresh["released_subscription"]
    return fresh["pause_schedules"][0], account.get(f"subscriptions/{name}")


def test_it_is_planned_with_what_is_usual(account: Account) -> None:
    schedule = planned(account, {"pause_at": on(MID_JUNE)})
    (entry,) = schedule["pause_schedules"]
    assert entry["key"]
    assert entry["pause"]["pause_at"] == MID_JUNE
    assert entry["pause"]["status"] == {"error": None, "type": "scheduled"}
    assert entry["pause"]["settings"]["invoicing_behavior"] == "pending_invoice_item"
    assert entry["resume"] is None


def test_the_subscription_pauses_and_resumes_in_its_time(account: Account) -> None:
    schedule = planned(
        account,
        {"pause_at": on(MID_JUNE), "settings": {"invoicing_behavior": "invoice"}},
        {"resume_at": {"type": "duration", "duration": {"interval": "day", "interval_count": 10}}},
    )
    account.pass_to(MID_JUNE - 1)
    account.told()
    account.pass_to(MID_JUNE)
    entry, subscription = now_of(account, schedule)
    assert (subscription["status"], entry["pause"]["status"]["type"]) == ("paused", "succeeded")
    assert amounts(account, subscription) == [-1500]
    assert account.told()[-2:] == [
        "customer.subscription.paused",
        "subscription_schedule.updated",
    ]
    account.pass_to(MID_JUNE + 10 * DAY)
    entry, subscription = now_of(account, schedule)
    assert (subscription["status"], entry["resume"]["status"]["type"]) == ("active", "succeeded")
    assert period(subscription)[0] == entry["resume"]["resume_at"] == MID_JUNE + 10 * DAY
    assert amounts(account, subscription) == [3000]


def test_a_pause_where_a_period_ends_comes_before_its_renewal(account: Account) -> None:
    subscription = account.subscribed(account.plan(3000))
    made = account.post("subscription_schedules", from_subscription=subscription["id"])
    price = made["phases"][0]["items"][0]["price"]
    account.post(
        f"subscription_schedules/{made['id']}",
        phases=[{"items": [{"price": price}], "start_date": JUNE, "end_date": AUGUST}],
        pause_schedules=[{"pause": {"pause_at": on(JULY)}}],
    )
    account.pass_to(JULY)
    paused = account.fresh(subscription)
    assert (paused["status"], paused["latest_invoice"]) == (
        "paused",
        subscription["latest_invoice"],
    )
    assert account.pending(paused) == []


def test_a_pause_may_begin_now_and_be_taken_back_before_it_begins(account: Account) -> None:
    schedule = planned(account, {"pause_at": {"type": "now"}})
    assert schedule["pause_schedules"][0]["pause"]["status"]["type"] == "succeeded"
    assert now_of(account, schedule)[1]["status"] == "paused"
    later = planned(account, {"pause_at": on(MID_JUNE)})
    cleared = account.post(f"subscription_schedules/{later['id']}", pause_schedules="")
    assert cleared["pause_schedules"] == []
    account.pass_to(MID_JUNE)
    assert account.get(f"subscriptions/{later['subscription']}")["status"] == "active"


def test_a_pause_that_is_planned_may_be_moved_by_its_key(account: Account) -> None:
    schedule = planned(account, {"pause_at": on(MID_JUNE)}, {"resume_at": on(JULY)})
    (entry,) = schedule["pause_schedules"]
    moved = account.post(
        f"subscription_schedules/{schedule['id']}",
        pause_schedules=[{"key": entry["key"], "pause": {"pause_at": on(MID_JUNE + DAY)}}],
    )
    (after,) = moved["pause_schedules"]
    assert after["pause"]["pause_at"] == MID_JUNE + DAY
    assert after["resume"] == entry["resume"]
    account.pass_to(MID_JUNE)
    assert now_of(account, schedule)[1]["status"] == "active"
    account.pass_to(MID_JUNE + DAY)
    assert now_of(account, schedule)[1]["status"] == "paused"


def test_one_that_is_paused_may_be_given_a_day_to_resume(account: Account) -> None:
    schedule = planned(account, {"pause_at": {"type": "now"}})
    key = schedule["pause_schedules"][0]["key"]
    account.pass_time(DAY)
    account.post(
        f"subscription_schedules/{schedule['id']}",
        pause_schedules=[{"key": key, "resume": {"resume_at": on(MID_JUNE)}}],
    )
    account.pass_to(MID_JUNE)
    assert now_of(account, schedule)[1]["status"] == "active"


def test_a_resumption_that_is_declined_is_pending_until_it_is_paid(account: Account) -> None:
    kept = {"bill_for": {"unused_time_from": {"type": "none"}}}
    pause = {"pause_at": {"type": "now"}, "settings": kept}
    schedule = planned(account, pause, {"resume_at": on(MID_JUNE)})
    account.default_card(schedule["customer"], "pm_card_chargeCustomerFail")
    account.pass_to(MID_JUNE)
    entry, subscription = now_of(account, schedule)
    assert (subscription["status"], entry["resume"]["status"]["type"]) == ("paused", "pending")
    account.default_card(schedule["customer"], "pm_card_visa")
    account.post(f"invoices/{subscription['latest_invoice']}/pay")
    entry, subscription = now_of(account, schedule)
    assert (subscription["status"], entry["resume"]["status"]["type"]) == ("active", "succeeded")


def test_a_pause_that_fails_says_why(account: Account) -> None:
    schedule = planned(account, {"pause_at": on(MID_JUNE)})
    account.post(f"subscriptions/{schedule['subscription']}", trial_end=JULY)
    account.pass_to(MID_JUNE)
    entry, subscription = now_of(account, schedule)
    assert subscription["status"] == "trialing"
    assert entry["pause"]["status"]["type"] == "error"
    assert "`trialing`" in entry["pause"]["status"]["error"]["message"]


def test_what_cannot_be_planned(account: Account) -> None:
    pause = {"pause_at": on(MID_JUNE)}
    customer, items = account.payer(), [{"price": account.plan(3000)}]
    phase = {"items": items, "duration": {"interval": "month"}}
    sent = {"collection_method": "send_invoice", "invoice_settings": {"days_until_due": 5}}
    refused_requests: list[tuple[Params, str]] = [
        ({"pause_schedules": [{"pause": pause}, {"pause": pause}]}, "pause_schedules"),
        ({"pause_schedules": [{"key": "k"}]}, "pause_schedules[0][pause][pause_at]"),
        ({"billing_mode": {"type": "classic"}}, "pause_schedules[0]"),
        ({"phases": [{**phase, **sent}]}, "pause_schedules[0]"),
        (
            {"pause_schedules": [{"pause": pause, "resume": {"resume_at": on(MID_JUNE)}}]},
            "pause_schedules[0][resume][resume_at]",
        ),
    ]
    usual = {
        "customer": customer,
        "start_date": "now",
        "phases": [phase],
        "pause_schedules": [{"pause": pause}],
    }
    for params, named in refused_requests:
        with pytest.raises(Refused) as refused:
            account.post("subscription_schedules", **{**usual, **params})
        assert (refused.value.status, refused.value.error["param"]) == (400, named)
    assert account.get("subscription_schedules")["data"] == []


def test_a_preview_knows_of_it(account: Account) -> None:
    resume = {"resume_at": on(MID_JUNE + 5 * DAY)}
    schedule = planned(account, {"pause_at": on(MID_JUNE)}, resume)
    seen = account.post("invoices/create_preview", schedule=schedule["id"])
    account.pass_to(JULY)
    _, subscription = now_of(account, schedule)
    came = account.lines(subscription["latest_invoice"])
    assert [line["amount"] for line in seen["lines"]["data"]] == [line["amount"] for line in came]
