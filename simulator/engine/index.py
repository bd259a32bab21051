"""Where the World finds objects again.

Every object has a serial number that grows with creation. An index is a sorted list of serials, so
the newest come first by walking it backwards, a cursor is found by bisection, and ties in `created`
keep a stable order. Looking up and paging cost the same whether an account has ten objects or a
hundred thousand.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterator, Mapping

from simulator.engine.objects import Obj, value_at

Paths = Mapping[str, tuple[str, ...]]
"""Kind of object -> the dotted paths by which it can be found."""


class Index:
    """Serial numbers of objects by kind and by the values at the kind's indexed paths."""

    __slots__ = ("_by_value", "_names", "_paths", "_serials")

    def __init__(self, paths: Paths) -> None:
        self._paths = {
            kind: tuple((path, tuple(path.split("."))) for path in names)
            for kind, names in paths.items()
        }
        self._names: list[tuple[str, str]] = []
        self._serials: dict[tuple[str, str], int] = {}
        self._by_value: dict[tuple[str, str, str], list[int]] = {}

    def copy(self) -> Index:
        """The same places, to go on from separately."""
        twin = Index.__new__(Index)
        twin._paths = self._paths
        twin._names = self._names.copy()
        twin._serials = self._serials.copy()
        twin._by_value = {key: serials.copy() for key, serials in self._by_value.items()}
        return twin

    def add(self, obj: Obj) -> None:
        kind, name = obj["object"], obj["id"]
        serial = len(self._names)
        key = (kind, name)
        self._names.append(key)
        self._serials[key] = serial
        self._by_value.setdefault((kind, "", ""), []).append(serial)
        for path, keys in self._paths.get(kind, ()):
            self._enter(kind, path, value_at(obj, keys), serial)

    def move(self, before: Obj, after: Obj) -> None:
        """Follow a change of indexed values."""
        kind = after["object"]
        for path, keys in self._paths.get(kind, ()):
            old, new = value_at(before, keys), value_at(after, keys)
            if old != new:
                serial = self._serials[kind, after["id"]]
                self._leave(kind, path, old, serial)
                self._enter(kind, path, new, serial)

    def discard(self, obj: Obj) -> None:
        kind = obj["object"]
        serial = self._serials.pop((kind, obj["id"]))
        self._leave(kind, "", "", serial)
        for path, keys in self._paths.get(kind, ()):
            self._leave(kind, path, value_at(obj, keys), serial)

    def restore(self, obj: Obj, serial: int) -> None:
        """Put a discarded object back where it was."""
        kind = obj["object"]
        self._serials[kind, obj["id"]] = serial
        insort(self._by_value.setdefault((kind, "", ""), []), serial)
        for path, keys in self._paths.get(kind, ()):
            self._enter(kind, path, value_at(obj, keys), serial)

    def serial(self, kind: str, name: str) -> int | None:
        return self._serials.get((kind, name))

    def older(self, kind: str, path: str, value: str, than: int | None = None) -> Iterator[str]:
        """Ids from the newest down, starting below serial `than`."""
        serials = self._list(kind, path, value)
        start = len(serials) if than is None else bisect_left(serials, than)
        for position in range(start - 1, -1, -1):
            yield self._names[serials[position]][1]

    def newer(self, kind: str, path: str, value: str, than: int) -> Iterator[str]:
        """Ids from the one just above serial `than` up to the newest."""
        serials = self._list(kind, path, value)
        for position in range(bisect_right(serials, than), len(serials)):
            yield self._names[serials[position]][1]

    def count(self, kind: str, path: str = "", value: str = "") -> int:
        return len(self._list(kind, path, value))

    def _list(self, kind: str, path: str, value: str) -> list[int]:
        if path and not any(path == name for name, _ in self._paths.get(kind, ())):
            raise LookupError(f"{kind} is not indexed by {path!r}")
        return self._by_value.get((kind, path, value), [])

    def _enter(self, kind: str, path: str, value: object, serial: int) -> None:
        if isinstance(value, str):
            insort(self._by_value.setdefault((kind, path, value), []), serial)

    def _leave(self, kind: str, path: str, value: object, serial: int) -> None:
        if isinstance(value, str):
            serials = self._by_value[kind, path, value]
            del serials[bisect_left(serials, serial)]
