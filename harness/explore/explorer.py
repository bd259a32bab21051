"""Explores stories: the friendly schedule first, then all that is near it, then at random, until
the time is over or enough was found. Every finding is shrunk at once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Container, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

from harness.explore.choice import Kind
from harness.explore.finding import Finding
from harness.explore.game import Break, Chooser, Identity, Played
from harness.explore.shrink import Runs, Shrinker
from harness.explore.strategies import Every, Near, Pct, Strategy, Walk
from scenarios import Story

ALONE: tuple[Kind, ...] = ("probe",)
"""Faults whose place in the order tells nothing: `near` does not combine them with others."""


class GivenFailed(Exception):
    """What is given in a story cannot be had: a promise broke, or the app refused, on the way."""


class Stage(Protocol):
    """Where stories are played: the theatre, or a toy."""

    overlaps: dict[str, int]

    def play(self, story: Story, chooser: Chooser, known: Container[Identity] = ()) -> Played: ...

    def remember(self, story: Story) -> Played:
        """The friendly run, with whose end all others are compared."""
        ...

    def make_anew(self) -> bool:
        """Start the app for each run from now on, if that is possible and not so already."""
        ...


@dataclass(frozen=True, slots=True)
class Options:
    """`over` says when the time is up; `shrink_over` when that of one finding is."""

    seed: int = 7
    departures: int = 1
    strategies: tuple[str, ...] = ("near", "walk", "pct")
    max_findings: int = 3
    shrink_runs: int = 400
    random_runs: int | None = None
    over: Callable[[], bool] = lambda: False


@dataclass(slots=True)
class Looked:
    """How hard one story was looked at."""

    story: Story
    near: Near
    strategies: list[Strategy] = field(default_factory=list)
    schedules: int = 0
    decisions: list[int] = field(default_factory=list)
    problem: str | None = None
    unstable: str | None = None


@dataclass(slots=True)
class Explored:
    """The end of it. `exercised` counts, for each situation, the schedules that met it."""

    looked: list[Looked] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    kept: set[str] = field(default_factory=set)
    exercised: Counter[str] = field(default_factory=Counter)
    schedules: int = 0
    shrinking: int = 0
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
    """Explores stories on a stage; `tell` hears of each finding."""

    def __init__(
        self, stage: Stage, options: Options, tell: Callable[[Finding], None] = lambda _: None
    ) -> None:
        self._stage = stage
        self._options = options
        self._tell = tell
        self._known: set[Identity] = set()
        self.explored = Explored()

    def explore(self, stories: Sequence[Story]) -> Explored:
        for story in stories:
            if self._done():
                break
            self._begin(story)
        for departures in range(1, self._options.departures + 1):
            for looked in self._open_ones() if "near" in self._options.strategies else ():
                looked.near.until = departures
                self._run(looked, looked.near)
            self._no_more_stalls()
        self._wander()
        return self.explored

    # --- the rounds ----------------------------------------------------------------------------

    def _begin(self, story: Story) -> None:
        """The friendly schedule twice: what is not the same twice cannot be explored."""
        near = Near(self._options.departures, ALONE)
        looked = Looked(story, near, [near])
        self.explored.looked.append(looked)
        try:
            once = self._stage.remember(story)
        except GivenFailed as fault:
            if not story.given:
                looked.problem = str(fault)
                return
            self.explored.looked.pop()
            self._begin(told_in_full(story))
            return
        if once.breaks:
            self._note(looked, once, "prompt")
            return
        looked.problem = next(
            (step.line for step in once.steps if step.sees.startswith("could not")), None
        )
        if looked.problem is not None:
            return
        near.until = 0
        near.next_run()
        twice = self._stage.play(story, near, tuple(self._known))
        near.finish_run()
        if once.transcript != twice.transcript and self._stage.make_anew():
            self.explored.looked.pop()
            self._begin(story)
            return
        self._note(looked, twice, "near")
        if once.transcript != twice.transcript:
            looked.unstable = first_difference(once, twice)

    def _run(self, looked: Looked, strategy: Strategy) -> None:
        while not self._done() and strategy.next_run():
            played = self._stage.play(looked.story, strategy, tuple(self._known))
            if isinstance(strategy, Near):
                strategy.finish_run()
            self._note(looked, played, strategy.name)

    def _no_more_stalls(self) -> None:
        """Where handlers were seen to wait for one another, a stall says nothing new beside
        others.
        """
        overlaps = self._stage.overlaps
        if overlaps.get("waited", 0) and not overlaps.get("overlapped", 0):
            for looked in self.explored.looked:
                looked.near.alone.add("stall")

    def _wander(self) -> None:
        """The random strategies, by turns, one schedule each, until the time is over."""
        wanted = [name for name in self._options.strategies if name != "near"]
        turns: list[tuple[Looked, Strategy]] = []
        for looked in self._open_ones():
            made = [self._random(name) for name in wanted]
            looked.strategies += made
            turns += [(looked, strategy) for strategy in made]
        while turns and not self._done():
            left = []
            for looked, strategy in turns:
                if self._done():
                    return
                if strategy.next_run():
                    played = self._stage.play(looked.story, strategy, tuple(self._known))
                    self._note(looked, played, strategy.name)
                    left.append((looked, strategy))
            turns = left

    def _random(self, name: str) -> Strategy:
        runs = self._options.random_runs
        if name == "walk":
            return Walk(self._options.seed, runs)
        return Pct(self._options.seed, runs) if name == "pct" else Every()

    def _open_ones(self) -> list[Looked]:
        return [
            each for each in self.explored.looked if each.problem is None and each.unstable is None
        ]

    def _done(self) -> bool:
        explored = self.explored
        if len(explored.findings) >= self._options.max_findings:
            return True
        explored.over = explored.over or self._options.over()
        return explored.over

    # --- what a run showed ---------------------------------------------------------------------

    def _note(self, looked: Looked, played: Played, strategy: str) -> None:
        explored = self.explored
        explored.schedules += 1
        looked.schedules += 1
        looked.decisions.append(played.decisions)
        explored.kept |= played.kept
        explored.exercised.update(played.exercised)
        fresh = [each for each in played.breaks if each.identity not in self._known]
        if fresh:
            self._found(looked, played, fresh[0], strategy)

    def _found(self, looked: Looked, played: Played, broken: Break, strategy: str) -> None:
        self._known |= played.identities
        budget = Runs(self._options.shrink_runs, self._options.over)
        smallest = Shrinker(self._stage, broken.identity, budget).smallest(looked.story, played)
        self.explored.shrinking += smallest.runs
        shrunk = next(b for b in smallest.played.breaks if b.identity == broken.identity)
        finding = Finding(
            story=smallest.story,
            played=smallest.played,
            broken=shrunk,
            seed=self._options.seed,
            strategy=strategy,
            departures=played.departures,
            schedules=looked.schedules,
            checked=smallest.checked,
            proved=smallest.proved,
        )
        self.explored.findings.append(finding)
        self._tell(finding)


def told_in_full(story: Story) -> Story:
    """The story from its very beginning: what was given is done before the eyes of all."""
    acts = {who: (*story.given, *told) for who, told in story.acts.items()}
    return replace(story, given=(), acts=acts)


def first_difference(once: Played, twice: Played) -> str:
    """The first step that was not the same in two runs of one schedule."""
    for number, (a, b) in enumerate(zip(once.steps, twice.steps, strict=False), 1):
        if a.line != b.line:
            return f'step {number}: first "{a.line}", then "{b.line}"'
    return f"{len(once.steps)} steps, then {len(twice.steps)}"
