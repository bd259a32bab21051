"""Lists (docs.stripe.com/api/pagination): newest first, by cursors.

A page costs the same wherever it starts and however long the list is, because a cursor is a place
in the World's index. Objects on a test clock are missing from lists without a filter, as they are
at Stripe (docs.stripe.com/billing/testing/test-clocks).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from operator import ge, gt, le, lt
from typing import Any

from simulator.billing import CURRENT
from simulator.billing.call import Embedded, Listing
from simulator.contract import InvalidInteger, NoSuchObject, OutOfRange, StripeError
from simulator.engine import Obj, World

DEFAULT_LIMIT, MAX_LIMIT = 10, 100
PARAMETERS = ("limit", "starting_after", "ending_before", "created")
COMPARISONS: Mapping[str, Callable[[int, int], bool]] = {"gt": gt, "gte": ge, "lt": lt, "lte": le}


@dataclass(frozen=True, slots=True)
class Page:
    """Which page of a list is asked for. `created` is an instant or bounds (`gt`, `gte`, ...)."""

    limit: int = DEFAULT_LIMIT
    starting_after: str | None = None
    ending_before: str | None = None
    created: int | Mapping[str, int] | None = None


def page_of(params: Mapping[str, Any]) -> Page:
    """The page that accepted parameters ask for."""
    limit = params.get("limit", DEFAULT_LIMIT)
    if not isinstance(limit, int):
        raise InvalidInteger("limit", limit)
    if limit < 1:
        raise OutOfRange("limit", at_least=1)
    if limit > MAX_LIMIT:
        raise OutOfRange("limit", at_most=MAX_LIMIT)
    return Page(
        limit,
        params.get("starting_after"),
        params.get("ending_before"),
        params.get("created") or None,
    )


def listed(world: World, listing: Listing, page: Page, url: str) -> Obj:
    """The list object of a page of a listing; `url` is the path of the request."""
    after = _serial(world, listing.kind, "starting_after", page.starting_after)
    before = _serial(world, listing.kind, "ending_before", page.ending_before)
    if after is not None and before is not None:
        raise _both_cursors()
    kind, path, value = listing.kind, listing.path, listing.value
    if before is not None:
        objects = world.walk_up(kind, path, value, above=before)
    else:
        objects = world.walk(kind, path, value, below=after)
    found = list(islice(_kept(objects, listing, page), page.limit + 1))
    data = found[: page.limit]
    if before is not None:
        data.reverse()
    if (current := CURRENT.get(kind)) is not None:
        data = [current(world, obj) for obj in data]
    return _list_object(data, len(found) > page.limit, listing.url or url)


def listed_values(embedded: Embedded, page: Page, url: str) -> Obj:
    """The list object of a page of values that have no place in the World, in their own order."""
    ids = [item["id"] for item in embedded.data]
    after = _position(ids, "starting_after", page.starting_after)
    before = _position(ids, "ending_before", page.ending_before)
    if after is not None and before is not None:
        raise _both_cursors()
    if before is not None:
        first = max(before - page.limit, 0)
        data, more = embedded.data[first:before], first > 0
    else:
        first = 0 if after is None else after + 1
        data, more = embedded.data[first : first + page.limit], first + page.limit < len(ids)
    return _list_object(list(data), more, embedded.url or url)


def _list_object(data: list[Obj], has_more: bool, url: str) -> Obj:
    return {"object": "list", "data": data, "has_more": has_more, "url": url}


def _kept(objects: Iterator[Obj], listing: Listing, page: Page) -> Iterator[Obj]:
    for obj in objects:
        if not listing.path and obj.get("test_clock"):
            continue
        # An invoice item is the one object that calls the time of its creation `date`.
        created = obj.get("created", obj.get("date"))
        if page.created is not None and not _created_within(created, page.created):
            continue
        if listing.keep is None or listing.keep(obj):
            yield obj


def _created_within(created: int | None, bounds: int | Mapping[str, int]) -> bool:
    if created is None:
        return False
    if isinstance(bounds, int):
        return created == bounds
    return all(COMPARISONS[name](created, bound) for name, bound in bounds.items())


def _serial(world: World, kind: str, param: str, cursor: str | None) -> int | None:
    if cursor is None:
        return None
    serial = world.serial(kind, cursor)
    if serial is None:
        raise NoSuchObject(kind, cursor, param)
    return serial


def _position(ids: list[str], param: str, cursor: str | None) -> int | None:
    if cursor is None:
        return None
    if cursor not in ids:
        raise NoSuchObject("item", cursor, param)
    return ids.index(cursor)


def _both_cursors() -> StripeError:
    return StripeError(
        "Received both starting_after and ending_before parameters. Please pass in only one."
    )
