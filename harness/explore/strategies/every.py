"""`every`: depth first through all schedules, each exactly once; the count is exact.

It has the interface of a random source and enumerates all that such a source could say: the last
choice that can grow grows, and what came after it begins anew at the first. Where steps commute,
sleep sets leave out all but one of the orders that are equal (Godefroid, 1996): what was done first
at a branch sleeps in the later ones, until something is done that it does not commute with.

The first runs are probes, chosen at random, which estimate how many schedules there are (Knuth,
1975: the mean, over the probes, of the product of the numbers of choices).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import ClassVar

from harness.explore.choice import Choice
from harness.explore.commuting import commute
from harness.explore.game import CUT


@dataclass(slots=True)
class _Branch:
    enabled: Sequence[Choice]
    index: int
    asleep: dict[str, Choice] = field(default_factory=dict)

    def move_on(self) -> bool:
        """To the next choice that does not sleep; what was chosen sleeps from now on."""
        done = self.enabled[self.index]
        self.asleep[done.name] = done
        index = _awake(self.enabled, self.asleep)
        self.index = index or 0
        return index is not None


class Every:
    """`runs` counts complete schedules, `equal` those that were left as equal to one of them.
    `too_many`: somebody has seen the estimate and will not begin.
    """

    name: ClassVar[str] = "every"

    def __init__(self, seed: int = 0, probes: int = 0, *, apart: bool = False) -> None:
        self.apart = apart
        self.runs = 0
        self.equal = 0
        self.complete = False
        self.too_many = False
        self._seed = seed
        self._probes = probes
        self._products: list[float] = []
        self._random: Random | None = None
        self.started = False
        self._path: list[_Branch] = []

    @property
    def estimate(self) -> float | None:
        """About how many schedules there are, equal ones and all; `None` before all probes."""
        if not self._products or self.probing:
            return None
        return sum(self._products) / len(self._products)

    def next_run(self) -> bool:
        if self.probing:
            self._products.append(1.0)
            self._random = Random(f"{self._seed}/every/{len(self._products)}")
            return True
        self._random = None
        if self.started:
            while self._path and not self._path[-1].move_on():
                self._path.pop()
            if not self._path:
                self.complete = True
                return False
        self.started = True
        self.runs += 1
        return True

    def choose(self, step_index: int, enabled: Sequence[Choice]) -> int:
        if self._random is not None:
            self._products[-1] *= len(enabled)
            return self._random.randrange(len(enabled))
        if step_index == len(self._path):
            asleep = self._asleep()
            index = _awake(enabled, asleep)
            if index is None:
                self.runs -= 1
                self.equal += 1
                return CUT
            self._path.append(_Branch(enabled, index, asleep))
        return self._path[step_index].index

    @property
    def probing(self) -> bool:
        return len(self._products) < self._probes

    def told(self) -> str:
        if self.too_many and self.estimate is not None:
            return f"not all of {about(self.estimate)} schedules: more than the time allows"
        words = f"{'all' if self.complete else 'the first'} {self.runs} schedules, depth first"
        if self.estimate is not None:
            words += f" (estimated before: {about(self.estimate)})"
        return words

    def _asleep(self) -> dict[str, Choice]:
        if not self.apart or not self._path:
            return {}
        above = self._path[-1]
        chosen = above.enabled[above.index]
        return {name: each for name, each in above.asleep.items() if commute(each, chosen)}


def about(count: float) -> str:
    """A number of which only the size is known: `about 1,300`, `about 2e+09`."""
    if count >= 1e7:
        return f"about {count:.0e}"
    digits = max(len(str(int(count))) - 2, 0)
    return f"about {round(count, -digits):,.0f}"


def _awake(enabled: Sequence[Choice], asleep: Mapping[str, Choice]) -> int | None:
    places = (place for place, choice in enumerate(enabled) if choice.name not in asleep)
    return next(places, None)
