"""The whole of a command, kept: what HTML, JUnit, JSON and annotations are written from at its end.

A consumer of the event stream that only remembers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from harness.app.config import Config
from harness.explore.events import ExplorationFinished, ExplorationStarted, Found
from harness.explore.explorer import Explored
from harness.model.invariants import INVARIANTS, Violation
from harness.run_events import (
    CheckFinished,
    CheckStarted,
    Event,
    InvariantBroken,
    RunFinished,
    StepTaken,
)
from scenarios import Story

Outcome = Literal["holds", "broken", "not exercised", "not promised"]


@dataclass(frozen=True, slots=True)
class ScenarioRun:
    """A scenario that was run. `broken` are in the order in which they broke."""

    finished: RunFinished
    steps: tuple[StepTaken, ...]
    broken: tuple[Violation, ...]


@dataclass(frozen=True, slots=True)
class InvariantOutcome:
    """What one invariant came to: in how many scenarios it held and broke, in how many findings."""

    name: str
    statement: str
    verdict: Outcome
    kept: int
    broken: int
    findings: int
    explored: bool


@dataclass(slots=True)
class Record:
    """`seconds` are wall time; `explored` is `None` where nothing was explored; `problem` is why
    the command ended before it could judge anything.
    """

    config: Config | None = None
    seed: int = 0
    runs: list[ScenarioRun] = field(default_factory=list)
    stories: Sequence[Story] = ()
    findings: list[Found] = field(default_factory=list)
    explored: Explored | None = None
    exploring: float = 0.0
    seconds: float = 0.0
    code: int = 3
    problem: str | None = None
    _steps: list[StepTaken] = field(default_factory=list)
    _broken: list[Violation] = field(default_factory=list)

    def __call__(self, event: Event) -> None:
        match event:
            case CheckStarted():
                self.config, self.seed = event.config, event.seed
            case StepTaken():
                self._steps.append(event)
            case InvariantBroken():
                self._broken.append(event.violation)
            case RunFinished():
                run = ScenarioRun(event, tuple(self._steps), tuple(self._broken))
                self.runs.append(run)
                self._steps, self._broken = [], []
            case ExplorationStarted():
                self.stories = event.stories
            case Found():
                self.findings.append(event)
            case ExplorationFinished():
                self.explored, self.exploring = event.explored, event.seconds
            case CheckFinished():
                self.code, self.seconds = event.code, event.seconds

    @property
    def verdict(self) -> str:
        """`holds`, `broken` or `no verdict`, of all together."""
        return {0: "holds", 1: "broken"}.get(self.code, "no verdict")

    @property
    def rate(self) -> float:
        """Schedules a second while exploring, those of shrinking too."""
        if self.explored is None or not self.exploring:
            return 0.0
        return (self.explored.schedules + self.explored.shrinking) / self.exploring

    def outcomes(self) -> list[InvariantOutcome]:
        """Every invariant there is, in the order of telling."""
        assert self.config is not None
        finished = [run.finished for run in self.runs]
        found = [each.finding.broken.invariant for each in self.findings]
        explored = self.explored.kept if self.explored is not None else frozenset[str]()
        return outcomes(self.config, finished, found, explored)


def outcomes(
    config: Config,
    finished: Sequence[RunFinished],
    found: Sequence[str] = (),
    explored: frozenset[str] | set[str] = frozenset(),
) -> list[InvariantOutcome]:
    """What each invariant came to in these runs, in these findings and in what was explored."""
    return [
        InvariantOutcome(
            name=name,
            statement=invariant.statement,
            verdict=_verdict(
                promised=_promised(name, config),
                kept=any(name in run.kept for run in finished) or name in explored,
                broken=name in found
                or any(name == v.invariant for r in finished for v in r.broken),
            ),
            kept=sum(name in run.kept for run in finished),
            broken=sum(name == v.invariant for run in finished for v in run.broken),
            findings=found.count(name),
            explored=name in explored,
        )
        for name, invariant in INVARIANTS.items()
    ]


def _promised(name: str, config: Config) -> bool:
    writes_elsewhere = name == "single-writer" and config.profile.writer != "webhook-only"
    return name in config.promises and not writes_elsewhere


def _verdict(*, promised: bool, kept: bool, broken: bool) -> Outcome:
    if not promised:
        return "not promised"
    if broken:
        return "broken"
    return "holds" if kept else "not exercised"
