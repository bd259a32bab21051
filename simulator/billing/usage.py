"""How much a customer used: what meter events came to, found by their time.

docs.stripe.com/billing/subscriptions/usage-based/meters/configure: a meter sums the values of its
events, counts them, or takes the last one; events that were aggregated beforehand
(`event_time_window`) replace an earlier one of the same hour or day, in UTC. The readings of one
customer on one meter are kept as a tree of minutes, hours and days, each with its sums, so that
what a span of time comes to is found without going through what happened in it. That what replaced
another leaves nothing behind when it is canceled is our choice.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from simulator.engine import DAY, HOUR, Obj, World

_MINUTE = 60
_SIZES = (DAY, HOUR, _MINUTE)
_WINDOWS = {"day": DAY, "hour": HOUR}
_NOTHING = Decimal(0)


@dataclass(frozen=True, slots=True)
class Reading:
    """One meter event: its time in Unix seconds, its place in the order of arrival, its value."""

    at: int
    order: int
    value: Decimal


@dataclass(frozen=True, slots=True)
class Tally:
    """What the readings of a span of time come to."""

    count: int = 0
    total: Decimal = _NOTHING
    last: Reading | None = None

    def __add__(self, other: Tally) -> Tally:
        return Tally(
            self.count + other.count, self.total + other.total, _later(self.last, other.last)
        )

    def by(self, formula: str) -> Decimal:
        """The usage, as the meter's `default_aggregation.formula` has it; may be negative."""
        if formula == "count":
            return Decimal(self.count)
        if formula == "last":
            return self.last.value if self.last else _NOTHING
        return self.total


def _later(one: Reading | None, other: Reading | None) -> Reading | None:
    if one is None or other is None:
        return one or other
    return max(one, other, key=lambda reading: (reading.at, reading.order))


def used(world: World, meter: Obj, customer: str, start: int, end: int) -> Decimal:
    """The customer's usage in `[start, end)`, Unix seconds, as the meter aggregates it."""
    tally = sum(_parts(world, _root(meter, customer), start, end), Tally())
    return tally.by(meter["default_aggregation"]["formula"])


def record(world: World, meter: Obj, customer: str, at: int, value: Decimal) -> Reading:
    """Keep a reading; it replaces the one of its window where the meter's events are aggregated
    already.
    """
    root = _root(meter, customer)
    with world.transaction():
        order = world.kept(root).get("arrived", 0) + 1
        world.keep(root, arrived=order)
        reading = Reading(at, order, value)
        size = _WINDOWS.get(meter["event_time_window"] or "")
        if size is not None:
            window = f"{root}:window{at // size * size}"
            replaced: Reading | None = world.kept(window).get("reading")
            if replaced is not None:
                forget(world, meter, customer, replaced)
            world.keep(window, reading=reading)
        leaf = _node(root, _MINUTE, at)
        world.keep(leaf, readings=(reading, world.kept(leaf).get("readings")))
        for size in _SIZES:
            node = _node(root, size, at)
            world.keep(node, tally=_tally(world, node) + _tally_of(reading))
        return reading


def forget(world: World, meter: Obj, customer: str, reading: Reading) -> None:
    """Take a reading back; one that is gone already is no fault."""
    root = _root(meter, customer)
    leaf = _node(root, _MINUTE, reading.at)
    left: Any = None
    for other in reversed(list(_readings(world, leaf))):
        left = left if other == reading else (other, left)
    with world.transaction():
        tally = sum((_tally_of(r) for r in _chain(left)), Tally())
        world.keep(leaf, readings=left, tally=tally)
        for size, part in ((HOUR, _MINUTE), (DAY, HOUR)):
            begin = reading.at // size * size
            parts = (
                _tally(world, _node(root, part, at)) for at in range(begin, begin + size, part)
            )
            world.keep(_node(root, size, reading.at), tally=sum(parts, Tally()))


def _parts(world: World, root: str, start: int, end: int, depth: int = 0) -> Iterator[Tally]:
    """The tallies of which `[start, end)` is made up, the largest that fit."""
    size = _SIZES[depth]
    for begin in range(start // size * size, end, size):
        node = _node(root, size, begin)
        tally: Tally | None = world.kept(node).get("tally")
        if tally is None:
            continue
        if start <= begin and begin + size <= end:
            yield tally
        elif size == _MINUTE:
            yield from (_tally_of(r) for r in _readings(world, node) if start <= r.at < end)
        else:
            inner = max(start, begin), min(end, begin + size)
            yield from _parts(world, root, *inner, depth + 1)


def _readings(world: World, leaf: str) -> Iterator[Reading]:
    return _chain(world.kept(leaf).get("readings"))


def _chain(link: Any) -> Iterator[Reading]:
    """Newest first; pairs of a reading and the rest, so that one more costs no copy."""
    while link is not None:
        reading, link = link
        yield reading


def _tally(world: World, node: str) -> Tally:
    tally: Tally = world.kept(node).get("tally") or Tally()
    return tally


def _tally_of(reading: Reading) -> Tally:
    return Tally(1, reading.value, reading)


def _root(meter: Obj, customer: str) -> str:
    return f"usage:{meter['id']}:{customer}"


def _node(root: str, size: int, at: int) -> str:
    return f"{root}:{size}:{at // size * size}"
