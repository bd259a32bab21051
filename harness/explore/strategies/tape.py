"""A flat tape of numbers, one for each decision: what somebody else draws, and can make smaller.

Each number is taken modulo the choices there are. Where the tape ends, and where it says 0, the
friendly choice is made: a shorter tape of smaller numbers has fewer departures, which is the order
in which Hypothesis shrinks (https://hypothesis.readthedocs.io, "shortlex").
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from harness.explore.choice import Choice


class Tape:
    """One run."""

    name: ClassVar[str] = "hypothesis"

    def __init__(self, numbers: Sequence[int] = ()) -> None:
        self.numbers = tuple(numbers)
        self._place = 0
        self._over = False

    def __repr__(self) -> str:
        return f"Tape({list(self.numbers)})"

    def next_run(self) -> bool:
        begins, self._over, self._place = not self._over, True, 0
        return begins

    def choose(self, step_index: int, enabled: Sequence[Choice]) -> int:  # noqa: ARG002
        if len(enabled) == 1:
            return 0
        number = self.numbers[self._place] if self._place < len(self.numbers) else 0
        self._place += 1
        return number % len(enabled)

    def told(self) -> str:
        return "one schedule from a tape"
