"""Yield points: answers that are kept back until somebody lets them go.

A call of an app executes at once; what it is told can be told late, while the world goes on. That
is how a race inside a handler (fetch, stall, write what is old by now) is made from outside. Stripe
promises no order between an answer and a webhook either.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase


@dataclass(frozen=True, slots=True)
class Hold:
    """The next `times` calls of a method and a path (a pattern); null means any.

    `arrived` is called, on the loop that serves, with each call that is held.
    """

    times: int = 1
    method: str | None = None
    path: str | None = None
    arrived: Callable[[Held], None] | None = field(default=None, compare=False)

    def meets(self, method: str, path: str) -> bool:
        return self.method in (None, method) and (self.path is None or fnmatchcase(path, self.path))


@dataclass(frozen=True, slots=True)
class Held:
    """One call whose answer waits. `number` counts the held calls of an account from 1."""

    number: int
    method: str
    path: str
    released: asyncio.Event = field(repr=False, compare=False)


class Holds:
    """The holds of one account, and the answers that wait."""

    def __init__(self) -> None:
        self.wanted: tuple[Hold, ...] = ()
        self.waiting: dict[int, Held] = {}
        self._count = 0

    def add(self, hold: Hold) -> None:
        self.wanted = (*self.wanted, hold)

    def meet(self, method: str, path: str) -> Held | None:
        """What holds the answer of a call, if anything does; it holds one call less then."""
        for place, hold in enumerate(self.wanted):
            if hold.meets(method, path):
                left = (replace(hold, times=hold.times - 1),) if hold.times > 1 else ()
                self.wanted = self.wanted[:place] + left + self.wanted[place + 1 :]
                self._count += 1
                held = Held(self._count, method, path, asyncio.Event())
                self.waiting[held.number] = held
                if hold.arrived is not None:
                    hold.arrived(held)
                return held
        return None

    def release(self, number: int | None = None) -> list[Held]:
        """Let one answer go, or all; returns those that went."""
        chosen = [number] if number is not None else list(self.waiting)
        gone = [self.waiting.pop(each) for each in chosen if each in self.waiting]
        for held in gone:
            held.released.set()
        return gone

    def clear(self) -> None:
        """Hold nothing any more, and let all go."""
        self.wanted = ()
        self.release()
