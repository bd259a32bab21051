"""Pages of what a query found (docs.stripe.com/api/pagination/search).

A search reads the objects of its kind one after the other, newest first, until its page is full;
there is no index for it. `total_count`, shown only when expanded, reads all of them, and is exact
up to 10,000 as Stripe's is. Stripe documents no order; newest first is a choice of ours.

Objects on a test clock are found only within a customer or subscription that the query names
(docs.stripe.com/billing/testing/test-clocks). With the setting `search_lag`, filters see objects as
they were that many seconds ago, and the answer shows them as they are now (docs.stripe.com/search,
"Data freshness").
"""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from typing import Any
from zlib import crc32

from simulator.api.pagination import page_of
from simulator.api.search.faults import PARAM, invalid_page
from simulator.api.search.fields import RESOURCES, Resource
from simulator.api.search.grammar import parse
from simulator.api.search.predicate import Predicate, names_a_parent, predicate
from simulator.billing.call import Call, Handler
from simulator.contract import MissingParameter
from simulator.engine import Obj, World

COUNTED = 10_000  # the largest exact `total_count`


class SearchResult(dict[str, Any]):
    """The object `search_result`, which can be asked how many objects match in all."""

    __slots__ = ("count",)
    count: Callable[[], int]


def search(resource: Resource) -> Handler:
    """The handler of `GET /v1/{resource}/search`."""

    def found(world: World, call: Call) -> Obj:
        return _found(world, call.params, resource)

    return found


def _found(world: World, params: Mapping[str, Any], resource: Resource) -> Obj:
    text = params.get(PARAM)
    if text is None:
        raise MissingParameter(PARAM)
    query, limit = parse(text), page_of(params).limit
    matches = predicate(query, resource)
    on_clocks = names_a_parent(query, resource)
    mark = crc32(f"{resource.name} {text}".encode())
    below = _place(params.get("page"), mark)

    def hits(below: int | None = None) -> Iterator[Obj]:
        return _hits(world, resource.kind, matches, on_clocks=on_clocks, below=below)

    page = list(islice(hits(below), limit + 1))
    has_more = len(page) > limit
    result = SearchResult(
        object="search_result",
        data=page[:limit],
        has_more=has_more,
        next_page=_token(world, page[limit - 1], mark) if has_more else None,
        url=f"/v1/{resource.name}/search",
    )
    result.count = lambda: sum(1 for _ in islice(hits(), COUNTED))
    return result


def _hits(
    world: World, kind: str, matches: Predicate, *, on_clocks: bool, below: int | None
) -> Iterator[Obj]:
    indexed = _indexed(world)
    for obj in world.walk(kind, below=below):
        copy = indexed(obj)
        if copy is not None and matches(copy) and (on_clocks or not _on_clock(world, obj)):
            yield obj


def _indexed(world: World) -> Callable[[Obj], Obj | None]:
    """The copy of an object that filters see; None while it is too new to be found."""
    lag = world.settings.search_lag
    if not lag:
        return lambda obj: obj
    horizon = world.now() - lag
    told: dict[tuple[str, Any], Obj | None] = {}
    fresh: set[tuple[str, Any]] = set()
    for event in world.events:
        snapshot = event["data"]["object"]
        key = (snapshot["object"], snapshot.get("id"))
        if event["created"] > horizon:
            fresh.add(key)
        else:
            told[key] = snapshot

    def copy(obj: Obj) -> Obj | None:
        key = (obj["object"], obj["id"])
        if key in fresh:
            return told.get(key)
        return obj if key in told or obj["created"] <= horizon else None

    return copy


def _on_clock(world: World, obj: Obj) -> bool:
    """Whether an object, or the customer it belongs to, lives on a test clock."""
    if obj.get("test_clock"):
        return True
    owner = obj.get("customer")
    customer = world.get("customer", owner) if isinstance(owner, str) else None
    return customer is not None and bool(customer.get("test_clock"))


def _token(world: World, last: Obj, mark: int) -> str:
    """Where the next page starts, fit for this query alone."""
    serial = world.serial(last["object"], last["id"])
    return urlsafe_b64encode(f"{serial}.{mark}".encode()).decode().rstrip("=")


def _place(page: str | None, mark: int) -> int | None:
    if page is None:
        return None
    try:
        padded = page.encode("ascii") + b"=" * (-len(page) % 4)
        serial, _, named = urlsafe_b64decode(padded).decode("ascii").partition(".")
        place = int(serial)
    except ValueError:
        raise invalid_page(page) from None
    if named != str(mark) or place < 0:
        raise invalid_page(page)
    return place


def _total_count(_world: World, result: Obj) -> int:
    assert isinstance(result, SearchResult)
    return result.count()


HANDLERS: Mapping[str, Handler] = {
    f"GET /v1/{resource.name}/search": search(resource) for resource in RESOURCES
}
"""The endpoints of search, keyed as billing's are."""

INCLUDABLE: Mapping[str, Mapping[str, Callable[[World, Obj], Any]]] = {
    "search_result": {"total_count": _total_count}
}
