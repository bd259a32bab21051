"""From cleaned events to the two files of a recording: the events, and the scenario that brings
them in.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

Event = dict[str, Any]
MOST_TYPES = 3  # named in a comment


@dataclass(frozen=True, slots=True)
class Recording:
    """`events` is the text of the one file, one event a line, `scenario` that of the other."""

    events: str
    scenario: str


def recording_of(
    events: Sequence[Event], plans: Mapping[str, tuple[str, str]], name: str, file: str
) -> Recording:
    """`plans` says for each recorded price which plan of the app it is: its name and the lookup key
    of its price. `file` is where the events will be, seen from the folder of `carom.toml`.
    """
    ours = [
        _with_our_keys(event, {price: key for price, (_, key) in plans.items()}) for event in events
    ]
    text = "".join(json.dumps(each, ensure_ascii=False, sort_keys=True) + "\n" for each in ours)
    plan = next(iter(plans.values()))[0]
    return Recording(text, "".join(f"{line}\n" for line in _scenario(events, plan, name, file)))


def moments(events: Sequence[Event]) -> Iterator[tuple[int, int]]:
    """First and last, counted from 1, of the events that came of one request or of one second."""
    first = 0
    for place in range(1, len(events) + 1):
        if place == len(events) or _cause(events[place]) != _cause(events[first]):
            yield first + 1, place
            first = place


def _cause(event: Event) -> object:
    request = event.get("request") or {}
    asked = request.get("id") if isinstance(request, dict) else request
    return asked or event["created"]


def _scenario(events: Sequence[Event], plan: str, name: str, file: str) -> Iterator[str]:
    begin, end = (_day(events[place]["created"]) for place in (0, -1))
    yield f"scenario: {name}"
    yield "shows: >"
    yield f"  {len(events)} recorded events of one customer, from {begin} to {end}."
    yield "  They happen to the user of this story; their deliveries can come in any order."
    yield "steps:"
    yield "  - customer: signs up"
    yield "  # So that the app knows its customer at Stripe."
    yield f"  - customer: starts checkout of {plan}"
    for first, last in moments(events):
        yield f"  # {_day(events[first - 1]['created'])}: {_types(events[first - 1 : last])}"
        yield f"  - recording: brings events {first} to {last} of {file}"
        yield "  - courier: delivers everything"


def _types(events: Sequence[Event]) -> str:
    types = list(dict.fromkeys(event["type"] for event in events))
    more = len(types) - MOST_TYPES
    return ", ".join(types[:MOST_TYPES]) + (f" and {more} more" if more > 0 else "")


def _with_our_keys(value: Any, keys: Mapping[str, str]) -> Any:
    """With the lookup keys of the app's own plans on the recorded prices."""
    if isinstance(value, list):
        return [_with_our_keys(item, keys) for item in value]
    if not isinstance(value, dict):
        return value
    inner = {key: _with_our_keys(item, keys) for key, item in value.items()}
    if inner.get("object") == "price" and inner.get("id") in keys:
        inner["lookup_key"] = keys[inner["id"]]
    return inner


def _day(created: int) -> str:
    return datetime.fromtimestamp(created, UTC).strftime("%Y-%m-%d")
