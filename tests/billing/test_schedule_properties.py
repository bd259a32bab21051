"""Any schedule of up to four phases: each phase's items hold exactly inside its dates, the periods
of the subscription's items tile its time, and its next invoice is the one that was previewed.
"""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.engine import DAY, HOUR
from tests.billing.account import Account, Refused, open_account
from tests.billing.test_beginnings import at
from tests.billing.test_previewed_changes import shown

START = at(2026, 1, 31)
AMOUNTS = (1000, 2599, 0, 333)

items = st.lists(
    st.tuples(st.integers(0, len(AMOUNTS) - 1), st.integers(1, 3)),
    min_size=1,
    max_size=3,
    unique_by=lambda item: item[0],
)
durations = st.one_of(
    st.fixed_dictionaries({"interval": st.just("month"), "interval_count": st.integers(1, 2)}),
    st.fixed_dictionaries({"interval": st.just("day"), "interval_count": st.integers(1, 45)}),
)
told = st.fixed_dictionaries(
    {"proration_behavior": st.sampled_from(["create_prorations", "always_invoice", "none"])},
    optional={
        "billing_cycle_anchor": st.sampled_from(["automatic", "phase_start"]),
        "trial": st.just(True),
    },
).filter(
    lambda phase: not ("trial" in phase and phase.get("billing_cycle_anchor") == "phase_start")
)
phases = st.lists(st.tuples(items, durations, told), min_size=1, max_size=4)


def begun(account: Account, drawn: list[Any], mode: str, end: str) -> tuple[dict[str, Any], Any]:
    """The schedule, and for each of its phases what the items have to be."""
    product = account.post("products", name="Gold")["id"]
    prices = [account.plan(amount, product=product) for amount in AMOUNTS]
    wanted = [{(prices[price], quantity) for price, quantity in chosen} for chosen, _, _ in drawn]
    schedule = account.post(
        "subscription_schedules",
        customer=account.payer(),
        start_date="now",
        end_behavior=end,
        billing_mode={"type": mode},
        phases=[
            {
                "items": [{"price": prices[price], "quantity": n} for price, n in chosen],
                "duration": duration,
                **more,
            }
            for chosen, duration, more in drawn
        ],
    )
    return schedule, wanted


@given(
    drawn=phases,
    mode=st.sampled_from(["flexible", "classic"]),
    end=st.sampled_from(["cancel", "release"]),
    part=st.floats(0, 1, exclude_max=True),
)
@settings(max_examples=40, deadline=None)
def test_the_items_of_a_phase_hold_inside_its_dates_and_periods_tile_time(
    drawn: list[Any], mode: str, end: str, part: float
) -> None:
    account = open_account(start=START)
    schedule, wanted = begun(account, drawn, mode, end)
    name = schedule["subscription"]
    for phase, expected in zip(schedule["phases"], wanted, strict=True):
        start, last = phase["start_date"], phase["end_date"] - 1
        for instant in (start, start + int((last - start) * part), last):
            account.pass_to(instant)
            subscription = account.get(f"subscriptions/{name}")
            held = {(i["price"]["id"], i["quantity"]) for i in subscription["items"]["data"]}
            assert held == expected
            assert (subscription["status"] == "trialing") == phase["trial"]
    account.pass_to(schedule["phases"][-1]["end_date"] + HOUR)
    ended = account.get(f"subscription_schedules/{schedule['id']}")
    final = account.get(f"subscriptions/{name}")
    if end == "cancel":
        assert (ended["status"], final["status"]) == ("completed", "canceled")
        assert final["ended_at"] == schedule["phases"][-1]["end_date"]
    else:
        assert (ended["status"], final["schedule"]) == ("released", None)
    _check_periods(account, name)


@given(
    drawn=phases,
    mode=st.sampled_from(["flexible", "classic"]),
    end=st.sampled_from(["cancel", "release"]),
    part=st.floats(0, 1, exclude_max=True),
)
@settings(max_examples=25, deadline=None)
def test_the_next_invoice_of_any_schedule_is_the_one_that_was_previewed(
    drawn: list[Any], mode: str, end: str, part: float
) -> None:
    account = open_account(start=START)
    schedule, _ = begun(account, drawn, mode, end)
    name, last = schedule["subscription"], schedule["phases"][-1]["end_date"]
    account.pass_to(START + int((last - START) * part))
    before = account.get(f"subscriptions/{name}")["latest_invoice"]
    seen = previewed(account, schedule)
    if seen is None:
        account.pass_to(last + 400 * DAY)
        assert account.get(f"subscriptions/{name}")["latest_invoice"] == before
        return
    account.pass_to(seen["period_end"])
    latest = account.get(f"subscriptions/{name}")["latest_invoice"]
    assert latest != before
    assert shown(seen) == shown(account.get(f"invoices/{latest}"))


def previewed(account: Account, schedule: dict[str, Any]) -> dict[str, Any] | None:
    """The next invoice, or nothing where none will come."""
    try:
        return account.post("invoices/create_preview", schedule=schedule["id"])
    except Refused as refused:
        if refused.error["code"] != "invoice_upcoming_none":
            raise
        return None


def _check_periods(account: Account, name: str) -> None:
    """A period begins where the one before it ended, or where that was cut off."""
    before: dict[str, tuple[int, int]] = {}
    for event in account.world.events:
        told = event["data"]["object"]
        if told.get("object") != "subscription" or told["id"] != name:
            continue
        for item in told["items"]["data"]:
            start, end = item["current_period_start"], item["current_period_end"]
            assert start < end
            was = before.get(item["id"])
            if was is not None and start != was[0]:
                assert start in (was[1], event["created"])
                assert start <= was[1]
            before[item["id"]] = (start, end)
