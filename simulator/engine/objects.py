"""Stripe objects as values.

An object is a plain mapping in Stripe's wire shape (newest API version). It is never mutated once
the World holds it: a change makes a new mapping, so events, forks and snapshots may share
structure.
"""

from __future__ import annotations

from typing import Any, TypeAlias

Obj: TypeAlias = dict[str, Any]


def value_at(obj: Obj, path: tuple[str, ...]) -> Any:
    """The value at a path of keys, or `None` where any step is missing or null."""
    value: Any = obj.get(path[0])
    for key in path[1:]:
        if not isinstance(value, dict):
            return None
        value = value.get(key)
    return value


def previous_attributes(before: Obj, after: Obj) -> Obj:
    """What `data.previous_attributes` of an update event says: the old values of what changed.

    Nested mappings are reduced to the keys that changed, arrays are given whole, a key that did not
    exist before is `null` (docs.stripe.com/api/events/object; class `stripe.Event.Data`).

    >>> previous_attributes({"a": 1, "m": {"y": "2"}}, {"a": 1, "m": {"y": "3", "z": "4"}})
    {'m': {'y': '2', 'z': None}}
    """
    moved = [key for key, new in after.items() if before.get(key) is not new]
    gone = [key for key, old in before.items() if old is not None and key not in after]
    changed: Obj = {}
    for key in sorted(moved + gone):
        old, new = before.get(key), after.get(key)
        if isinstance(old, dict) and isinstance(new, dict):
            # Compared key by key, because Python takes False for 0 and JSON does not.
            inner = previous_attributes(old, new)
            if inner or old != new:
                changed[key] = inner
        elif old != new or type(old) is not type(new):
            changed[key] = old
    return changed
