"""Objects as the bytes that Stripe sends: JSON with two-space indents, in Stripe's order of keys.

`id` and `object` come first, the others alphabetically, at every depth; text is not escaped beyond
what JSON needs. That is the order of recorded answers, and the one of webhook bodies.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import orjson

from simulator.engine import Obj

FIRST = ("id", "object")
CONTAINERS = frozenset({dict, list, tuple})


def render(obj: Obj) -> bytes:
    """The wire form of an object, without a newline at the end."""
    return orjson.dumps(ordered(obj), option=orjson.OPT_INDENT_2)


def ordered(value: Any) -> Any:
    """The same value with the keys of all its hashes in Stripe's order."""
    if isinstance(value, dict):
        return {
            key: ordered(item) if (item := value[key]).__class__ in CONTAINERS else item
            for key in _in_order(tuple(value))
        }
    if isinstance(value, list | tuple):
        return [ordered(item) for item in value]
    return value


@lru_cache(maxsize=4096)
def _in_order(keys: tuple[str, ...]) -> tuple[str, ...]:
    """Objects of a kind have the same keys, so that few orders are ever worked out."""
    first = tuple(key for key in FIRST if key in keys)
    return (*first, *sorted(key for key in keys if key not in FIRST))
