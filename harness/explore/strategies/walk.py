"""`walk`: a seeded random walk with swarm. Each run draws which kinds of faults it has at all, and
how heavy they weigh: a run that may do everything rarely does one thing long enough.
"""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import ClassVar

from harness.explore.choice import FAULTS, Choice, Kind

_WEIGHTS = (0.1, 0.3, 1.0)
_FIRST = (1.0, 2.0, 4.0)


class Walk:
    name: ClassVar[str] = "walk"

    def __init__(self, seed: int, runs: int | None = None) -> None:
        self._seed = seed
        self._left = runs
        self.runs = 0
        self._random = Random()
        self._weights: dict[Kind, float] = {}
        self._first = 1.0
        self._barred: dict[Kind, bool] = {}

    def next_run(self) -> bool:
        if self._left is not None and self.runs >= self._left:
            return False
        self.runs += 1
        self._random = Random(f"{self._seed}/walk/{self.runs}")
        self._first = self._random.choice(_FIRST)
        self._barred = {}
        self._weights = {
            kind: self._random.choice(_WEIGHTS) if self._random.random() < 0.5 else 0.0
            for kind in sorted(FAULTS)
        }
        return True

    def choose(self, step_index: int, enabled: Sequence[Choice]) -> int:  # noqa: ARG002
        weights = [self._weight(choice) for choice in enabled]
        weights[0] = max(weights[0], 1.0) * self._first
        return self._random.choices(range(len(enabled)), weights)[0]

    def _weight(self, choice: Choice) -> float:
        if choice.odds < 1.0 and choice.kind not in self._barred:
            self._barred[choice.kind] = self._random.random() >= choice.odds
        return 0.0 if self._barred.get(choice.kind) else self._weights.get(choice.kind, 1.0)

    def told(self) -> str:
        return f"{self.runs} random schedules"
