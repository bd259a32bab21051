"""The account's clock.

Billing never reads the wall clock: it asks its World, and the World asks one of these. A virtual
clock moves only when told; a real one reads the source that the composition root hands in.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

MINUTE = 60
HOUR = 60 * MINUTE
DAY = 24 * HOUR


class Clock(Protocol):
    """Unix seconds of one timeline."""

    @property
    def virtual(self) -> bool: ...

    def now(self) -> int: ...


@dataclass(slots=True)
class VirtualClock:
    """A clock that stands still until it is advanced."""

    instant: int

    @property
    def virtual(self) -> bool:
        return True

    def now(self) -> int:
        return self.instant

    def advance_to(self, instant: int) -> None:
        """Move forward to `instant`; time never goes back."""
        if instant < self.instant:
            raise ValueError(f"the clock stands at {self.instant} and cannot go back to {instant}")
        self.instant = instant


@dataclass(frozen=True, slots=True)
class RealClock:
    """A clock that follows `read`, a function that returns Unix seconds."""

    read: Callable[[], float]

    @property
    def virtual(self) -> bool:
        return False

    def now(self) -> int:
        return int(self.read())
