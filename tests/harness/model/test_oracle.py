"""The oracle: from Stripe's subscriptions to the entitlement an app must show."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from harness.app.config import Plan, Profile
from harness.app.protocol import Entitlement
from harness.model.oracle import billed, differs, expected_entitlement, trials

PLANS = {
    "basic": Plan("basic", "basic_monthly", "basic"),
    "pro": Plan("pro", "pro_monthly", "pro"),
}


def subscription(
    status: str = "active", key: str | None = "pro_monthly", **fields: Any
) -> dict[str, Any]:
    item = {"price": {"lookup_key": key}, "current_period_end": 2000}
    return {
        "status": status,
        "cancel_at_period_end": False,
        "cancel_at": None,
        "items": {"data": [item]},
        **fields,
    }


def expected(*subscriptions: dict[str, Any], profile: Profile | None = None) -> Entitlement:
    return expected_entitlement(subscriptions, PLANS, profile or Profile())


@pytest.mark.parametrize(
    ("status", "access"),
    [
        ("active", True),
        ("trialing", True),
        ("past_due", True),
        ("incomplete", False),
        ("incomplete_expired", False),
        ("unpaid", False),
        ("paused", False),
        ("canceled", False),
    ],
)
def test_the_profile_says_which_statuses_grant(status: str, access: bool) -> None:
    found = expected(subscription(status))
    assert found.access is access
    assert found.status == status
    assert found.plan == ("pro" if access else "none")


def test_a_stricter_profile_grants_less() -> None:
    strict = Profile(grants=frozenset({"active"}))
    assert not expected(subscription("past_due"), profile=strict).access


def test_who_never_subscribed_has_nothing() -> None:
    assert expected() == Entitlement(plan="none", status="none", access=False)


@pytest.mark.parametrize(
    ("flag", "cancel_at", "winding_down"),
    [(False, None, False), (True, 2000, True), (False, 2000, True), (True, None, True)],
)
def test_winding_down_has_two_shapes(flag: bool, cancel_at: int | None, winding_down: bool) -> None:
    found = expected(subscription(cancel_at_period_end=flag, cancel_at=cancel_at))
    assert found.winding_down is winding_down
    assert found.access


def test_what_has_ended_is_not_winding_down() -> None:
    assert not expected(subscription("canceled", cancel_at_period_end=True)).winding_down


def test_a_new_subscription_outweighs_an_ended_one() -> None:
    assert expected(subscription("canceled"), subscription(key="basic_monthly")).plan == "basic"


def test_the_plan_follows_the_lookup_key_in_any_order_of_items() -> None:
    other = {"price": {"lookup_key": None}, "current_period_end": 3000}
    found = subscription()
    found["items"]["data"].insert(0, other)
    assert expected(found).plan == "pro"
    assert expected(found).period_end == 3000


def test_a_subscription_to_another_product_is_none_of_the_apps_business() -> None:
    other = subscription(key="something")
    assert expected(other) == Entitlement()
    assert expected(other, subscription()).plan == "pro"


def test_a_price_that_has_lost_its_key_is_known_by_its_product() -> None:
    old = subscription(key=None)
    old["items"]["data"][0]["price"]["product"] = "prod_pro"
    assert expected(old) == Entitlement()
    assert expected_entitlement([old], PLANS, Profile(), {"prod_pro": "pro"}).plan == "pro"


def test_what_was_never_paid_and_what_has_ended_is_not_billed() -> None:
    statuses = ("active", "past_due", "unpaid", "incomplete", "incomplete_expired", "canceled")
    found = [*map(subscription, statuses), subscription(key="something")]
    assert billed(found, PLANS) == 3


def test_a_trial_counts_when_it_is_over_too_and_when_it_is_of_something_else_it_does_not() -> None:
    begun = {"trial_start": 1000}
    found = [subscription("trialing", **begun), subscription("canceled", **begun)]
    others = [subscription(trial_start=None), subscription("trialing", "something", **begun)]
    assert trials([*found, *others], PLANS) == 2


def test_what_an_app_does_not_show_is_not_judged() -> None:
    wanted = expected(subscription())
    silent = Entitlement(plan="pro", status=None, access=True)
    assert differs(silent, wanted) is None


def test_a_wrong_end_is_a_difference_only_while_access_lasts() -> None:
    wanted = expected(subscription())
    assert differs(replace(wanted, period_end=1), wanted) == "period_end is 1, not 2000"
    ended = expected(subscription("canceled"))
    assert differs(replace(ended, period_end=1, status="none"), ended) is None
