"""Meter event summaries: a customer's usage in a span of time, whole or by the hour or day.

docs.stripe.com/api/billing/meter-event-summary. Times are on minutes, or on the hours or days that
are asked for, in UTC; the start counts and the end does not. That windows without usage are left
out, the newest come first and the words of the refusals are our choices.
"""

from __future__ import annotations

from typing import Any

from simulator.billing.call import Call, Embedded, Handler, addressed, existing, refusal
from simulator.billing.meters import KIND
from simulator.billing.usage import used
from simulator.engine import DAY, HOUR, Obj, World

_WINDOWS = {"day": DAY, "hour": HOUR}
_MOST_WINDOWS = 10_000


def list_summaries(world: World, call: Call) -> Embedded:
    params = call.only("customer", "end_time", "start_time", "value_grouping_window")
    meter = addressed(world, KIND, call.path["id"])
    customer: str = existing(world, "customer", params["customer"], "customer")["id"]
    start, end = params["start_time"], params["end_time"]
    window = params.get("value_grouping_window")
    size = _WINDOWS.get(window, 60) if window else 60
    for name in ("start_time", "end_time"):
        if params[name] % size:
            raise refusal(
                f"`{name}` must be aligned with {window or 'minute'} boundaries.", param=name
            )
    if end <= start:
        raise refusal("`end_time` must be later than `start_time`.", param="end_time")
    if not window:
        return Embedded((_summary(world, meter, customer, start, end),))
    if (end - start) // size > _MOST_WINDOWS:
        raise refusal(
            f"The span is longer than {_MOST_WINDOWS} windows; ask for a shorter one.",
            param="start_time",
        )
    summaries = (
        _summary(world, meter, customer, begin, begin + size)
        for begin in range(end - size, start - 1, -size)
    )
    return Embedded(tuple(summary for summary in summaries if summary["aggregated_value"]))


def _summary(world: World, meter: Obj, customer: str, start: int, end: int) -> Obj:
    value = used(world, meter, customer, start, end)
    shown: Any = int(value) if value == value.to_integral_value() else float(value)
    return {
        "id": f"mtrusg_test_61{meter['id'][-30:]}{customer[4:]}{start:x}{end:x}",
        "object": "billing.meter_event_summary",
        "aggregated_value": shown,
        "end_time": end,
        "livemode": False,
        "meter": meter["id"],
        "start_time": start,
    }


HANDLERS: dict[str, Handler] = {
    "GET /v1/billing/meters/{id}/event_summaries": list_summaries,
}
