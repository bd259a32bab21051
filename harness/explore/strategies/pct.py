"""`pct`: probabilistic concurrency testing (Burckhardt et al., ASPLOS 2010).

Each lane gets a random priority, and the enabled choice of the highest lane is taken; at d - 1
random steps the lane that would go next falls below all others. A bug that needs d lanes in a
certain order is hit with a probability of at least 1 / (n k^(d-1)) a run, for n lanes and k steps.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from random import Random
from typing import ClassVar

from harness.explore.choice import Choice

_DEPTHS = (2, 3, 4)


class Pct:
    """d is 2, 3 and 4 by turns; k is learnt from the runs before."""

    name: ClassVar[str] = "pct"

    def __init__(self, seed: int, runs: int | None = None) -> None:
        self._seed = seed
        self._left = runs
        self.runs = 0
        self._random = Random()
        self._priorities: dict[str, float] = {}
        self._falls: set[int] = set()
        self._depth = _DEPTHS[0]
        self._steps = 10
        self._lanes = 1

    def next_run(self) -> bool:
        if self._left is not None and self.runs >= self._left:
            return False
        self._steps = max(self._steps, 2)
        self._lanes = max(self._lanes, len(self._priorities))
        self._depth = _DEPTHS[self.runs % len(_DEPTHS)]
        self.runs += 1
        self._random = Random(f"{self._seed}/pct/{self.runs}")
        self._priorities = {}
        self._falls = {self._random.randrange(self._steps) for _ in range(self._depth - 1)}
        return True

    def choose(self, step_index: int, enabled: Sequence[Choice]) -> int:
        self._steps = max(self._steps, step_index + 1)
        for choice in enabled:
            if choice.lane not in self._priorities:
                # Faults begin low: high, each of them would come at its first opportunity.
                ceiling = 0.5 if choice.fault else 1.0
                rank = self._random.uniform(0.0, ceiling)
                barred = choice.odds < 1.0 and self._random.random() >= choice.odds
                self._priorities[choice.lane] = -math.inf if barred else rank
        best = self._best(enabled)
        if step_index in self._falls:
            self._falls.discard(step_index)
            self._priorities[enabled[best].lane] = -float(step_index + 1)
            best = self._best(enabled)
        return best

    def bound(self, depth: int) -> float:
        """The least probability with which one run hits a bug of this depth."""
        return 1.0 / (max(self._lanes, 1) * float(self._steps) ** (depth - 1))

    def told(self) -> str:
        bounds = ", ".join(f"d={depth} {self.bound(depth):.1e}" for depth in _DEPTHS)
        return f"{self.runs} schedules by priority (chance a run, at least: {bounds})"

    def _best(self, enabled: Sequence[Choice]) -> int:
        ranks = [(self._priorities[choice.lane], -place) for place, choice in enumerate(enabled)]
        return -max(ranks)[1]
