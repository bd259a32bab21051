"""`prompt`: the friendly schedule, twice. Two transcripts that differ leave nothing to explore."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from harness.explore.choice import Choice


class Prompt:
    name: ClassVar[str] = "prompt"

    def __init__(self, runs: int = 2) -> None:
        self._left = runs

    def next_run(self) -> bool:
        self._left -= 1
        return self._left >= 0

    def choose(self, step_index: int, enabled: Sequence[Choice]) -> int:  # noqa: ARG002
        return 0

    def told(self) -> str:
        return "the friendly schedule, twice"
