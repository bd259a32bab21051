"""An endpoint that a change took away: a newer one answers in its place."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

from simulator.api.pagination import PARAMETERS as PAGING
from simulator.billing.call import Call, Embedded, Handler, Listing
from simulator.contract import Fields, Route, parameters, route_table
from simulator.contract.shapes import Integer, Slot, Text
from simulator.engine import Obj, World


@dataclass(frozen=True, slots=True)
class Endpoint:
    """`successor` is the key of the newer endpoint.

    `upgrade` makes its parameters of the older ones, `answer` the older answer of its answer.
    `paged` tells whether that is a list.
    """

    method: str
    path: str
    successor: str
    upgrade: Callable[[dict[str, Any], World], dict[str, Any]]
    answer: Callable[[Obj], Obj | Embedded]
    paged: bool = False

    @property
    def key(self) -> str:
        return f"{self.method} {self.path}"

    def route(self) -> Route:
        newer = _route(self.successor)
        result = "ListObject[Any]" if self.paged else newer.result
        return Route(self.method, self.path, newer.params, result)

    def fields(self) -> Fields:
        """What it takes once its parameters are upgraded."""
        newer = parameters(_route(self.successor))
        if not self.paged:
            return newer
        paging = {name: Slot(Integer() if name == "limit" else Text()) for name in PAGING}
        return Fields({**paging, **newer.slots}, newer.required)

    def handler(self, newer: Handler) -> Handler:
        """The newer endpoint's handler, giving the older answer."""

        def handle(world: World, call: Call) -> Obj | Listing | Embedded:
            found = newer(world, call)
            assert isinstance(found, dict), self.successor
            return self.answer(found)

        return handle


@cache
def _route(key: str) -> Route:
    method, _, path = key.partition(" ")
    return next(
        route for route in route_table().routes if route.method == method and route.path == path
    )
