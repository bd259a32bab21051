"""Billing periods on the calendar (docs.stripe.com/billing/subscriptions/billing-cycle)."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.billing.periods import boundary, end_after, start_before
from simulator.engine import DAY, Obj
from tests.billing.account import open_account, period

YEAR_2000, YEAR_2090 = 946_684_800, 3_786_912_000
anchors = st.integers(YEAR_2000, YEAR_2090)
rhythms = st.one_of(
    st.tuples(st.just("day"), st.integers(1, 400)),
    st.tuples(st.just("week"), st.integers(1, 60)),
    st.tuples(st.just("month"), st.integers(1, 36)),
    st.tuples(st.just("year"), st.integers(1, 3)),
).map(lambda pair: {"interval": pair[0], "interval_count": pair[1]})


def at(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp())


def day(instant: int) -> str:
    return datetime.fromtimestamp(instant, UTC).strftime("%Y-%m-%d")


def every(interval: str, count: int = 1) -> Obj:
    return {"interval": interval, "interval_count": count}


@pytest.mark.parametrize(
    ("anchor", "rhythm", "days"),
    [
        ("2026-01-31", every("month"), ["2026-02-28", "2026-03-31", "2026-04-30", "2026-05-31"]),
        ("2028-01-31", every("month"), ["2028-02-29", "2028-03-31"]),
        ("2026-01-30", every("month"), ["2026-02-28", "2026-03-30"]),
        ("2026-11-30", every("month", 3), ["2027-02-28", "2027-05-30"]),
        ("2028-02-29", every("year"), ["2029-02-28", "2030-02-28", "2031-02-28", "2032-02-29"]),
        ("2026-12-31", every("week", 2), ["2027-01-14", "2027-01-28"]),
        ("2028-02-28", every("day"), ["2028-02-29", "2028-03-01"]),
    ],
)
def test_periods_are_counted_from_the_anchor_not_from_the_last_end(
    anchor: str, rhythm: Obj, days: list[str]
) -> None:
    start = at(anchor)
    assert [day(boundary(start, rhythm, n + 1)) for n in range(len(days))] == days


def test_the_time_of_day_is_kept() -> None:
    """30 March to 30 April 2026, 21:21:01 (recorded traffic)."""
    start = at("2026-03-30T21:21:01")
    assert end_after(start, every("month"), start) == at("2026-04-30T21:21:01")


@given(anchors, rhythms, st.integers(-20 * 365 * DAY, 20 * 365 * DAY))
def test_periods_tile_time(anchor: int, rhythm: Obj, offset: int) -> None:
    instant = max(anchor + offset, YEAR_2000)
    start, end = start_before(anchor, rhythm, instant), end_after(anchor, rhythm, instant)
    assert start <= instant < end
    assert end_after(anchor, rhythm, start) == end
    assert start_before(anchor, rhythm, end) == end
    assert end_after(anchor, rhythm, end) > end


@given(anchors, rhythms, st.integers(0, 60))
def test_boundaries_are_the_starts_and_ends_of_periods(
    anchor: int, rhythm: Obj, periods: int
) -> None:
    here, there = boundary(anchor, rhythm, periods), boundary(anchor, rhythm, periods + 1)
    assert start_before(anchor, rhythm, here) == here
    assert end_after(anchor, rhythm, here) == there


def test_a_renewing_subscription_follows_the_calendar() -> None:
    account = open_account(start=at("2028-01-31T12:00"))
    subscription = account.subscribed()
    ends = []
    for _ in range(4):
        end = period(account.fresh(subscription))[1]
        ends.append(day(end))
        account.pass_to(end)
    assert ends == ["2028-02-29", "2028-03-31", "2028-04-30", "2028-05-31"]
