"""Everything here, one after the other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from harness.explore.executors.worker import Workplace
from harness.explore.work import Done, Stage, Work


class Inline:
    """Plays on the stage that is here."""

    def __init__(self, stage: Stage) -> None:
        self._workplace = Workplace(stage)

    def run(self, works: Iterable[Work]) -> Iterator[Done]:
        return map(self._workplace.perform, works)
