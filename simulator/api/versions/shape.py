"""How one object differs between two versions, as data, and how to show the older one.

A field that only older versions have is made from the object in the newest shape, never from a half
made one, so that changes may be combined in any number: a version's shape of an object is the sum
of what the changes after it did to that object.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Final, TypeAlias

from simulator.engine import Obj, World, value_at

Includable: TypeAlias = "Mapping[str, Mapping[str, Callable[[World, Obj], Any]]]"
"""Wire name of an object -> a field that is shown only when expanded -> how to compute it."""


class _Absent(Enum):
    ABSENT = "absent"


ABSENT: Final = _Absent.ABSENT
"""What a restored field is when the older version leaves it out of this object."""


@dataclass(frozen=True, slots=True)
class Lookup:
    """Where restored fields find what the object itself does not say. Nothing is changed there."""

    world: World
    includable: Includable

    def included(self, obj: Obj, name: str) -> Any:
        """A field that newer versions show only when it is expanded."""
        compute = self.includable.get(obj["object"], {}).get(name)
        return ABSENT if compute is None else compute(self.world, obj)


Restore: TypeAlias = "Callable[[Lookup, Obj], Any]"
"""The older value of a field, from the object in the newest shape."""


@dataclass(frozen=True, slots=True)
class Shape:
    """What one change did to one object.

    `added`: fields (dotted paths, through lists) that older versions lack. `removed`: fields that
    only older versions have, with the function that gives them back. `rewritten`: fields of both
    that older versions show otherwise.
    """

    added: tuple[str, ...] = ()
    removed: Mapping[str, Restore] = field(default_factory=dict)
    rewritten: Mapping[str, Restore] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Plan:
    """All that is to be done to an object for one version."""

    hidden: frozenset[str]  # top-level fields it does not have
    nested: tuple[tuple[str, ...], ...]  # paths below other fields that it does not have
    restored: Mapping[str, Restore]
    rewritten: Mapping[str, Restore]

    def apply(self, lookup: Lookup, newest: Obj) -> Obj:
        """The older shape. A restored field that has been expanded already stays expanded."""
        older = {name: value for name, value in newest.items() if name not in self.hidden}
        for name, rewrite in self.rewritten.items():
            if name in older:
                older[name] = rewrite(lookup, newest)
        for name, restore in self.restored.items():
            if name not in newest and (value := restore(lookup, newest)) is not ABSENT:
                older[name] = value
        for path in self.nested:
            if path[0] in older:
                older[path[0]] = without(older[path[0]], path[1:])
        return older


def plan_of(shapes: Iterable[Shape]) -> Plan:
    """The sum of shapes, newest first: an older change has the last word on a field."""
    hidden: dict[str, None] = {}
    restored: dict[str, Restore] = {}
    rewritten: dict[str, Restore] = {}
    for shape in shapes:
        for path in shape.added:
            hidden[path] = None
            restored.pop(path, None)
        for name, restore in shape.removed.items():
            restored[name] = restore
            hidden.pop(name, None)
        rewritten.update(shape.rewritten)
    paths = [tuple(path.split(".")) for path in hidden]
    return Plan(
        hidden=frozenset(path[0] for path in paths if len(path) == 1),
        nested=tuple(path for path in paths if len(path) > 1),
        restored=restored,
        rewritten=rewritten,
    )


def without(value: Any, path: tuple[str, ...]) -> Any:
    """A copy without what stands at a path, of each item where there is a list."""
    if isinstance(value, list | tuple):
        return [without(item, path) for item in value]
    if not isinstance(value, dict) or path[0] not in value:
        return value
    if len(path) == 1:
        return {name: item for name, item in value.items() if name != path[0]}
    return {**value, path[0]: without(value[path[0]], path[1:])}


def always(value: Any) -> Restore:
    """A field that Carom has no use for and older versions show with this value."""
    return lambda _lookup, _newest: value


def taken_from(path: str) -> Restore:
    """A field that moved: the value that now stands at a dotted path; null where nothing does."""
    names = tuple(path.split("."))
    return lambda _lookup, newest: value_at(newest, names)
