"""A subscription's periods tile time: each begins where the one before ended, or was cut short.

docs.stripe.com/billing/subscriptions/billing-cycle. A period may be cut only by an act, at the
moment of the act; where time alone moves it on, the new one begins exactly at the old one's end.
"""

from __future__ import annotations

from datetime import UTC, datetime

from dateutil.relativedelta import relativedelta

from simulator.engine import ACCOUNT, Obj, World
from tests.billing.lives.life import ENDED, Step

STATUSES = {
    "active",
    "canceled",
    "incomplete",
    "incomplete_expired",
    "past_due",
    "paused",
    "trialing",
    "unpaid",
}


def check(world: World, step: Step) -> None:
    """Every subscription that changed, and the way it went there."""
    for subscription in step.after("subscription"):
        _stands(world, subscription)
    for event in step.news:
        if event["type"] == "customer.subscription.updated":
            _moved(world, event)


def check_all(world: World) -> None:
    """Time passes for those that did not change, too."""
    for subscription in world.find("subscription"):
        _stands(world, subscription)


def _stands(world: World, subscription: Obj) -> None:
    status = subscription["status"]
    assert status in STATUSES
    assert (subscription["ended_at"] is not None) == (status in ENDED)
    assert (status == "paused") == (subscription["status_details"] is not None)
    for item in subscription["items"]["data"]:
        assert item["current_period_start"] <= item["current_period_end"]
    clock = subscription["test_clock"]
    if clock and world.get("test_helpers.test_clock", clock) is None:
        return
    now = world.now(clock or ACCOUNT)
    if status in ENDED:
        assert subscription["ended_at"] <= now
    elif status != "paused":
        for item in subscription["items"]["data"]:
            assert item["current_period_start"] <= now < item["current_period_end"], "out of period"
        assert subscription["cancel_at"] is None or now < subscription["cancel_at"]


def _moved(world: World, event: Obj) -> None:
    after, previous = event["data"]["object"], event["data"]["previous_attributes"]
    assert previous.get("status") not in ENDED, "what has ended came back to life"
    if "items" not in previous:
        return
    now = {item["id"]: item for item in after["items"]["data"]}
    invoice = world.get("invoice", after["latest_invoice"] or "")
    cycled = (
        "latest_invoice" in previous
        and invoice is not None
        and invoice["billing_reason"] == "subscription_cycle"
        and event["request"]["id"] is None
    )
    for item in previous["items"]["data"]:
        new = now.get(item["id"])
        if new is None:
            continue
        begins, ended = new["current_period_start"], item["current_period_end"]
        if cycled and begins != item["current_period_start"]:
            assert begins == ended, "a renewal left a gap or an overlap"
            assert _is_placed(after, new), "a period does not end where the anchor says"
        paused = "paused" in (after["status"], previous.get("status"))
        assert begins <= ended or paused, "a gap between two periods"


def _is_placed(subscription: Obj, item: Obj) -> bool:
    """Whether a period ends a whole number of intervals after the anchor, or with everything."""
    recurring, end = item["price"]["recurring"], item["current_period_end"]
    anchor = datetime.fromtimestamp(subscription["billing_cycle_anchor"], UTC)
    steps = (
        anchor + relativedelta(**{f"{recurring['interval']}s": number})
        for number in range(-100, 101)
    )
    return end == subscription["cancel_at"] or end in {int(step.timestamp()) for step in steps}
