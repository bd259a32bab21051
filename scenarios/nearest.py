"""The nearest valid name, for messages that say what was probably meant."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


def nearest(word: str, choices: Iterable[str]) -> str | None:
    """The choice most like `word`, or `None` when none is near enough to be meant."""
    found = get_close_matches(word.lower(), list(choices), n=1, cutoff=0.5)
    return found[0] if found else None


def suggestion(word: str, choices: Iterable[str]) -> str:
    """A clause to end a message with: the nearest choice, or all of them.

    >>> suggestion("custmer", ["customer", "courier"])
    'Did you mean "customer"?'
    >>> suggestion("zebra", ["customer", "courier"])
    'Valid here: "courier", "customer".'
    """
    names = sorted(choices)
    found = nearest(word, names)
    if found is not None:
        return f'Did you mean "{found}"?'
    return "Valid here: " + ", ".join(f'"{name}"' for name in names) + "."
