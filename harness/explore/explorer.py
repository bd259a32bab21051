"""Explores stories: the friendly schedule first, then all that is near it, then at random, until
the time is over or enough was found.

The parts of it may be played anywhere and in any order. What came of them is taken in the order in
which they were cut, so that who played them, and who was done first, cannot be seen.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from harness.explore.events import (
    ScheduleRun,
    SharingEnded,
    StoryStarted,
    TreeEstimated,
    Watcher,
)
from harness.explore.executors import Executor, Inline
from harness.explore.finding import Finding
from harness.explore.game import Identity
from harness.explore.strategies import Every, Near, Pct, Strategy, Told, Walk
from harness.explore.work import Done, GivenFailed, Manner, Opening, Slice, Stage, Suspect
from scenarios import Story

NEAR_SHARE = 32
RANDOM_SHARE = 16
"""Schedules in one part: few enough that nobody waits for the last one, for a second or so."""
PROBES = 16

__all__ = ["Explored", "Explorer", "GivenFailed", "Looked", "Options", "Stage"]


@dataclass(frozen=True, slots=True)
class Options:
    """`left` says how many seconds are left. `random_runs` is the number of random schedules in
    all, and without one they go on until the time is over. The rest is as in `Manner`.
    """

    seed: int = 7
    departures: int = 1
    strategies: tuple[str, ...] = ("near", "walk", "pct")
    max_findings: int = 3
    shrink_runs: int = 2000
    shrink_seconds: float = 10.0
    random_runs: int | None = None
    isolation: bool = True
    reduce: bool = True
    left: Callable[[], float] = lambda: math.inf

    @property
    def manner(self) -> Manner:
        return Manner(
            seed=self.seed,
            departures=self.departures,
            max_findings=self.max_findings,
            shrink_runs=self.shrink_runs,
            shrink_seconds=self.shrink_seconds,
            isolation=self.isolation,
            reduce=self.reduce,
        )


@dataclass(slots=True)
class Looked:
    """How hard one story was looked at. `known` are the promises that were seen to break in it;
    `meetings` are runs to see whether its customers meet.
    """

    story: Story
    near: Near
    strategies: list[Strategy] = field(default_factory=list)
    known: set[Identity] = field(default_factory=set)
    schedules: int = 0
    meetings: int = 0
    decisions: list[int] = field(default_factory=list)
    suspects: list[Suspect] = field(default_factory=list)
    kept: set[str] = field(default_factory=set)
    problem: str | None = None
    unstable: str | None = None

    def told(self) -> str:
        """What was completed; where nothing broke, that it holds."""
        told = [strategy.told() for strategy in self.strategies]
        if self.near.departures is not None and not self.known:
            told[0] += " hold" if self.near.departures else " holds"
        return "; ".join(told)


@dataclass(slots=True)
class Explored:
    """The end of it. `exercised` counts, for each situation, the schedules that met it. `apart`:
    customers were not seen to meet, so of equal schedules one was enough.
    """

    looked: list[Looked] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    kept: set[str] = field(default_factory=set)
    exercised: Counter[str] = field(default_factory=Counter)
    schedules: int = 0
    shrinking: int = 0
    apart: bool = True
    over: bool = False

    @property
    def cut_short(self) -> bool:
        """Whether the time was up before `near` was through."""
        return any(
            looked.problem is None and (looked.near.departures or 0) < (looked.near.most or 0)
            for looked in self.looked
        )

    @property
    def unstable(self) -> list[Looked]:
        return [each for each in self.looked if each.unstable is not None]


class Explorer:
    """Explores stories on a stage that is here, or with an executor that has stages elsewhere.

    `tell` hears of each finding, `watch` of all on the way.
    """

    def __init__(
        self,
        stage: Stage | Executor,
        options: Options,
        tell: Callable[[Finding], None] = lambda _: None,
        watch: Watcher = lambda _: None,
    ) -> None:
        self._executor = stage if isinstance(stage, Executor) else Inline(stage)
        self._options = options
        self._tell = tell
        self._watch = watch
        self._anew = False
        self._overlaps: Counter[str] = Counter()
        self._shapes: set[object] = set()
        self.explored = Explored()

    def explore(self, stories: Sequence[Story]) -> Explored:
        manner = self._options.manner
        for story, done in self._round([Opening(story, manner) for story in stories]):
            self._watch(StoryStarted(story.story))
            self._opened(done)
        if not self.explored.apart:
            for looked in self.explored.looked:
                looked.near.apart = False
        for departures in range(1, self._options.departures + 1):
            if "near" in self._options.strategies:
                self._approach(departures)
            self._no_more_stalls()
        self._suspect()
        self._wander()
        return self.explored

    # --- the rounds ----------------------------------------------------------------------------

    def _round(self, works: Sequence[Opening | Slice]) -> Iterator[tuple[Opening | Slice, Done]]:
        """Each work with what came of it, until the time is over or enough was found."""

        def in_time() -> Iterator[Opening | Slice]:
            for work in works:
                if self._done():
                    return
                yield replace(work, seconds=self._options.left())

        results = self._executor.run(in_time())
        for work, done in zip(works, results, strict=False):
            yield work, done
            if self._enough():
                return

    def _opened(self, done: Done) -> None:
        assert isinstance(done.strategy, Near)
        looked = Looked(done.story, done.strategy, [done.strategy])
        looked.problem, looked.unstable = done.problem, done.unstable
        looked.suspects = done.suspects
        self.explored.looked.append(looked)
        self._anew = self._anew or done.anew
        if looked.near.apart and not done.apart:
            self.explored.apart = False
        self._take(looked, done)

    def _approach(self, departures: int) -> None:
        """All schedules with so many departures, story by story."""
        for looked in self._open_ones():
            looked.near.until = departures
        while not self._done():
            shares = [
                (looked, share)
                for looked in self._open_ones()
                for share in looked.near.split(NEAR_SHARE)
            ]
            if not shares:
                return
            works = [self._slice(looked, share, NEAR_SHARE) for looked, share in shares]
            for place, (_, done) in enumerate(self._round(works)):
                looked, _ = shares[place]
                assert isinstance(done.strategy, Near)
                shares[place] = looked, done.strategy
                self._take(looked, done)
            for looked, share in shares:
                looked.near.join([share])

    def _suspect(self) -> None:
        """What broke a promise when customers met, and was not found near the friendly schedule."""
        suspects = [
            (looked, suspect)
            for looked in self._open_ones()
            for suspect in looked.suspects
            if not suspect.identities & looked.known
        ]
        works = [
            replace(self._slice(looked, Told("guard", suspect.names), 1), story=suspect.story)
            for looked, suspect in suspects
        ]
        for (looked, _), (_, done) in zip(suspects, self._round(works), strict=False):
            self._take(looked, done)

    def _no_more_stalls(self) -> None:
        """Where handlers were seen to wait for one another, a stall says nothing new beside
        others.
        """
        if self._overlaps["waited"] > 0 and self._overlaps["overlapped"] <= 0:
            for looked in self.explored.looked:
                looked.near.alone.add("stall")

    def _wander(self) -> None:
        """The random strategies, by turns, a few schedules each, until the time is over."""
        wanted = [name for name in self._options.strategies if name != "near"]
        turns = [(looked, name) for looked in self._open_ones() for name in wanted]
        places = []
        for number, (looked, name) in enumerate(turns):
            looked.strategies.append(self._random(name, number, len(turns)))
            places.append((looked, len(looked.strategies) - 1))
        while places and not self._done():
            works = [
                self._slice(looked, looked.strategies[place], RANDOM_SHARE)
                for looked, place in places
            ]
            left = []
            for (looked, place), (_, done) in zip(places, self._round(works), strict=False):
                looked.strategies[place] = done.strategy
                self._take(looked, done)
                if done.told and self._worth_going_on(looked, done):
                    left.append((looked, place))
            places = left

    def _worth_going_on(self, looked: Looked, done: Done) -> bool:
        """A whole tree is searched only if there is time for it, and its size is told before."""
        every = done.strategy
        if not isinstance(every, Every) or every.estimate is None or every.started:
            return True
        self._watch(TreeEstimated(looked.story, every.estimate))
        a_run = done.seconds / max(done.schedules, 1)
        every.too_many = every.estimate * a_run > self._options.left()
        return not every.too_many

    def _random(self, name: str, number: int, turns: int) -> Strategy:
        """A strategy with its share of the random schedules."""
        seed, runs = self._options.seed, self._options.random_runs
        share = None if runs is None else runs // turns + (number < runs % turns)
        if name == "walk":
            return Walk(seed, share)
        if name == "pct":
            return Pct(seed, share)
        return Every(seed, PROBES, apart=self.explored.apart and self._options.reduce)

    def _slice(self, looked: Looked, strategy: Strategy, runs: int) -> Slice:
        known = frozenset(looked.known)
        return Slice(looked.story, self._options.manner, strategy, runs, known, self._anew)

    def _open_ones(self) -> list[Looked]:
        return [
            each for each in self.explored.looked if each.problem is None and each.unstable is None
        ]

    def _enough(self) -> bool:
        return len(self.explored.findings) >= self._options.max_findings

    def _done(self) -> bool:
        self.explored.over = self.explored.over or self._options.left() <= 0
        return self._enough() or self.explored.over

    # --- what a part showed --------------------------------------------------------------------

    def _take(self, looked: Looked, done: Done) -> None:
        explored = self.explored
        before = looked.schedules, explored.schedules
        looked.schedules += done.schedules
        looked.meetings += done.meetings
        looked.decisions += done.decisions
        looked.known |= done.identities
        explored.schedules += done.schedules
        explored.shrinking += done.shrinking
        looked.kept |= done.kept
        explored.kept |= done.kept
        explored.exercised.update(done.exercised)
        self._overlaps.update(done.overlaps)
        for event in done.told:
            if isinstance(event, ScheduleRun):
                event = replace(event, number=event.number + before[1])
            self._watch(event)
        if done.unlike is not None:
            self._watch(SharingEnded(done.story, done.unlike))
        for finding in done.findings:
            if finding.shape not in self._shapes and not self._enough():
                self._shapes.add(finding.shape)
                found = replace(finding, schedules=finding.schedules + before[0])
                explored.findings.append(found)
                self._tell(found)
