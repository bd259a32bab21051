"""The parts into which an exploration is cut: each is a value that can be carried elsewhere, played
on any stage, and gives the same result there.

An `Opening` is the friendly schedule of a story and what is needed to go on from it; a `Slice` is a
share of one strategy's schedules. Every finding is shrunk where it was made.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Container
from dataclasses import dataclass, field, replace
from typing import Protocol

from harness.explore.choice import Kind
from harness.explore.events import ScheduleRun, ShrinkProgress
from harness.explore.finding import Finding
from harness.explore.game import Break, Chooser, Identity, Played
from harness.explore.isolation import Isolated, encounters, pairs
from harness.explore.shrink import Plays, Runs, Shrinker
from harness.explore.strategies import Near, Script, Strategy
from scenarios import Story

ALONE: tuple[Kind, ...] = ("probe",)
"""Faults whose place in the order tells nothing: `near` does not combine them with others."""

Clock = Callable[[], float]


class GivenFailed(Exception):
    """What is given in a story cannot be had: a promise broke, or the app refused, on the way."""


class Stage(Protocol):
    """Where stories are played: the theatre, or a toy.

    `unlike` is the first step that showed something else when a run that had been played in parts
    was played in full; the stage plays all in full since.
    """

    overlaps: dict[str, int]
    unlike: str | None

    def play(self, story: Story, chooser: Chooser, known: Container[Identity] = ()) -> Played: ...

    def remember(self, story: Story) -> Played:
        """The friendly run, with whose end all others are compared."""
        ...

    def make_anew(self) -> bool:
        """Start the app for each run from now on, if that is possible and not so already."""
        ...


@dataclass(frozen=True, slots=True)
class Manner:
    """How a part is played: what every part of one exploration has in common.

    `shrink_seconds` and `shrink_runs` are for each finding. `isolation`: the app promises that
    customers do not meet, so it is a finding when they do.
    """

    seed: int = 7
    departures: int = 1
    max_findings: int = 3
    shrink_runs: int = 2000
    shrink_seconds: float = 10.0
    isolation: bool = True
    reduce: bool = True


@dataclass(frozen=True, slots=True)
class Suspect:
    """A schedule that breaks promises, by the names of its steps; met on the way to something else.
    A smaller one may yet be found, so it is told only if none is.
    """

    story: Story
    names: tuple[str, ...]
    identities: frozenset[Identity]


@dataclass(slots=True)
class Done:
    """What came of a part. `strategy` is where it stands now; `identities` were broken; `meetings`
    were run to see whether customers meet, beside the schedules. `unlike` is the stage's, if that
    came to light here.
    """

    story: Story
    strategy: Strategy
    schedules: int = 0
    meetings: int = 0
    decisions: list[int] = field(default_factory=list)
    kept: set[str] = field(default_factory=set)
    exercised: Counter[str] = field(default_factory=Counter)
    findings: list[Finding] = field(default_factory=list)
    identities: set[Identity] = field(default_factory=set)
    told: list[ScheduleRun | ShrinkProgress] = field(default_factory=list)
    shrinking: int = 0
    overlaps: Counter[str] = field(default_factory=Counter)
    unlike: str | None = None
    anew: bool = False
    apart: bool = False
    problem: str | None = None
    unstable: str | None = None
    suspects: list[Suspect] = field(default_factory=list)
    seconds: float = 0.0


class Work(Protocol):
    @property
    def story(self) -> Story: ...

    @property
    def seconds(self) -> float: ...

    def perform(self, stage: Stage, clock: Clock) -> Done: ...


@dataclass(frozen=True, slots=True)
class Opening:
    """The friendly schedule twice, for what is not the same twice cannot be explored; then whether
    customers meet.
    """

    story: Story
    manner: Manner
    seconds: float = math.inf

    def perform(self, stage: Stage, clock: Clock) -> Done:
        record = _Record(self.story, Near(self.manner.departures, ALONE), self, stage, clock)
        self._open(record, self.story)
        return record.end()

    def _open(self, record: _Record, story: Story) -> None:
        done, stage = record.done, record.stage
        done.story = story
        try:
            once = stage.remember(story)
        except GivenFailed as fault:
            if not story.given:
                done.problem = str(fault)
                return
            self._open(record, told_in_full(story))
            return
        if once.breaks:
            record.note(once, "prompt")
            return
        could_not = (step.line for step in once.steps if step.sees.startswith("could not"))
        done.problem = next(could_not, None)
        if done.problem is None:
            self._again(record, once)

    def _again(self, record: _Record, once: Played) -> None:
        done, stage = record.done, record.stage
        near = Near(self.manner.departures, ALONE)
        near.until = 0
        near.next_run()
        apart = self.manner.reduce and len(done.story.acts) > 1
        near.apart = apart
        twice = stage.play(done.story, near)
        near.finish_run()
        done.strategy = near
        if once.transcript != twice.transcript and stage.make_anew():
            done.anew = True
            self._open(record, done.story)
            return
        record.note(twice, "near")
        if once.transcript != twice.transcript:
            done.unstable = first_difference(once, twice)
        elif not twice.breaks:
            done.apart = apart and self._apart(record)

    def _apart(self, record: _Record) -> bool:
        """Whether no two customers were seen to meet."""
        isolated, apart = Isolated(record.stage), True
        for pair in pairs(record.done.story):
            for chooser in encounters(pair).values():
                if record.over():
                    return False
                played = isolated.play(pair, chooser)
                record.done.meetings += 1
                if played.breaks:
                    apart = False
                    self._met(record, pair, played, isolated)
                record.done.kept |= played.kept
        return apart

    def _met(self, record: _Record, pair: Story, played: Played, isolated: Isolated) -> None:
        """A promise that breaks in this run alone comes before one that takes two to compare."""
        names = tuple(step.choice.name for step in played.steps if not step.settling)
        alone = record.stage.play(pair, Script(names))
        if alone.breaks:
            record.done.suspects.append(Suspect(pair, names, alone.identities))
        elif self.manner.isolation:
            record.judge(pair, played, "guard", isolated)


@dataclass(frozen=True, slots=True)
class Slice:
    """At most so many `runs` of a strategy; breaks of `known` promises are nothing new."""

    story: Story
    manner: Manner
    strategy: Strategy
    runs: int
    known: frozenset[Identity] = frozenset()
    anew: bool = False
    seconds: float = math.inf

    def perform(self, stage: Stage, clock: Clock) -> Done:
        if self.anew:
            stage.make_anew()
        record = _Record(self.story, self.strategy, self, stage, clock)
        record.known |= self.known
        runs = 0
        while runs < self.runs and not record.over() and self.strategy.next_run():
            runs += 1
            played = stage.play(self.story, self.strategy, record.known)
            if isinstance(self.strategy, Near):
                self.strategy.finish_run()
            record.note(played, self.strategy.name)
        return record.end()


class _Record:
    """What a part has shown so far."""

    def __init__(
        self, story: Story, strategy: Strategy, part: Opening | Slice, stage: Stage, clock: Clock
    ) -> None:
        self.done = Done(story, strategy)
        self.stage = stage
        self.known: set[Identity] = set()
        self._part = part
        self._clock = clock
        self._began = clock()
        self._overlaps = Counter(stage.overlaps)
        self._unlike = stage.unlike

    def over(self) -> bool:
        enough = len(self.done.findings) >= self._part.manner.max_findings
        return enough or self._clock() - self._began >= self._part.seconds

    def end(self) -> Done:
        self.done.overlaps = Counter(self.stage.overlaps)
        self.done.overlaps.subtract(self._overlaps)
        if self.stage.unlike != self._unlike:
            self.done.unlike = self.stage.unlike
        self.done.seconds = self._clock() - self._began
        return self.done

    def note(self, played: Played, strategy: str) -> None:
        """What one run showed."""
        done = self.done
        if not played.cut:
            done.schedules += 1
            done.decisions.append(played.decisions)
        done.exercised.update(played.exercised)
        run = done.schedules, played.departures, len(played.steps)
        done.told.append(ScheduleRun(done.story, strategy, *run))
        self.judge(done.story, played, strategy, self.stage)

    def judge(self, story: Story, played: Played, strategy: str, plays: Plays) -> None:
        """Whether it broke something new."""
        self.done.kept |= played.kept
        fresh = [each for each in played.breaks if each.identity not in self.known]
        if fresh:
            self.known |= played.identities
            self.done.identities |= played.identities
            self._found(story, played, fresh[0], strategy, plays)

    def _found(
        self, story: Story, played: Played, broken: Break, strategy: str, plays: Plays
    ) -> None:
        manner, began = self._part.manner, self._clock()
        if broken.invariant == "history-independent":
            plays = _Remembering(self.stage)

        def over() -> bool:
            now = self._clock()
            whole = now - self._began >= self._part.seconds
            return whole or now - began >= manner.shrink_seconds

        self._progress(story, played, broken, 0)
        shrinker = Shrinker(plays, broken.identity, Runs(manner.shrink_runs, over))
        smallest = shrinker.smallest(story, played)
        self._progress(smallest.story, smallest.played, broken, smallest.runs)
        self.done.shrinking += smallest.runs
        self.done.findings.append(
            Finding(
                story=smallest.story,
                played=smallest.played,
                broken=next(b for b in smallest.played.breaks if b.identity == broken.identity),
                seed=manner.seed,
                strategy=strategy,
                departures=played.departures,
                schedules=self.done.schedules,
                checked=smallest.checked,
                proved=smallest.proved,
                any_order=smallest.any_order,
            )
        )

    def _progress(self, story: Story, played: Played, broken: Break, runs: int) -> None:
        size = len(played.steps), played.departures
        self.done.told.append(ShrinkProgress(story, broken.invariant, runs, *size))


class _Remembering:
    """A stage that knows of every story how its friendly run ends."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._remembered: set[object] = set()

    def play(self, story: Story, chooser: Chooser, known: Container[Identity] = ()) -> Played:
        if story.key not in self._remembered:
            self._remembered.add(story.key)
            self._stage.remember(story)
        return self._stage.play(story, chooser, known)


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
