"""`near`: every schedule with at most k departures, k = 0, 1, 2, ..., each exactly once.

A schedule is the list of its departures: at which step, and what was chosen there instead; all
other choices are the first. A run shows how many choices each of its steps had, so the schedules
with one departure more that begin like it are known when it is over, and only then. A departure
that is added always comes after those that are there, hence no schedule is met twice.

Where steps commute, a schedule is left out when what it does up to its last departure is equal, up
to the order of such steps, to what another with no more departures has done: from there on both can
do the same. A run that comes to such a place on its way is left there.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from harness.explore.choice import Choice, Kind
from harness.explore.commuting import Trace
from harness.explore.game import CUT

Script = tuple[tuple[int, int], ...]
"""(step, index), in the order of the steps."""


@dataclass(frozen=True, slots=True)
class Planned:
    """A schedule to run. `kinds` are those of its departures, `place` the trace up to the last."""

    script: Script = ()
    kinds: frozenset[Kind] = frozenset()
    place: bytes = b""


class Near:
    """Stops after all schedules with `most` departures; `None` goes on to the last schedule.

    `until` stops it earlier, and may be raised to go on. Kinds in `alone` are not combined with any
    other departure: for faults whose place in the order tells nothing. `apart`: customers were
    seen not to meet, so steps of theirs commute. `equal` counts what was left out for that.
    """

    name: ClassVar[str] = "near"

    def __init__(
        self, most: int | None = None, alone: Iterable[Kind] = (), *, apart: bool = False
    ) -> None:
        self.most = most
        self.until = most
        self.alone: set[Kind] = set(alone)
        self.apart = apart
        self.counts: list[int] = []
        self.equal = 0
        self._level: deque[Planned] = deque([Planned()])
        self._next: list[Planned] = []
        self._run: Planned | None = None
        self._seen: list[Sequence[Choice]] = []
        self._traces: list[Trace] = [Trace()]
        self._been: set[bytes] = set()

    @property
    def departures(self) -> int | None:
        """Up to how many departures all schedules were run; `None` before the first is over."""
        over = not self._level and self._run is None
        complete = len(self.counts) - (0 if over else 1)
        return complete - 1 if complete > 0 else None

    @property
    def schedules(self) -> int:
        """How many schedules have at most as many departures as were completed."""
        return sum(self.counts[: (self.departures or 0) + 1])

    # --- one run after the other ---------------------------------------------------------------

    def next_run(self) -> bool:
        self.finish_run()
        while self._ready():
            run = self._level.popleft()
            while len(self.counts) <= len(run.script):
                self.counts.append(0)
            if self.apart and run.place in self._been:
                self.equal += 1
                continue
            self.counts[len(run.script)] += 1
            self._run, self._seen, self._traces = run, [], [Trace()]
            return True
        return False

    def choose(self, step_index: int, enabled: Sequence[Choice]) -> int:
        assert self._run is not None
        script = self._run.script
        self._seen.append(enabled)
        index = min(dict(script).get(step_index, 0), len(enabled) - 1)
        if self.apart:
            trace = self._traces[-1].then(enabled[index])
            if step_index >= _last(script) and trace.key in self._been:
                self.counts[len(script)] -= 1
                self.equal += 1
                return CUT
            self._been.add(trace.key)
            self._traces.append(trace)
        return index

    def finish_run(self) -> None:
        """The run is over, and what it showed may be used. `next_run` does it, too."""
        if self._run is None:
            return
        run, self._run = self._run, None
        if self.most is not None and len(run.script) >= self.most:
            return
        for step in range(_last(run.script) + 1, len(self._seen)):
            for index, choice in enumerate(self._seen[step]):
                if index:
                    place = self._traces[step].then(choice).key if self.apart else b""
                    script = (*run.script, (step, index))
                    self._next.append(Planned(script, run.kinds | {choice.kind}, place))

    # --- shares --------------------------------------------------------------------------------

    def split(self, size: int) -> list[Near]:
        """What is left of this level, or else all of the next one, as shares of at most so many
        schedules. The shares are to be given back with `join`.
        """
        self.finish_run()
        if not self._ready():
            return []
        shares = []
        while self._level:
            share = Near(self.most, self.alone, apart=self.apart)
            share._level = deque(self._level.popleft() for _ in range(min(size, len(self._level))))
            level = len(share._level[0].script)
            share.until, share.counts = level, [0] * (level + 1)
            share._been = set(self._been)
            shares.append(share)
        return shares

    def join(self, shares: Iterable[Near]) -> None:
        for share in shares:
            self.counts += [0] * (len(share.counts) - len(self.counts))
            for level, count in enumerate(share.counts):
                self.counts[level] += count
            self.equal += share.equal
            self._level += share._level
            self._next += share._next
            self._been |= share._been

    def told(self) -> str:
        if self.departures is None:
            return "no schedule"
        if self.departures == 0:
            return "the friendly schedule"
        departures = f"{self.departures} departure{'' if self.departures == 1 else 's'}"
        words = f"all {self.schedules} schedules with at most {departures}"
        if self.equal:
            words += f" ({self.equal} more are equal to one of them)"
        if self.alone and self.departures > 1:
            words += f" ({', '.join(sorted(self.alone))}: only alone)"
        return words

    def _ready(self) -> bool:
        """Whether something is left to run; goes on to the next level when this one is over."""
        if not self._level:
            if self.until is not None and len(self.counts) > self.until:
                return False
            planned, self._next = self._next, []
            self._level = deque(
                each for each in planned if len(each.script) < 2 or not each.kinds & self.alone
            )
            if self.apart:
                self._leave_out_equal()
        return bool(self._level)

    def _leave_out_equal(self) -> None:
        """Of those that come to one place, the first is enough."""
        first: dict[bytes, Planned] = {}
        for each in self._level:
            if each.place not in self._been:
                first.setdefault(each.place, each)
        self.equal += len(self._level) - len(first)
        self._level = deque(first.values())


def _last(script: Script) -> int:
    """The step of the last departure; -1 where there is none."""
    return script[-1][0] if script else -1
