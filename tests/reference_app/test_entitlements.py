"""What subscriptions amount to: the policy in `billing/entitlements.py`, case by case."""

from __future__ import annotations

from typing import Any

import pytest

from reference_app.billing import Reading
from reference_app.billing.entitlements import is_live, reading
from reference_app.billing.plans import plan_of


def subscription(price: str | None = "pro_monthly", status: str = "active", **facts: Any) -> Any:
    item = {
        "current_period_end": 1_800_000_000,
        "price": {"lookup_key": price, "metadata": {}},
    }
    return {
        "id": "sub_1",
        "status": status,
        "created": 100,
        "cancel_at_period_end": False,
        "cancel_at": None,
        "items": {"data": [item]},
        **facts,
    }


@pytest.mark.parametrize("status", ["active", "trialing", "past_due"])
def test_paying_trying_and_being_retried_grant_access(status: str) -> None:
    assert reading([subscription(status=status)]).access


@pytest.mark.parametrize(
    "status", ["incomplete", "incomplete_expired", "unpaid", "paused", "canceled", "invented"]
)
def test_no_other_status_grants_access(status: str) -> None:
    assert not reading([subscription(status=status)]).access


def test_no_subscription_is_the_free_plan() -> None:
    assert reading([]) == Reading(plan="free", status="none")


@pytest.mark.parametrize(
    "scheduled",
    [
        {"cancel_at_period_end": True, "cancel_at": 1_800_000_000},
        {"cancel_at_period_end": True},
        {"cancel_at": 1_790_000_000},
    ],
    ids=["classic", "the flag alone", "flexible: the date alone"],
)
def test_a_scheduled_cancellation_winds_down_and_keeps_access(scheduled: dict[str, Any]) -> None:
    now = reading([subscription(**scheduled)])
    assert now.winding_down
    assert now.access


def test_an_ended_subscription_is_not_winding_down() -> None:
    ended = subscription(status="canceled", cancel_at_period_end=True)
    assert not reading([ended]).winding_down


@pytest.mark.parametrize(
    ("lookup_key", "plan"),
    [
        ("basic_monthly", "basic"),
        ("basic_yearly", "basic"),
        ("pro_monthly", "pro"),
        ("pro_yearly", "pro"),
    ],
)
def test_the_plan_follows_the_lookup_key(lookup_key: str, plan: str) -> None:
    assert reading([subscription(lookup_key)]).plan == plan


def test_a_price_whose_key_moved_on_is_known_by_its_metadata() -> None:
    legacy = plan_of({"lookup_key": None, "metadata": {"plan": "pro"}})
    assert legacy is not None
    assert legacy.name == "pro"


def test_the_plan_is_found_behind_an_add_on_in_any_order() -> None:
    paid = subscription()
    add_on = {"current_period_end": 5, "price": {"lookup_key": "extra_lights", "metadata": {}}}
    for data in ([add_on, *paid["items"]["data"]], [*paid["items"]["data"], add_on]):
        now = reading([{**paid, "items": {"data": data}}])
        assert (now.plan, now.current_period_end) == ("pro", 1_800_000_000)


def test_somebody_elses_product_is_none_of_our_business() -> None:
    foreign = subscription("newsletter")
    assert reading([foreign]) == Reading()
    assert not is_live(foreign)


@pytest.mark.parametrize("ended", ["canceled", "incomplete_expired", "incomplete"])
def test_a_live_subscription_wins_over_a_newer_one_that_is_not(ended: str) -> None:
    live = subscription("basic_monthly", created=100)
    newer = subscription("pro_monthly", ended, created=200, id="sub_2")
    for order in ([live, newer], [newer, live]):
        assert reading(order).subscription == "sub_1"


def test_the_period_is_read_where_older_api_versions_had_it() -> None:
    old = subscription(current_period_end=1_700_000_000)
    old["items"] = {"data": [{"price": {"lookup_key": "pro_monthly"}}]}
    assert reading([old]).current_period_end == 1_700_000_000
