"""The one interface of all strategies, random and exhaustive alike."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from harness.explore.choice import Choice


class Strategy(Protocol):
    """Chooses in one run after the other. `told` says, at the end, how hard it looked."""

    @property
    def name(self) -> str: ...

    def next_run(self) -> bool:
        """Makes ready for another run; `False` when there is none left to make."""
        ...

    def choose(self, step_index: int, enabled: Sequence[Choice]) -> int:
        """The place, in the prompt order, of what is done next."""
        ...

    def told(self) -> str: ...
