"""The form of a body: all that a schema looks at. Bodies of one form are valid or not together."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

# Fields with closed enumerations, the values of which a schema looks at.
WORDS = frozenset(
    {
        "capture_method",
        "collection_method",
        "interval",
        "object",
        "setup_future_usage",
        "status",
        "type",
    }
)


def form(value: Any) -> Hashable:
    """Keys, types, and the words that tell objects apart."""
    if isinstance(value, dict):
        return tuple(
            (key, item if key in WORDS and isinstance(item, str) else form(item))
            for key, item in value.items()
        )
    if isinstance(value, list):
        return tuple(dict.fromkeys(map(form, value)))
    return type(value)
