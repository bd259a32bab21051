"""What the API remembers of one account beside its objects: idempotency keys and the request log.

Request ids come from a stream of their own, so that a reading request does not change the ids of
objects that are made later.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

from simulator.api.idempotency import IdempotencyKeys
from simulator.engine import Ids, World

KEPT = 10_000  # requests of an account


@dataclass(frozen=True, slots=True)
class LoggedRequest:
    """One API call. `number` counts from 1 in an account; `at` is account time in Unix seconds."""

    number: int
    id: str
    method: str
    path: str
    params: Mapping[str, Any]
    status: int
    idempotency_key: str | None
    at: int


class Books:
    """The books of one account."""

    def __init__(self, world: World) -> None:
        self.ids = Ids(world.seed, f"{world.key}/requests", world.now)
        self.idempotency = IdempotencyKeys()
        self._requests: deque[LoggedRequest] = deque(maxlen=KEPT)
        self._count = 0

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
    ) -> None:
        self._count += 1
        self._requests.append(
            LoggedRequest(self._count, id, method, path, params, status, idempotency_key, at)
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
