"""Reads an export of events: JSON lines, a JSON list, or what the API answers to a list of events
(`{"data": [...]}`, https://docs.stripe.com/api/events/list).

Only events since 2025-03-31.basil are taken: since then a subscription's period stands on its
items, and Carom holds objects in that shape.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

OLDEST = "2025-03-31"


class NotAnExport(Exception):
    """The file cannot be read as events: where, and what is wrong there."""

    def __init__(self, path: Path, where: str, problem: str) -> None:
        super().__init__(f"{path}{where}: {problem}")


@dataclass(frozen=True, slots=True)
class Recorded:
    """An event, and where in the file it stands (`:12` for a line, ` item 3` for an item)."""

    event: Mapping[str, Any]
    where: str

    @property
    def customer(self) -> str | None:
        """The id of the customer that it is about."""
        subject = self.event["data"]["object"]
        found = subject["id"] if subject["object"] == "customer" else subject.get("customer")
        return found.get("id") if isinstance(found, dict) else found


def read_export(path: Path) -> list[Recorded]:
    """The events, oldest first, each once. Raises `NotAnExport`."""
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as fault:
        raise NotAnExport(path, "", f"cannot be read: {fault.strerror}.") from fault
    except UnicodeDecodeError as fault:
        raise NotAnExport(path, "", "is not UTF-8 text.") from fault
    found = [_checked(path, where, value) for where, value in _values(path, text)]
    if not found:
        raise NotAnExport(path, "", "has no events.")
    # Stripe lists the newest first; within a second only the order of the file tells.
    if found[0].event["created"] > found[-1].event["created"]:
        found.reverse()
    once: dict[str, Recorded] = {}
    for each in found:
        once.setdefault(each.event["id"], each)
    return sorted(once.values(), key=lambda each: int(each.event["created"]))


def _values(path: Path, text: str) -> Iterator[tuple[str, Any]]:
    try:
        whole = json.loads(text)
    except ValueError:
        whole = None
    if isinstance(whole, dict) and isinstance(whole.get("data"), list):
        whole = whole["data"]
    if isinstance(whole, list):
        yield from ((f" item {number}", value) for number, value in enumerate(whole, 1))
        return
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        try:
            yield f":{number}", json.loads(line)
        except ValueError as fault:
            raise NotAnExport(path, f":{number}", f"not valid JSON: {fault}.") from fault


def _checked(path: Path, where: str, value: Any) -> Recorded:
    problem = _problem(value)
    if problem is not None:
        raise NotAnExport(path, where, problem)
    return Recorded(value, where)


def _problem(value: Any) -> str | None:
    if not isinstance(value, dict) or value.get("object") != "event":
        told = value.get("object") if isinstance(value, dict) else type(value).__name__
        return f'no event: "object" must be "event", not {told!r}.'
    for key, kind in (("id", str), ("type", str), ("created", int), ("api_version", str)):
        if not isinstance(value.get(key), kind):
            return f'"{key}" is {value.get(key)!r}; an event has {kind.__name__} there.'
    data = value.get("data")
    subject = data.get("object") if isinstance(data, dict) else None
    if not isinstance(subject, dict) or not isinstance(subject.get("object"), str):
        return '"data.object" must be an object of Stripe\'s.'
    if value["api_version"] < OLDEST:
        return (
            f"the event is in API version {value['api_version']}; Carom can bring in events since "
            f"{OLDEST}.basil, for older ones show a subscription in another shape."
        )
    return None
