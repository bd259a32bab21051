"""Two answers to the same request, a recorded one and ours, compared place by place.

Status, then keys, types, nulls, lengths of lists, and values. Names that were drawn are compared by
kind and identity (`names.py`), instants as distances from the answer (docs/recordings.md).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from harness.fidelity.allowed import PATIENCE, allowed
from harness.fidelity.difference import Difference, Kind
from harness.fidelity.kinds import alike, is_time, shows
from harness.fidelity.names import Names

LISTS = frozenset({"list", "search_result"})


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer: when it was given on its own clock, its status and its parsed body."""

    at: int
    status: int
    body: Any


@dataclass(slots=True)
class Comparison:
    """What was compared, and what differs.

    `keys` counts the keys of the recorded answer and those that only ours has; `values` counts the
    leaves of the recorded answer.
    """

    keys: int = 0
    keys_right: int = 0
    values: int = 0
    values_right: int = 0
    status_right: bool = True
    differences: list[Difference] = field(default_factory=list)

    @property
    def exact(self) -> bool:
        return self.status_right and not self.differences


def compare(recorded: Reply, ours: Reply, names: Names) -> Comparison:
    """Compare two answers; new pairs of names are learnt on the way.

    Where the statuses differ, nothing of the body counts as right.
    """
    found = Comparison()
    if recorded.status != ours.status:
        found.status_right = False
        found.differences.append(
            Difference("status", "status", "status", _told(recorded), _told(ours))
        )
        found.keys, found.values = size(recorded.body)
        return found
    _Walk(found, names, ours.at - recorded.at).into(recorded.body, ours.body, _Place("", "", ""))
    return found


def size(value: Any) -> tuple[int, int]:
    """Keys and leaves of a body."""
    if isinstance(value, dict) and value:
        inner = [size(item) for item in value.values()]
        return len(value) + sum(keys for keys, _ in inner), sum(leaves for _, leaves in inner)
    if isinstance(value, list) and value:
        inner = [size(item) for item in value]
        return sum(keys for keys, _ in inner), sum(leaves for _, leaves in inner)
    return 0, 1


def _told(reply: Reply) -> str:
    error = reply.body.get("error") if isinstance(reply.body, dict) else None
    message = f" {error.get('message')}" if isinstance(error, dict) else ""
    return f"{reply.status}{message}"


@dataclass(frozen=True, slots=True)
class _Place:
    """Where in an answer: the path from the nearest object, the whole path, the field."""

    path: str
    where: str
    field: str

    def at(self, key: str) -> _Place:
        return _Place(_under(self.path, key), _under(self.where, key), key)

    def item(self, number: int) -> _Place:
        return _Place(f"{self.path}[]", f"{self.where}[{number}]", self.field)

    def inside(self, value: Mapping[str, Any]) -> _Place:
        """The same place, seen from the object that stands there, if one does."""
        kind = value.get("object")
        if isinstance(kind, str) and kind not in LISTS:
            return _Place(kind, self.where, self.field)
        return self


class _Walk:
    """One walk through both answers at once."""

    def __init__(self, found: Comparison, names: Names, shift: int) -> None:
        self._found = found
        self._names = names
        self._shift = shift

    def into(self, recorded: Any, ours: Any, place: _Place) -> None:
        if isinstance(recorded, dict) and isinstance(ours, dict):
            self._hashes(recorded, ours, place.inside(recorded))
        elif isinstance(recorded, list) and isinstance(ours, list):
            self._lists(recorded, ours, place)
        elif isinstance(recorded, dict | list) and recorded:
            self._lost(recorded, ours, place)
        else:
            self._leaf(recorded, ours, place)

    def _hashes(self, recorded: Mapping[str, Any], ours: Mapping[str, Any], place: _Place) -> None:
        for key, value in recorded.items():
            below = place.at(key)
            if key in ours:
                self._found.keys += 1
                self._found.keys_right += 1
                self.into(value, ours[key], below)
                continue
            keys, leaves = size(value)
            excused = self._differs("missing", below, value, None)
            self._found.keys += 1 + keys
            self._found.values += leaves
            if excused:
                self._found.keys_right += 1 + keys
                self._found.values_right += leaves
        for key in ours.keys() - recorded.keys():
            excused = self._differs("extra", place.at(key), None, ours[key])
            self._found.keys += 1
            self._found.keys_right += excused
        if not recorded:
            self._count(right=True)

    def _lists(self, recorded: Sequence[Any], ours: Sequence[Any], place: _Place) -> None:
        if len(recorded) != len(ours):
            self._differs("length", place, len(recorded), len(ours))
            self._count(right=False)
        elif not recorded:
            self._count(right=True)
        for number, value in enumerate(recorded):
            if number < len(ours):
                self.into(value, ours[number], place.item(number))
            else:
                self._add(value)

    def _lost(self, recorded: Any, ours: Any, place: _Place) -> None:
        """The recording has something to walk into, and we have not."""
        self._differs("null" if ours is None else "type", place, recorded, ours)
        self._add(recorded)

    def _add(self, recorded: Any) -> None:
        keys, leaves = size(recorded)
        self._found.keys += keys
        self._found.values += leaves

    def _leaf(self, recorded: Any, ours: Any, place: _Place) -> None:
        kind = self._judged(recorded, ours, place.field)
        if kind is None:
            self._count(right=True)
        else:
            self._count(right=self._differs(kind, place, recorded, ours))

    def _judged(self, recorded: Any, ours: Any, named: str) -> Kind | None:
        """In what two leaves differ, or None."""
        if is_time(named, recorded) and is_time(named, ours):
            distance = abs(ours - recorded - self._shift)
            return None if distance <= PATIENCE else "time"
        if recorded == ours and type(recorded) is type(ours):
            return None
        if recorded is None or ours is None:
            return "null"
        if type(recorded) is not type(ours):
            return "type"
        if isinstance(recorded, str):
            return self._text(recorded, ours, named)
        return "value"

    def _text(self, recorded: str, ours: str, named: str) -> Kind | None:
        expected = self._names.translated(recorded)
        if expected == ours or shows(expected, ours):
            return None
        if self._names.knows(recorded):
            return "identity"
        if alike(named, recorded, ours):
            return None if self._names.learn(recorded, ours) else "identity"
        return "value"

    def _count(self, *, right: bool) -> None:
        self._found.values += 1
        self._found.values_right += right

    def _differs(self, kind: Kind, place: _Place, recorded: Any, ours: Any) -> bool:
        """Note a difference; true if it is an allowed one."""
        difference = Difference(kind, place.path, place.where, recorded, ours)
        if allowed(difference) is not None:
            return True
        self._found.differences.append(difference)
        return False


def _under(path: str, key: str) -> str:
    return f"{path}.{key}" if path else key
