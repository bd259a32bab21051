"""Meter events: usage as it is reported, and taken back.

docs.stripe.com/billing/subscriptions/usage-based/recording-usage-api and api/billing/meter-event:
the time is at most 35 days back and 5 minutes ahead, on the customer's test clock if there is one;
an identifier is good for one event in 24 hours, and for as long an event can be canceled. Stripe
aggregates later; here usage counts at once. What Stripe finds out only then (a customer that does
not exist, a value that is no number) it tells in an event, whose name is
`v1.billing.meter.error_report_triggered` and which is not simulated: such reports are refused in
the request, with the code that Stripe gives. Of the words of the refusals, those about the meter,
the identifier and the mapping key are Stripe's.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from simulator.billing.call import Call, Handler, refusal, simulates
from simulator.billing.meters import active_meter
from simulator.billing.timelines import time_of
from simulator.billing.usage import forget, record
from simulator.contract.errors import MissingParameter, StripeError
from simulator.engine import DAY, Obj, World

_OLDEST, _AHEAD = 35 * DAY, 5 * 60
_EVENT = ("event_name", "identifier", "payload", "timestamp")
_ADJUSTMENT = ("cancel", "event_name", "type")


def create(world: World, call: Call) -> Obj:
    return {"object": "billing.meter_event", **accepted(world, call.only(*_EVENT))}


def create_v2(world: World, call: Call) -> Obj:
    """The same under `/v2`, where times are written out."""
    event = accepted(world, unix(call.only(*_EVENT)))
    times = {name: written(event[name]) for name in ("created", "timestamp")}
    return {"object": "v2.billing.meter_event", **event, **times}


def adjust(world: World, call: Call) -> Obj:
    """Cancel an event. The answer is the one Stripe documents: it carries the order out later."""
    params = call.only(*_ADJUSTMENT)
    return {"object": "billing.meter_event_adjustment", **_canceled(world, params)}


def adjust_v2(world: World, call: Call) -> Obj:
    adjustment = _canceled(world, call.only(*_ADJUSTMENT))
    return {
        "id": f"mtradj_test_61{world.ids.token(30)}",
        "object": "v2.billing.meter_event_adjustment",
        "created": written(world.now()),
        **adjustment,
    }


def accepted(world: World, params: Mapping[str, Any]) -> Obj:
    """Keep the event that the parameters report; its fields, times in Unix seconds."""
    name, payload = params["event_name"], params["payload"]
    meter = _meter(world, name)
    customer = _customer(world, meter, payload)
    value = _value(meter, payload)
    now = time_of(world, customer)
    at = now if params.get("timestamp") is None else params["timestamp"]
    if at < now - _OLDEST:
        raise refusal(
            "The timestamp is too far in the past: it must be within the past 35 calendar days.",
            param="timestamp",
            code="timestamp_too_far_in_past",
        )
    if at > now + _AHEAD:
        raise refusal(
            "The timestamp is in the future: it must be at most 5 minutes ahead.",
            param="timestamp",
            code="timestamp_in_future",
        )
    identifier = params.get("identifier") or world.ids.uuid()
    known = world.kept(_key(identifier))
    if known and now < known["received"] + DAY:
        raise refusal(f"An event already exists with identifier {identifier}.")
    with world.transaction():
        reading = record(world, meter, customer["id"], at, value)
        facts = {"customer": customer["id"], "meter": meter["id"], "reading": reading}
        world.keep(_key(identifier), received=now, canceled=False, **facts)
    return {
        "created": now,
        "event_name": name,
        "identifier": identifier,
        "livemode": False,
        "payload": dict(payload),
        "timestamp": at,
    }


def _meter(world: World, event_name: str) -> Obj:
    meter = active_meter(world, event_name)
    if meter is None:
        raise refusal(f'No active meter found for event name "{event_name}".', param="event_name")
    return meter


def _customer(world: World, meter: Obj, payload: Mapping[str, str]) -> Obj:
    key = meter["customer_mapping"]["event_payload_key"]
    if not payload.get(key):
        raise refusal(
            f"Customer mapping key {key} not found in payload.",
            param="payload",
            code="meter_event_no_customer_defined",
        )
    customer = world.get("customer", payload[key])
    if customer is None:
        raise refusal(
            f"No such customer: '{payload[key]}'",
            param=f"payload[{key}]",
            code="meter_event_customer_not_found",
        )
    return customer


def _value(meter: Obj, payload: Mapping[str, str]) -> Decimal:
    """What the event says, where the meter looks at it: decimals and negative numbers are taken."""
    key = meter["value_settings"]["event_payload_key"]
    if key not in payload:
        if meter["default_aggregation"]["formula"] == "count":
            return Decimal(1)
        raise refusal(
            f"Value key {key} not found in payload.",
            param="payload",
            code="meter_event_value_not_found",
        )
    try:
        value = Decimal(str(payload[key]))
    except InvalidOperation:
        value = Decimal("NaN")
    if not value.is_finite() or len(value.as_tuple().digits) > 15 or abs(value.adjusted()) > 15:
        raise refusal(
            f"Invalid value: {payload[key]!r} is not a number of at most 15 digits.",
            param=f"payload[{key}]",
            code="meter_event_invalid_value",
        )
    return value


def _canceled(world: World, params: Mapping[str, Any]) -> Obj:
    """Take the event back that the parameters name; the fields of the adjustment."""
    cancel = simulates(params.get("cancel") or {}, ("identifier",), "cancel")
    identifier = cancel.get("identifier")
    if not identifier:
        raise MissingParameter("cancel[identifier]")
    meter = _meter(world, params["event_name"])
    known = world.kept(_key(identifier))
    if known.get("meter") != meter["id"] or known["canceled"]:
        raise StripeError(
            f"No such meter event of `{params['event_name']}`: '{identifier}'",
            code="resource_missing",
            param="cancel[identifier]",
        )
    customer = world.get("customer", known["customer"])
    now = time_of(world, customer) if customer else world.now()
    if now >= known["received"] + DAY:
        raise refusal(
            "Meter events can only be canceled within 24 hours after they were received.",
            param="cancel[identifier]",
        )
    with world.transaction():
        forget(world, meter, known["customer"], known["reading"])
        world.keep(_key(identifier), canceled=True)
    return {
        "cancel": {"identifier": identifier},
        "event_name": params["event_name"],
        "livemode": False,
        "status": "pending",
        "type": params["type"],
    }


def _key(identifier: str) -> str:
    return f"meter_event:{identifier}"


def unix(params: Mapping[str, Any]) -> Mapping[str, Any]:
    """The parameters of `/v2` with their time in seconds; in UTC where it names no zone."""
    told = params.get("timestamp")
    if told is None:
        return params
    try:
        moment = datetime.fromisoformat(told)
    except ValueError:
        raise refusal(f"Invalid timestamp: {told}", param="timestamp") from None
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return {**params, "timestamp": int(aware.timestamp())}


def written(instant: int) -> str:
    """A time as `/v2` writes it."""
    return datetime.fromtimestamp(instant, UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")


HANDLERS: dict[str, Handler] = {
    "POST /v1/billing/meter_events": create,
    "POST /v1/billing/meter_event_adjustments": adjust,
    "POST /v2/billing/meter_events": create_v2,
    "POST /v2/billing/meter_event_adjustments": adjust_v2,
}
