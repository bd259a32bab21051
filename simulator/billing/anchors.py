"""Billing cycle anchors that are asked for when a subscription is created.

docs.stripe.com/billing/subscriptions/billing-cycle: a timestamp not later than the next natural
billing date, or a day of the month (and a month, and a time of day) from which the next such date
follows. Days that a month does not have fall on its last day; so that later months still have their
31st, the anchor is then the next date that has the day, which is our choice.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from simulator.billing.call import refusal
from simulator.billing.periods import boundary
from simulator.engine import Obj

_CLOCK = ("hour", "minute", "second")


def requested_anchor(params: Mapping[str, Any], prices: Sequence[Obj], now: int) -> int | None:
    """The anchor that `billing_cycle_anchor` or its config asks for."""
    asked, config = params.get("billing_cycle_anchor"), params.get("billing_cycle_anchor_config")
    if asked is not None and config:
        raise refusal(
            "You may only specify one of these parameters: billing_cycle_anchor,"
            " billing_cycle_anchor_config.",
            param="billing_cycle_anchor_config",
        )
    if config:
        return _configured(config, now)
    if asked is None:
        return None
    if asked < now:
        raise refusal(
            "billing_cycle_anchor must be a timestamp in the future.", param="billing_cycle_anchor"
        )
    natural = min(boundary(now, price["recurring"], 1) for price in prices)
    trial = params.get("trial_period_days") or params.get("trial_end") not in (None, "now")
    if asked > natural and not trial:
        raise refusal(
            f"billing_cycle_anchor cannot be later than next natural billing date ({natural}) for"
            " plan.",
            param="billing_cycle_anchor",
        )
    return int(asked)


def shown_config(given: Mapping[str, Any] | None) -> Obj | None:
    """`billing_cycle_anchor_config` as the subscription shows it."""
    if not given:
        return None
    return {**dict.fromkeys(("month", *_CLOCK)), **given}


def _configured(config: Mapping[str, Any], now: int) -> int:
    """The next date of that day that has not passed."""
    moment = datetime.fromtimestamp(now, UTC)
    hour, minute, second = (config.get(name, getattr(moment, name)) for name in _CLOCK)
    day, wanted = config["day_of_month"], config.get("month")
    year, month = moment.year, moment.month
    while True:
        last = monthrange(year, month)[1]
        if (wanted is None and day <= last) or wanted == month:
            date = datetime(year, month, min(day, last), hour, minute, second, tzinfo=UTC)
            if date.timestamp() >= now:
                return int(date.timestamp())
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)
