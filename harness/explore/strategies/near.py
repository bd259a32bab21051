"""`near`: every schedule with at most k departures, k = 0, 1, 2, ..., each exactly once.

A schedule is the list of its departures: at which step, and what was chosen there instead; all
other choices are the first. A run shows how many choices each of its steps had, so the schedules
with one departure more that begin like it are known when it is over, and only then. A departure
that is added always comes after those that are there, hence no schedule is met twice.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from typing import ClassVar

from harness.explore.choice import Choice, Kind

Script = tuple[tuple[int, int], ...]
"""(step, index), in the order of the steps."""


class Near:
    """Stops after all schedules with `most` departures; `None` goes on to the last schedule.

    `until` stops it earlier, and may be raised to go on. Kinds in `alone` are not combined with any
    other departure: for faults whose place in the order tells nothing.
    """

    name: ClassVar[str] = "near"

    def __init__(self, most: int | None = None, alone: Iterable[Kind] = ()) -> None:
        self.most = most
        self.until = most
        self.alone: set[Kind] = set(alone)
        self.counts: list[int] = []
        self._level: deque[Script] = deque([()])
        self._next: list[tuple[Script, frozenset[Kind]]] = []
        self._script: Script | None = None
        self._seen: list[Sequence[Choice]] = []

    @property
    def departures(self) -> int | None:
        """Up to how many departures all schedules were run; `None` before the first is over."""
        over = not self._level and self._script is None
        complete = len(self.counts) - (0 if over else 1)
        return complete - 1 if complete > 0 else None

    @property
    def schedules(self) -> int:
        """How many schedules have at most as many departures as were completed."""
        return sum(self.counts[: (self.departures or 0) + 1])

    def next_run(self) -> bool:
        self.finish_run()
        if not self._level:
            if self.until is not None and len(self.counts) > self.until:
                return False
            self._level = deque(
                script for script, kinds in self._next if len(script) < 2 or not kinds & self.alone
            )
            self._next = []
            if not self._level:
                return False
        script = self._level.popleft()
        if len(self.counts) <= len(script):
            self.counts.append(0)
        self.counts[len(script)] += 1
        self._script, self._seen = script, []
        return True

    def choose(self, step_index: int, enabled: Sequence[Choice]) -> int:
        assert self._script is not None
        self._seen.append(enabled)
        wanted = dict(self._script).get(step_index, 0)
        return min(wanted, len(enabled) - 1)

    def finish_run(self) -> None:
        """The run is over, and what it showed may be used. `next_run` does it, too."""
        if self._script is None:
            return
        script, self._script = self._script, None
        if self.most is not None and len(script) >= self.most:
            return
        kinds = frozenset(self._seen[step][index].kind for step, index in script if self._met(step))
        first = script[-1][0] + 1 if script else 0
        for step in range(first, len(self._seen)):
            for index, choice in enumerate(self._seen[step]):
                if index:
                    self._next.append(((*script, (step, index)), kinds | {choice.kind}))

    def told(self) -> str:
        if self.departures is None:
            return "no schedule"
        departures = f"{self.departures} departure{'' if self.departures == 1 else 's'}"
        words = f"all {self.schedules} schedules with at most {departures}"
        if self.alone and self.departures > 1:
            words += f" ({', '.join(sorted(self.alone))}: only alone)"
        return words

    def _met(self, step: int) -> bool:
        return step < len(self._seen)
