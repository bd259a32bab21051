"""What the API remembers of one account beside its objects: idempotency keys, the
request log, and the faults that are to come.

Request ids come from a stream of their own, so that a reading request does not change the ids of
objects that are made later.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

from simulator.api.faults import Faults
from simulator.api.holds import Holds
from simulator.api.idempotency import IdempotencyKeys
from simulator.engine import Ids, World

KEPT = 10_000  # requests of an account


@dataclass(frozen=True, slots=True)
class LoggedRequest:
    """One API call. `number` counts from 1 in an account; `at` is account time in Unix seconds.

    `fault` is the kind of the fault that was asked for and met the call. `unread` is the query and
    the body of a call whose parameters could not be read.
    """

    number: int
    id: str
    method: str
    path: str
    params: Mapping[str, Any]
    status: int
    idempotency_key: str | None
    at: int
    fault: str | None = None
    unread: str | None = None

    def shown(self) -> dict[str, Any]:
        """The call as plain data."""
        return {name: getattr(self, name) for name in self.__slots__}


class Books:
    """The books of one account."""

    def __init__(self, world: World) -> None:
        self.ids = Ids(world.seed, f"{world.key}/requests", world.now)
        self.idempotency = IdempotencyKeys()
        self._requests: deque[LoggedRequest] = deque(maxlen=KEPT)
        self._count = 0
        self.faults = Faults()
        self.holds = Holds()

    def fork(self, world: World) -> Books:
        """The same books for a fork of the account's World, without the faults and holds."""
        twin = copy(self)
        twin.ids = self.ids.copy(world.now)
        twin.idempotency = self.idempotency.copy()
        twin._requests = self._requests.copy()
        twin.faults = Faults()
        twin.holds = Holds()
        return twin

    def log(
        self,
        *,
        id: str,
        method: str,
        path: str,
        params: Mapping[str, Any],
        status: int,
        idempotency_key: str | None,
        at: int,
        fault: str | None = None,
        unread: str | None = None,
    ) -> None:
        self._count += 1
        self._requests.append(
            LoggedRequest(
                self._count, id, method, path, params, status, idempotency_key, at, fault, unread
            )
        )

    def requests(self, after: int = 0) -> list[LoggedRequest]:
        """The calls with a number above `after`, oldest first; the latest 10,000 are kept."""
        first = self._count - len(self._requests)
        return list(self._requests)[max(after - first, 0) :]


class Shelf:
    """The books of all accounts; those of a world that is gone go with it."""

    def __init__(self) -> None:
        self._books: WeakKeyDictionary[World, Books] = WeakKeyDictionary()

    def of(self, world: World) -> Books:
        books = self._books.get(world)
        if books is None:
            books = self._books[world] = Books(world)
        return books

    def put(self, world: World, books: Books) -> None:
        """Give a World the books of the one it was copied from."""
        self._books[world] = books
