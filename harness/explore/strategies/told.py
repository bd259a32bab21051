"""A schedule that is told beforehand, by the names of its steps."""

from __future__ import annotations

from collections.abc import Sequence

from harness.explore.choice import Choice
from harness.explore.game import SETTLE


class Script:
    """Chooses by name and skips what is not enabled. When it is told, the run settles."""

    def __init__(self, names: Sequence[str]) -> None:
        self._names = list(names)
        self._place = 0

    def choose(self, step_index: int, enabled: Sequence[Choice]) -> int:  # noqa: ARG002
        places = {choice.name: place for place, choice in enumerate(enabled)}
        while self._place < len(self._names):
            name = self._names[self._place]
            self._place += 1
            if name in places:
                return places[name]
        return SETTLE


class Told(Script):
    """The script as a strategy of one run, with the name of whoever thought of it."""

    def __init__(self, name: str, names: Sequence[str]) -> None:
        super().__init__(names)
        self.name = name
        self._over = False

    def next_run(self) -> bool:
        begins, self._over = not self._over, True
        return begins

    def told(self) -> str:
        return "one schedule"
