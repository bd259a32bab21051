"""Billing periods on the calendar.

Periods are counted from the billing cycle anchor, never from the last end: an anchor on 31 January
gives 28 February, then 31 March (docs.stripe.com/billing/subscriptions/billing-cycle). All in UTC,
to the second.
"""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache

from dateutil.relativedelta import relativedelta

from simulator.engine import DAY, Obj

_SECONDS: dict[str, int] = {"day": DAY, "week": 7 * DAY}
_MONTHS = {"month": 1, "year": 12}


def boundary(anchor: int, recurring: Obj, periods: int) -> int:
    """The anchor plus that many billing periods; may be negative."""
    count: int = periods * recurring["interval_count"]
    interval = recurring["interval"]
    if interval in _SECONDS:
        return anchor + count * _SECONDS[interval]
    return _months_after(anchor, count * _MONTHS[interval])


@lru_cache(maxsize=4096)
def _months_after(anchor: int, months: int) -> int:
    return int((datetime.fromtimestamp(anchor, UTC) + relativedelta(months=months)).timestamp())


def end_after(anchor: int, recurring: Obj, instant: int) -> int:
    """The first boundary later than `instant`: the end of the period that contains it."""
    periods = _estimate(anchor, recurring, instant)
    while boundary(anchor, recurring, periods) <= instant:
        periods += 1
    while boundary(anchor, recurring, periods - 1) > instant:
        periods -= 1
    return boundary(anchor, recurring, periods)


def start_before(anchor: int, recurring: Obj, instant: int) -> int:
    """The last boundary not later than `instant`: the start of the period that contains it."""
    periods = _estimate(anchor, recurring, instant)
    while boundary(anchor, recurring, periods) > instant:
        periods -= 1
    while boundary(anchor, recurring, periods + 1) <= instant:
        periods += 1
    return boundary(anchor, recurring, periods)


def _estimate(anchor: int, recurring: Obj, instant: int) -> int:
    """About how many periods lie between; exact is what the callers make of it."""
    interval: str = recurring["interval"]
    count: int = recurring["interval_count"]
    if interval in _SECONDS:
        return (instant - anchor) // (_SECONDS[interval] * count)
    return (_month(instant) - _month(anchor)) // (_MONTHS[interval] * count)


@lru_cache(maxsize=4096)
def _month(instant: int) -> int:
    """Months since the year 0."""
    there = datetime.fromtimestamp(instant, UTC)
    return there.year * 12 + there.month
