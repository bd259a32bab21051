"""Meters, their events, adjustments and summaries (docs.stripe.com/api/billing/meter)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import orjson
import pytest
import stripe

from simulator.api import Request
from simulator.engine import DAY, HOUR, Obj
from tests.billing.account import KEY, START, Account, Refused
from tests.billing.metering import EVENT, meter, metered_price, report, usage_of
from tests.engine.things import digest

MIDNIGHT = START // DAY * DAY
NEXT = MIDNIGHT + DAY


def test_a_meter_has_stripes_defaults_and_says_that_it_was_made(account: Account) -> None:
    made = meter(account)
    assert account.told() == ["billing.meter.created"]
    assert made["id"].startswith("mtr_test_61")
    assert {key: made[key] for key in made if key not in ("id", "created", "updated")} == {
        "object": "billing.meter",
        "customer_mapping": {"event_payload_key": "stripe_customer_id", "type": "by_id"},
        "default_aggregation": {"formula": "sum"},
        "display_name": "Calls",
        "event_name": EVENT,
        "event_time_window": None,
        "livemode": False,
        "status": "active",
        "status_transitions": {"deactivated_at": None},
        "value_settings": {"event_payload_key": "value"},
    }


def test_the_life_of_a_meter_is_told(account: Account) -> None:
    path = f"billing/meters/{meter(account)['id']}"
    account.told()
    account.pass_time(60)
    renamed = account.post(path, display_name="API calls")
    assert (renamed["display_name"], renamed["updated"]) == ("API calls", START + 60)
    off = account.post(f"{path}/deactivate")
    assert (off["status"], off["status_transitions"]) == (
        "inactive",
        {"deactivated_at": START + 60},
    )
    assert account.get("billing/meters", status="active")["data"] == []
    on = account.post(f"{path}/reactivate")
    assert (on["status"], on["status_transitions"]) == ("active", {"deactivated_at": None})
    assert account.get(path) == on
    assert account.told() == [
        "billing.meter.updated",
        "billing.meter.deactivated",
        "billing.meter.reactivated",
    ]


def test_an_event_name_belongs_to_one_active_meter(account: Account) -> None:
    first = meter(account)
    with pytest.raises(Refused) as refused:
        meter(account)
    assert refused.value.error["param"] == "event_name"
    account.post(f"billing/meters/{first['id']}/deactivate")
    meter(account)
    with pytest.raises(Refused, match="already uses the event name"):
        account.post(f"billing/meters/{first['id']}/reactivate")


def test_an_event_is_answered_as_it_was_sent(account: Account) -> None:
    meter(account)
    customer = account.payer()
    account.told()
    event = report(account, customer, 25, identifier="call-1", timestamp=START - 60)
    assert event == {
        "object": "billing.meter_event",
        "created": START,
        "event_name": EVENT,
        "identifier": "call-1",
        "livemode": False,
        "payload": {"stripe_customer_id": customer, "value": "25"},
        "timestamp": START - 60,
    }
    unnamed = report(account, customer)
    assert unnamed["timestamp"] == START
    assert unnamed["identifier"] not in ("", report(account, customer)["identifier"])
    assert account.told() == []


@pytest.mark.parametrize(
    ("formula", "values", "used"),
    [
        ("sum", ["1", "2.5", "4"], 7.5),
        ("sum", ["10", "-4"], 6),
        ("count", ["5", "5", "0"], 3),
        ("last", ["5", "9", "7"], 7),
    ],
)
def test_usage_is_aggregated_as_the_meter_says(
    account: Account, formula: str, values: list[str], used: float
) -> None:
    of, customer, other = meter(account, formula), account.payer(), account.payer()
    report(account, other, 1000)
    for minute, value in enumerate(values):
        report(account, customer, value, timestamp=MIDNIGHT + 60 * minute)
    assert usage_of(account, of, customer, MIDNIGHT, NEXT) == used


def test_the_last_value_is_the_latest_by_its_own_time(account: Account) -> None:
    of, customer = meter(account, "last"), account.payer()
    report(account, customer, 5, timestamp=MIDNIGHT + 120)
    report(account, customer, 9, timestamp=MIDNIGHT + 60)
    assert usage_of(account, of, customer, MIDNIGHT, NEXT) == 5
    assert usage_of(account, of, customer, MIDNIGHT, MIDNIGHT + 120) == 9


def test_usage_aggregated_beforehand_replaces_that_of_its_window(account: Account) -> None:
    of, customer = meter(account, event_time_window="hour"), account.payer()
    for at, value in ((0, 10), (59 * 60, 12), (HOUR, 5)):
        report(account, customer, value, timestamp=MIDNIGHT + at)
    assert usage_of(account, of, customer, MIDNIGHT, NEXT) == 17


def test_counting_needs_no_value(account: Account) -> None:
    of, customer = meter(account, "count"), account.payer()
    payload = {"stripe_customer_id": customer}
    account.post("billing/meter_events", event_name=EVENT, payload=payload)
    assert usage_of(account, of, customer, MIDNIGHT, NEXT) == 1


def test_events_may_name_customer_and_value_otherwise(account: Account) -> None:
    mapping = {"type": "by_id", "event_payload_key": "who"}
    of = meter(account, customer_mapping=mapping, value_settings={"event_payload_key": "bytes"})
    customer = account.payer()
    payload = {"who": customer, "bytes": "512"}
    account.post("billing/meter_events", event_name=EVENT, payload=payload)
    assert usage_of(account, of, customer, MIDNIGHT, NEXT) == 512


def _reported(**more: Any) -> Callable[[Account, str], object]:
    return lambda a, customer: report(a, customer, **more)


def _sent(**payload: str) -> Callable[[Account, str], object]:
    return lambda a, _: a.post("billing/meter_events", event_name=EVENT, payload=payload)


REFUSED: list[tuple[str, str | None, Callable[[Account, str], object]]] = [
    ('No active meter found for event name "other".', None, _reported(event_name="other")),
    ("An event already exists with identifier twice.", None, _reported(identifier="twice")),
    ("too far in the past", "timestamp_too_far_in_past", _reported(timestamp=START - 36 * DAY)),
    ("in the future", "timestamp_in_future", _reported(timestamp=START + 301)),
    ("is not a number", "meter_event_invalid_value", _reported(value="many")),
    ("is not a number", "meter_event_invalid_value", _reported(value="1234567890123456")),
    (
        "Customer mapping key stripe_customer_id not found in payload.",
        "meter_event_no_customer_defined",
        _sent(value="1"),
    ),
    (
        "No such customer: 'cus_none'",
        "meter_event_customer_not_found",
        _sent(value="1", stripe_customer_id="cus_none"),
    ),
]


@pytest.mark.parametrize(("words", "code", "call"), REFUSED, ids=[row[0] for row in REFUSED])
def test_an_event_that_cannot_count_is_refused_and_leaves_nothing(
    account: Account, words: str, code: str | None, call: Callable[[Account, str], object]
) -> None:
    meter(account)
    customer = account.payer()
    report(account, customer, identifier="twice")
    before = digest(account.world)
    with pytest.raises(Refused, match="400") as refused:
        call(account, customer)
    assert words in refused.value.error["message"]
    assert refused.value.error.get("code") == code
    assert digest(account.world) == before


def test_an_inactive_meter_takes_no_events(account: Account) -> None:
    of, customer = meter(account), account.payer()
    account.post(f"billing/meters/{of['id']}/deactivate")
    with pytest.raises(Refused, match="No active meter found"):
        report(account, customer)


def test_times_at_the_edges_are_taken(account: Account) -> None:
    meter(account)
    customer = account.payer()
    for at in (START - 35 * DAY, START + 300):
        assert report(account, customer, timestamp=at)["timestamp"] == at


def test_an_identifier_may_come_again_after_a_day(account: Account) -> None:
    of, customer = meter(account), account.payer()
    report(account, customer, identifier="daily")
    account.pass_time(DAY)
    report(account, customer, identifier="daily")
    assert usage_of(account, of, customer, MIDNIGHT, NEXT + DAY) == 2


def test_the_time_is_that_of_the_customers_test_clock(account: Account) -> None:
    of = meter(account)
    clock = account.post("test_helpers/test_clocks", frozen_time=START - 300 * DAY)["id"]
    customer = account.payer(test_clock=clock)
    assert report(account, customer)["timestamp"] == START - 300 * DAY
    with pytest.raises(Refused, match="in the future"):
        report(account, customer, timestamp=START)
    start = (START - 300 * DAY) // 60 * 60
    assert usage_of(account, of, customer, start, start + 60) == 1


def canceled(account: Account, identifier: str, event_name: str = EVENT) -> Obj:
    return account.post(
        "billing/meter_event_adjustments",
        type="cancel",
        event_name=event_name,
        cancel={"identifier": identifier},
    )


@pytest.mark.parametrize(("formula", "left"), [("sum", 3), ("count", 2), ("last", 2)])
def test_an_event_is_canceled_by_its_identifier(
    account: Account, formula: str, left: float
) -> None:
    of, customer = meter(account, formula), account.payer()
    for position, value in enumerate((1, 2, 40)):
        report(account, customer, value, identifier=f"call-{position}")
    assert canceled(account, "call-2") == {
        "object": "billing.meter_event_adjustment",
        "cancel": {"identifier": "call-2"},
        "event_name": EVENT,
        "livemode": False,
        "status": "pending",
        "type": "cancel",
    }
    assert usage_of(account, of, customer, MIDNIGHT, NEXT) == left
    with pytest.raises(Refused, match="No such meter event"):
        canceled(account, "call-2")


def test_an_event_is_canceled_within_a_day_only(account: Account) -> None:
    meter(account)
    customer = account.payer()
    report(account, customer, identifier="old")
    account.pass_time(DAY)
    with pytest.raises(Refused, match="within 24 hours"):
        canceled(account, "old")
    with pytest.raises(Refused, match="No such meter event"):
        canceled(account, "never")


def test_summaries_come_by_the_hour_and_by_the_day(account: Account) -> None:
    of, customer = meter(account), account.payer()
    for hours, value in ((0, 1), (0.5, 2), (3, 4), (26, 8)):
        report(account, customer, value, timestamp=int(MIDNIGHT - 2 * DAY + hours * HOUR))
    path = f"billing/meters/{of['id']}/event_summaries"
    span = {"customer": customer, "start_time": MIDNIGHT - 2 * DAY, "end_time": MIDNIGHT}

    def values(window: str) -> list[tuple[int, float]]:
        found = account.get(path, value_grouping_window=window, **span)["data"]
        return [(one["start_time"] - span["start_time"], one["aggregated_value"]) for one in found]

    assert values("hour") == [(26 * HOUR, 8), (3 * HOUR, 4), (0, 3)]
    assert values("day") == [(DAY, 8), (0, 7)]
    assert [one["aggregated_value"] for one in account.get(path, **span)["data"]] == [15]


@pytest.mark.parametrize(
    ("start", "end", "window", "param"),
    [
        (MIDNIGHT + 1, NEXT, None, "start_time"),
        (MIDNIGHT, NEXT + 30, None, "end_time"),
        (MIDNIGHT + 60, NEXT, "hour", "start_time"),
        (MIDNIGHT, NEXT + HOUR, "day", "end_time"),
        (NEXT, MIDNIGHT, None, "end_time"),
        (0, NEXT, "hour", "start_time"),
    ],
)
def test_summaries_of_crooked_times_are_refused(
    account: Account, start: int, end: int, window: str | None, param: str
) -> None:
    of, customer = meter(account), account.payer()
    more = {"value_grouping_window": window} if window else {}
    path = f"billing/meters/{of['id']}/event_summaries"
    with pytest.raises(Refused) as refused:
        account.get(path, customer=customer, start_time=start, end_time=end, **more)
    assert (refused.value.status, refused.value.error["param"]) == (400, param)


def sent_v2(account: Account, path: str, body: Obj, key: str = KEY) -> Obj:
    answer = account.api.answer(
        Request(
            method="POST",
            path=f"/v2/billing/{path}",
            query="",
            headers={
                "authorization": f"Bearer {key}",
                "content-type": "application/json",
                "stripe-version": stripe.api_version,
            },
            body=orjson.dumps(body),
        )
    )
    told: Obj = orjson.loads(answer.body)
    if answer.status != 200:
        raise Refused(answer.status, told["error"])
    return told


def test_v2_writes_times_out_and_counts_the_same(account: Account) -> None:
    of, customer = meter(account), account.payer()
    payload = {"stripe_customer_id": customer, "value": "25"}
    body = {"event_name": EVENT, "identifier": "v2", "payload": payload}
    event = sent_v2(account, "meter_events", {**body, "timestamp": "2025-11-10T18:00:00.000Z"})
    assert event == {
        "object": "v2.billing.meter_event",
        "created": "2025-11-10T18:30:07.000Z",
        "event_name": EVENT,
        "identifier": "v2",
        "livemode": False,
        "payload": payload,
        "timestamp": "2025-11-10T18:00:00.000Z",
    }
    assert usage_of(account, of, customer, MIDNIGHT, NEXT) == 25
    cancel = {"event_name": EVENT, "type": "cancel", "cancel": {"identifier": "v2"}}
    adjustment = sent_v2(account, "meter_event_adjustments", cancel)
    assert (adjustment["status"], adjustment["created"]) == ("pending", event["created"])
    assert usage_of(account, of, customer, MIDNIGHT, NEXT) == 0


def test_a_session_opens_the_stream(account: Account) -> None:
    of, customer = meter(account), account.payer()
    session = sent_v2(account, "meter_event_session", {})
    assert (session["created"], session["expires_at"]) == (
        "2025-11-10T18:30:07.000Z",
        "2025-11-10T18:45:07.000Z",
    )
    payload = {"stripe_customer_id": customer, "value": "3"}
    event = {"event_name": EVENT, "payload": payload, "timestamp": "2025-11-10T18:00:00Z"}
    token = session["authentication_token"]
    assert sent_v2(account, "meter_event_stream", {"events": [event] * 100}, token) == {}
    assert usage_of(account, of, customer, MIDNIGHT, NEXT) == 300


def test_a_stream_is_taken_as_a_whole_or_not_at_all(account: Account) -> None:
    of, customer = meter(account), account.payer()
    event = {"event_name": EVENT, "payload": {"stripe_customer_id": customer, "value": "3"}}
    for bad in ({**event, "event_name": "other"}, {**event, "timestamp": "soon"}):
        with pytest.raises(Refused) as refused:
            sent_v2(account, "meter_event_stream", {"events": [event, bad]})
        assert refused.value.error["param"] == "events[1]"
    with pytest.raises(Refused, match="At most 100"):
        sent_v2(account, "meter_event_stream", {"events": [event] * 101})
    assert usage_of(account, of, customer, MIDNIGHT, NEXT) == 0


@pytest.mark.parametrize(
    ("recurring", "words"),
    [
        ({"usage_type": "metered"}, "metered prices must be backed by meters."),
        ({"usage_type": "metered", "meter": "mtr_none"}, "No such billing.meter: 'mtr_none'"),
        ({"meter": "mtr_none"}, "`recurring[usage_type]=metered`"),
    ],
)
def test_a_metered_price_needs_a_meter(account: Account, recurring: Obj, words: str) -> None:
    with pytest.raises(Refused) as refused:
        account.plan(recurring=recurring)
    assert words in refused.value.error["message"]


def test_a_deactivated_meter_is_not_attached(account: Account) -> None:
    of = meter(account)
    account.post(f"billing/meters/{of['id']}/deactivate")
    with pytest.raises(Refused, match="is inactive"):
        metered_price(account, of)


def test_a_price_and_its_plan_name_the_meter(account: Account) -> None:
    of = meter(account)
    price = account.get(f"prices/{metered_price(account, of)}")
    assert (price["recurring"]["usage_type"], price["recurring"]["meter"]) == ("metered", of["id"])
    plan = account.get(f"plans/{price['id']}")
    assert (plan["usage_type"], plan["meter"]) == ("metered", of["id"])
