"""Which events tell of what happened to an object, where the SDK knows such an event.

`coupon.created` is about a coupon, `customer.tax_id.created` about a tax id. Where several types
would do, it is the one that is named most like the object.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from simulator.contract import schemas


def told(kind: str, words: Iterable[str]) -> tuple[str, ...]:
    """The event type of a kind that ends in the first of `words` to have one; empty if none."""
    types = _types(kind)
    return next(((types[word],) for word in words if word in types), ())


@cache
def _types(kind: str) -> dict[str, str]:
    """Last word -> event type, of all types that are about a kind."""
    subjects = schemas().subjects
    found = [each for each in schemas().event_types if subjects.get(each) == kind]
    found.sort(key=lambda each: _plain(each.rpartition(".")[0]) == _plain(kind))
    return {each.rpartition(".")[2]: each for each in found}


def _plain(name: str) -> str:
    return name.replace(".", "_")
