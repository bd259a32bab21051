"""`every`: depth first through all schedules, each exactly once; the count is exact.

It has the interface of a random source and enumerates all that such a source could say: the last
choice that can grow grows, and what came after it begins anew at the first.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from harness.explore.choice import Choice


class Every:
    name: ClassVar[str] = "every"

    def __init__(self) -> None:
        self.runs = 0
        self.complete = False
        self._chosen: list[int] = []
        self._widths: list[int] = []

    def next_run(self) -> bool:
        if self.runs:
            del self._chosen[len(self._widths) :]
            while self._chosen and self._chosen[-1] + 1 >= self._widths[len(self._chosen) - 1]:
                self._chosen.pop()
            if not self._chosen:
                self.complete = True
                return False
            self._chosen[-1] += 1
        self._widths = []
        self.runs += 1
        return True

    def choose(self, step_index: int, enabled: Sequence[Choice]) -> int:
        self._widths.append(len(enabled))
        if step_index == len(self._chosen):
            self._chosen.append(0)
        return self._chosen[step_index]

    def told(self) -> str:
        return f"{'all' if self.complete else 'the first'} {self.runs} schedules, depth first"
