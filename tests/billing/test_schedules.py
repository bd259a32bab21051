"""Subscription schedules (docs.stripe.com/billing/subscriptions/subscription-schedules)."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.engine import DAY
from tests.billing.account import Account, Refused, only_item, open_account, period
from tests.billing.test_beginnings import amounts, at

MAY, JUNE, JULY, AUGUST = at(2026, 5, 1), at(2026, 6, 1), at(2026, 7, 1), at(2026, 8, 1)
MONTH = {"interval": "month", "interval_count": 1}


@pytest.fixture
def account() -> Account:
    return open_account(start=JUNE)


def two_phases(account: Account, **more: Any) -> dict[str, Any]:
    """A month of one price, then a month of another."""
    customer = more.pop("customer", None) or account.payer()
    first, second = account.plan(1000), account.plan(3000)
    account.told()
    return account.post(
        "subscription_schedules",
        customer=customer,
        start_date=more.pop("start_date", "now"),
        phases=[
            {"items": [{"price": first}], "duration": MONTH},
            {"items": [{"price": second, "quantity": 2}], "duration": MONTH},
        ],
        **more,
    )


def subscription_of(account: Account, schedule: dict[str, Any]) -> dict[str, Any]:
    name = schedule["subscription"] or schedule["released_subscription"]
    return account.get(f"subscriptions/{name}")


def test_it_begins_a_subscription_now(account: Account) -> None:
    schedule = two_phases(account)
    assert (schedule["status"], schedule["end_behavior"]) == ("active", "release")
    assert schedule["current_phase"] == {"start_date": JUNE, "end_date": JULY}
    assert [phase["end_date"] for phase in schedule["phases"]] == [JULY, AUGUST]
    subscription = subscription_of(account, schedule)
    assert (subscription["status"], subscription["schedule"]) == ("active", schedule["id"])
    told = account.told()
    assert told[0] == "subscription_schedule.created"
    assert {"customer.subscription.created", "subscription_schedule.updated"} <= set(told)


def test_a_phase_begins_with_the_period_and_nothing_is_prorated(account: Account) -> None:
    schedule = two_phases(account)
    account.pass_to(JULY - 1)
    account.told()
    account.pass_to(JULY)
    assert account.told() == [
        "subscription_schedule.updated",
        "customer.subscription.updated",
        "invoice.created",
        "customer.subscription.updated",
    ]
    subscription = subscription_of(account, schedule)
    assert amounts(account, subscription) == [6000]
    assert period(subscription) == (JULY, AUGUST)
    moved = account.get(f"subscription_schedules/{schedule['id']}")
    assert moved["current_phase"] == {"start_date": JULY, "end_date": AUGUST}


def test_after_the_last_phase_the_subscription_goes_on_by_itself(account: Account) -> None:
    schedule = two_phases(account)
    account.pass_to(AUGUST - 1)
    account.told()
    account.pass_to(AUGUST)
    assert account.told() == [
        "subscription_schedule.released",
        "customer.subscription.updated",
        "invoice.created",
        "customer.subscription.updated",
    ]
    released = account.get(f"subscription_schedules/{schedule['id']}")
    assert (released["status"], released["released_at"]) == ("released", AUGUST)
    assert released["subscription"] is None
    subscription = subscription_of(account, released)
    assert (subscription["status"], subscription["schedule"]) == ("active", None)


def test_or_it_ends(account: Account) -> None:
    schedule = two_phases(account, end_behavior="cancel")
    account.pass_to(AUGUST - 1)
    account.told()
    account.pass_to(AUGUST)
    assert account.told() == ["subscription_schedule.completed", "customer.subscription.deleted"]
    done = account.get(f"subscription_schedules/{schedule['id']}")
    assert (done["status"], done["completed_at"]) == ("completed", AUGUST)
    assert subscription_of(account, done)["status"] == "canceled"


def test_a_week_ahead_its_end_is_told(account: Account) -> None:
    two_phases(account)
    account.pass_to(AUGUST - 7 * DAY - 1)
    account.told()
    account.pass_to(AUGUST - 7 * DAY)
    assert "subscription_schedule.expiring" in account.told()


def test_one_may_begin_later(account: Account) -> None:
    schedule = two_phases(account, start_date=JULY)
    assert (schedule["status"], schedule["subscription"]) == ("not_started", None)
    assert account.told() == ["subscription_schedule.created"]
    account.pass_to(JULY)
    begun = account.get(f"subscription_schedules/{schedule['id']}")
    assert begun["status"] == "active"
    assert subscription_of(account, begun)["start_date"] == JULY
    assert "customer.subscription.created" in account.told()


def test_or_in_the_past(account: Account) -> None:
    schedule = two_phases(account, start_date=at(2026, 5, 15))
    subscription = subscription_of(account, schedule)
    assert subscription["start_date"] == at(2026, 5, 15)
    assert amounts(account, subscription) == [548, 1000]  # 17 of 31 days, then a month


def test_without_a_card_the_first_invoice_waits(account: Account) -> None:
    schedule = two_phases(account, customer=account.post("customers")["id"], start_date=JULY)
    account.pass_to(JULY)
    begun = account.get(f"subscription_schedules/{schedule['id']}")
    assert subscription_of(account, begun)["status"] == "incomplete"


def test_one_takes_over_a_subscription(account: Account) -> None:
    subscription = account.subscribed(account.plan(1000))
    account.told()
    schedule = account.post("subscription_schedules", from_subscription=subscription["id"])
    events = account.news()
    assert [event["type"] for event in events] == [
        "subscription_schedule.created",
        "customer.subscription.updated",
    ]
    assert events[1]["data"]["previous_attributes"] == {"schedule": None}
    (phase,) = schedule["phases"]
    assert (phase["start_date"], phase["end_date"]) == (JUNE, JULY)
    assert [item["price"] for item in phase["items"]] == [only_item(subscription)["price"]["id"]]
    with pytest.raises(Refused) as refused:
        account.post("subscription_schedules", from_subscription=subscription["id"])
    assert schedule["id"] in refused.value.error["message"]


def taken_over(account: Account, then: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A subscription of 10.00 whose schedule goes on with another phase."""
    subscription = account.subscribed(account.plan(1000), **more)
    schedule = account.post("subscription_schedules", from_subscription=subscription["id"])
    first = schedule["phases"][0]
    current = {
        "items": [{"price": first["items"][0]["price"], "quantity": 1}],
        "start_date": first["start_date"],
        "end_date": then.pop("start", first["end_date"]),
    }
    return account.post(f"subscription_schedules/{schedule['id']}", phases=[current, then])


def test_a_phase_may_begin_inside_a_period_and_is_prorated_then(account: Account) -> None:
    price = account.plan(3000)
    schedule = taken_over(account, {"start": at(2026, 6, 16), "items": [{"price": price}]})
    account.told()
    account.pass_to(at(2026, 6, 16))
    assert account.told() == [
        "subscription_schedule.updated",
        "invoiceitem.created",
        "invoiceitem.created",
        "customer.subscription.updated",
    ]
    subscription = subscription_of(account, schedule)
    assert [item["amount"] for item in account.pending(subscription)] == [-500, 1500]


ANEW = [("classic", {}), ("flexible", {"billing_cycle_anchor": "phase_start"})]


@pytest.mark.parametrize(("mode", "told"), ANEW)
def test_a_new_interval_begins_a_new_cycle(
    account: Account, mode: str, told: dict[str, Any]
) -> None:
    yearly = account.plan(10000, "year")
    then = {"items": [{"price": yearly}], **told}
    schedule = taken_over(account, then, billing_mode={"type": mode})
    account.pass_to(JULY)
    subscription = subscription_of(account, schedule)
    assert subscription["billing_cycle_anchor"] == JULY
    assert period(subscription) == (JULY, at(2027, 7, 1))
    assert amounts(account, subscription) == [10000]


BEHAVIORS = [("none", []), ("create_prorations", [9178]), ("always_invoice", [])]


@pytest.mark.parametrize(("behavior", "pending"), BEHAVIORS)
def test_in_flexible_mode_the_cycle_stays_and_a_longer_period_has_begun_long_ago(
    account: Account, behavior: str, pending: list[int]
) -> None:
    then = {"items": [{"price": account.plan(10000, "year")}], "proration_behavior": behavior}
    schedule = taken_over(account, then)
    account.pass_to(JULY)
    subscription = subscription_of(account, schedule)
    assert subscription["billing_cycle_anchor"] == JUNE
    assert period(subscription) == (JUNE, at(2027, 6, 1))
    assert [item["amount"] for item in account.pending(subscription)] == pending
    billed = [9178] if behavior == "always_invoice" else [1000]  # 335 of 365 days
    assert amounts(account, subscription) == billed


def test_the_current_phase_can_be_changed(account: Account) -> None:
    schedule = two_phases(account)
    account.pass_to(at(2026, 6, 16))
    first, second = schedule["phases"]
    account.told()
    account.post(
        f"subscription_schedules/{schedule['id']}",
        phases=[
            {
                "items": [{"price": first["items"][0]["price"], "quantity": 3}],
                "start_date": JUNE,
                "end_date": JULY,
            },
            {"items": [{"price": second["items"][0]["price"]}], "duration": MONTH},
        ],
    )
    subscription = subscription_of(account, schedule)
    assert only_item(subscription)["quantity"] == 3
    assert [item["amount"] for item in account.pending(subscription)] == [-500, 1500]
    assert account.told()[-1] == "customer.subscription.updated"


def test_it_can_be_let_go(account: Account) -> None:
    schedule = two_phases(account)
    account.told()
    released = account.post(f"subscription_schedules/{schedule['id']}/release")
    assert (released["status"], released["subscription"]) == ("released", None)
    assert released["released_subscription"] == schedule["subscription"]
    assert account.told() == ["subscription_schedule.released", "customer.subscription.updated"]
    account.pass_to(JULY)
    assert amounts(account, subscription_of(account, released)) == [1000]


def test_it_can_be_canceled_with_its_subscription(account: Account) -> None:
    schedule = two_phases(account)
    account.pass_to(at(2026, 6, 16))
    account.told()
    canceled = account.post(f"subscription_schedules/{schedule['id']}/cancel")
    assert canceled["status"] == "canceled"
    assert subscription_of(account, canceled)["status"] == "canceled"
    assert account.customer_of(canceled)["balance"] == -500
    told = account.told()
    assert told[0] == "subscription_schedule.canceled"
    assert "customer.subscription.deleted" in told
    with pytest.raises(Refused):
        account.post(f"subscription_schedules/{schedule['id']}/cancel")


def test_ending_the_subscription_ends_the_schedule(account: Account) -> None:
    schedule = two_phases(account)
    account.told()
    account.delete(f"subscriptions/{schedule['subscription']}")
    assert account.told() == ["customer.subscription.deleted", "subscription_schedule.canceled"]


def test_the_schedule_alone_decides_how_it_ends(account: Account) -> None:
    schedule = two_phases(account)
    with pytest.raises(Refused) as refused:
        account.post(f"subscriptions/{schedule['subscription']}", cancel_at_period_end=True)
    assert "managed by the subscription schedule" in refused.value.error["message"]


def test_schedules_are_listed(account: Account) -> None:
    schedule, other = two_phases(account), two_phases(account, start_date=JULY)
    listed = account.get("subscription_schedules", customer=schedule["customer"])["data"]
    assert [entry["id"] for entry in listed] == [schedule["id"]]
    account.pass_time(DAY)
    account.post(f"subscription_schedules/{schedule['id']}/release")
    for asked, found in (({"gte": JUNE + DAY}, [schedule["id"]]), ({"lt": JUNE + DAY}, [])):
        listed = account.get("subscription_schedules", released_at=asked)["data"]
        assert [entry["id"] for entry in listed] == found
    waiting = account.get("subscription_schedules", scheduled=True)["data"]
    assert [entry["id"] for entry in waiting] == [other["id"]]
