"""What each endpoint does to a resource, as its path, verb and result tell.

`POST /v1/coupons` creates, `GET /v1/coupons/{coupon}` retrieves, `POST /v1/quotes/{quote}/accept`
acts. An endpoint that changes or reads objects has a role only where Carom holds objects of that
kind: those that some endpoint creates, and those that the billing room makes on its way (charges,
balance transactions).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Literal

from simulator.billing import HANDLERS
from simulator.contract import Route, route_table, schemas
from simulator.contract.routes import WRAPPERS
from simulator.contract.schemas import DELETED

Part = Literal["create", "retrieve", "update", "delete", "list", "act", "settings"]
PLACEHOLDER = re.compile(r"\{[^}]*\}")
CREATING = re.compile(r"create_|report_payment$")  # last segments that make an object
SEARCH = "SearchResultObject"


@dataclass(frozen=True, slots=True)
class Parent:
    """The object under whose path a resource stands; `name` is its placeholder."""

    kinds: tuple[str, ...]
    name: str


@dataclass(frozen=True, slots=True)
class Role:
    """What an endpoint does.

    `kinds` are the wire names of what it answers, mostly one. `item` is the placeholder of the
    object itself, `words` are the segments behind it (`("shipping", "deliver")`).
    """

    part: Part
    kinds: tuple[str, ...]
    parent: Parent | None = None
    item: str = ""
    words: tuple[str, ...] = ()


def kinds_of(route: Route) -> tuple[str, ...]:
    """The wire names of the objects that an endpoint answers with, or lists."""
    known = schemas().classes
    return tuple(known[name] for name in route.classes if name in known)


def is_page(route: Route) -> bool:
    """Whether an endpoint answers a list or search results."""
    return route.result.partition("[")[0] in WRAPPERS


def names_in(path: str) -> list[str]:
    """The placeholders of a path template."""
    return [found[1:-1] for found in PLACEHOLDER.findall(path)]


def role_of(route: Route) -> Role | None:
    """What an endpoint does, or None where it is not one of the plain things."""
    return _atlas().roles.get(route.key)


@cache
def owned_kinds() -> frozenset[str]:
    """The kinds that the billing room answers with, and to whose state it alone gives meaning."""
    return frozenset(
        kind
        for route in route_table().routes
        if route.key in HANDLERS and len(kinds_of(route)) == 1 and not is_page(route)
        for kind in kinds_of(route)
    )


def held_kinds() -> frozenset[str]:
    """The kinds of which Carom may hold objects."""
    return _atlas().held


def parent_of(route: Route) -> Parent | None:
    """The object under whose path an endpoint stands."""
    return _atlas().parent(route)


@cache
def _atlas() -> Atlas:
    return Atlas(route_table().routes)


class Atlas:
    """The roles of all endpoints, found from all of them together."""

    def __init__(self, routes: tuple[Route, ...]) -> None:
        self._items: dict[str, tuple[str, ...]] = {}
        self._lists: dict[str, tuple[str, ...]] = {}
        for route in sorted(routes, key=lambda each: each.method != "GET"):
            if route.path.endswith("}") and not is_page(route) and kinds_of(route):
                self._items.setdefault(_plain(route.path), kinds_of(route))
            elif route.method == "GET" and route.result.startswith("ListObject["):
                self._lists[_plain(route.path)] = kinds_of(route)
        self._last_words = {
            (kind, path.split("/")[-2]) for path, kinds in self._items.items() for kind in kinds
        }
        self._settings = {
            route.path for route in routes if route.method == "POST" and _is_settings(route)
        }
        self._filled = {route.path for route in routes if self._creates(route)}
        self.held = frozenset(self._held(routes))
        found = {route.key: self._role(route) for route in routes}
        self.roles: Mapping[str, Role] = {key: role for key, role in found.items() if role}

    def parent(self, route: Route) -> Parent | None:
        """The object of the last placeholder but the item's own."""
        path = _container(route.path) if route.path.endswith("}") else route.path
        end = path.rfind("}")
        if end < 0:
            return None
        above = path[: end + 1]
        kinds = self._items.get(_plain(above))
        return Parent(kinds, names_in(above)[-1]) if kinds else None

    def _held(self, routes: tuple[Route, ...]) -> Iterator[str]:
        for route in routes:
            made = route.key in HANDLERS and not is_page(route)
            if made or self._creates(route):
                yield from (kind for kind in kinds_of(route) if _has_id(kind))

    def _role(self, route: Route) -> Role | None:
        kinds, parent = kinds_of(route), self.parent(route)
        if DELETED in route.classes:  # v2 answers with a stub that is of no kind
            kinds = self._items[_plain(route.path)]
        if route.path in self._settings and route.method in ("GET", "POST"):
            return Role("settings", kinds, parent)
        if self._creates(route):
            return Role("create", kinds, parent)
        if not self.held.issuperset(kinds) or not kinds or route.result.startswith(SEARCH):
            return None
        if is_page(route):
            own = self._last_words & {(kind, route.path.split("/")[-1]) for kind in kinds}
            return Role("list", kinds, parent) if own or route.path in self._filled else None
        names = names_in(route.path)
        if route.path.endswith("}"):
            part: dict[str, Part] = {"GET": "retrieve", "POST": "update", "DELETE": "delete"}
            return Role(part[route.method], kinds, parent, names[-1])
        return self._act(route, kinds) if names and route.method == "POST" else None

    def _act(self, route: Route, kinds: tuple[str, ...]) -> Role | None:
        """`POST /v1/quotes/{quote}/accept`, which answers with the quote."""
        above, _, below = route.path.rpartition("}/")
        if not set(kinds) <= set(self._items.get(_plain(above + "}"), ())):
            return None
        return Role("act", kinds, None, names_in(above + "}")[-1], tuple(below.split("/")))

    def _creates(self, route: Route) -> bool:
        kinds, last = kinds_of(route), route.path.split("/")[-1]
        if route.method != "POST" or is_page(route) or not kinds or route.path.endswith("}"):
            return False
        if not all(map(_has_id, kinds)):
            return False
        path = _plain(route.path)
        if self._items.get(f"{path}/{{}}") == kinds or self._lists.get(path) == kinds:
            return True
        known = {word for kind, word in self._last_words if kind == kinds[0]}
        return last in known or bool(known and CREATING.match(last))


def _plain(path: str) -> str:
    """A path without the names of its placeholders; test helpers speak of the same objects."""
    return PLACEHOLDER.sub("{}", path).replace("/test_helpers/", "/")


def _container(path: str) -> str:
    return path.rpartition("/")[0]


def _is_settings(route: Route) -> bool:
    """An object without an id that is read and written under one path."""
    kinds = kinds_of(route)
    read = route_table().match("GET", route.path)
    return (
        len(kinds) == 1
        and not _has_id(kinds[0])
        and read is not None
        and read[0].path == route.path
        and kinds_of(read[0]) == kinds
        and not is_page(read[0])
    )


def _has_id(kind: str) -> bool:
    return "id" in schemas().objects[kind].get("properties", {})
