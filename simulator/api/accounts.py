"""The worlds by their names: each test key is an account of its own, opened on first use.

There is a limit to how many are kept, and to how long one is that nobody asks for. The one asked
for least recently goes first, but never one that is in use; whoever asks for it again gets a fresh
one.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from simulator.engine import World

DAY = 86_400.0


@dataclass(frozen=True, slots=True)
class Limits:
    """How many worlds are kept, and for how many seconds of wall time each after its last use."""

    worlds: int = 1000
    idle_seconds: float = 7 * DAY


def _never(_world: World) -> bool:
    return False


def _nothing(_world: World) -> None:
    """What happens to a world that goes if the composition root wants nothing."""


class Accounts:
    """Opens worlds by name; `make` is how the composition root builds one.

    `in_use` says that a world cannot go now; `on_gone` hears of each that went. `clock` gives
    seconds of any origin.
    """

    def __init__(
        self,
        make: Callable[[str], World],
        *,
        limits: Limits | None = None,
        in_use: Callable[[World], bool] = _never,
        on_gone: Callable[[World], None] = _nothing,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._make = make
        self._limits = limits or Limits()
        self._in_use = in_use
        self._on_gone = on_gone
        self._clock = clock
        self._worlds: dict[str, World] = {}
        self._used: dict[str, float] = {}  # when each was last asked for, longest ago first

    def open(self, name: str) -> World:
        """The world of a name, made on first use."""
        now = self._clock()
        used = self._used.pop(name, now)
        world = self._worlds.get(name)
        if world is not None and self._is_idle(used, now) and not self._in_use(world):
            self._close(name)
            world = None
        self._used[name] = now
        if world is None:
            world = self._worlds[name] = self._make(name)
            self._tidy(now)
        return world

    def reset(self, name: str, make: Callable[[str], World] | None = None) -> World:
        """A fresh world in the place of the old one, built by `make` if that is given."""
        world = self._worlds[name] = (make or self._make)(name)
        self._used.pop(name, None)
        now = self._used[name] = self._clock()
        self._tidy(now)
        return world

    def last_used(self) -> dict[str, float]:
        """Seconds since each open world was last asked for, the longest first."""
        now = self._clock()
        self._tidy(now)
        return {name: now - used for name, used in self._used.items()}

    def find(self, name: str) -> World | None:
        """The world of a name, if it is open; asking so is no use."""
        return self._worlds.get(name)

    def forget(self, name: str) -> None:
        """Close the world of a name, if there is one; whoever asks for it gets a fresh one."""
        if name in self._worlds:
            self._close(name)

    def _tidy(self, now: float) -> None:
        """Let those go that are over the limits; the latest one always stays."""
        over = len(self._used) - self._limits.worlds
        for name, used in list(self._used.items())[:-1]:
            if over <= 0 and not self._is_idle(used, now):
                break
            if not self._in_use(self._worlds[name]):
                self._close(name)
                over -= 1

    def _is_idle(self, used: float, now: float) -> bool:
        return now - used > self._limits.idle_seconds

    def _close(self, name: str) -> None:
        self._used.pop(name, None)
        self._on_gone(self._worlds.pop(name))

    def __iter__(self) -> Iterator[World]:
        """Those asked for most recently come first."""
        return iter([self._worlds[name] for name in reversed(self._used)])

    def __len__(self) -> int:
        return len(self._worlds)
