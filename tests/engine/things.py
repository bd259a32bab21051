"""A kind of object that Stripe does not have, so that the engine is tried without any billing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from simulator.engine import Obj, World

START = 1_767_225_600  # 2026-01-01 00:00:00 UTC
PATHS = {"thing": ("owner", "parent.box"), "customer": ("email",)}

MakeWorld = Callable[..., World]


def thing(name: str, **fields: Any) -> Obj:
    """An object of a kind that Stripe does not have."""
    return {"id": name, "object": "thing", "owner": None, "parent": None, **fields}


def digest(world: World) -> dict[str, Any]:
    """All that a world holds, by value, so that two moments can be compared."""
    index = world._index
    return {
        "objects": dict(world._objects),
        "kept": {name: dict(facts) for name, facts in world._kept.items() if facts},
        "serials": dict(index._serials),
        "lists": {key: list(serials) for key, serials in index._by_value.items() if serials},
        "agenda": {line: world.agenda.entries(line) for line in world.agenda._heaps},
        "events": list(world.events),
        "happenings": list(world._happenings),
        "now": world.now(),
    }


class Regret(Exception):
    """What makes a transaction fail."""


@contextmanager
def rolled_back(world: World) -> Iterator[None]:
    """A transaction that fails at its end."""
    try:
        with world.transaction():
            yield
            raise Regret
    except Regret:
        pass


def undone(after: Any, previous: Obj) -> Obj:
    """The object before an update, from the object after it and `previous_attributes`."""
    before = dict(after)
    for key, old in previous.items():
        now = after.get(key)
        before[key] = undone(now, old) if isinstance(old, dict) and isinstance(now, dict) else old
    return before


def without_nulls(value: Any) -> Any:
    """`null` and absent are one: `previous_attributes` cannot tell them apart."""
    if isinstance(value, dict):
        return {key: without_nulls(held) for key, held in value.items() if held is not None}
    return value
