"""What a run tells while it goes: five typed events. Every report is a consumer of these."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from harness.model.invariants import Violation
from harness.model.observation import Observation
from scenarios import Scenario, Step

Verdict = Literal["holds", "broken", "not exercised", "no verdict"]


@dataclass(frozen=True, slots=True)
class RunStarted:
    scenario: Scenario
    seed: int


@dataclass(frozen=True, slots=True)
class StepTaken:
    """One moment. `first` tells the first moment of a step from those that follow in it."""

    scenario: Scenario
    observation: Observation
    first: bool


@dataclass(frozen=True, slots=True)
class ExpectationMet:
    """All that this `expect` step asserts is so."""

    scenario: Scenario
    step: Step


@dataclass(frozen=True, slots=True)
class InvariantBroken:
    """The first time that this invariant broke in this run."""

    scenario: Scenario
    violation: Violation


@dataclass(frozen=True, slots=True)
class RunFinished:
    """The verdict. `kept` are the invariants put to the test that held; `problem` is why there is
    none.

    `expectations` counts what the scenario itself asserted, `moments` the observations made.
    """

    scenario: Scenario
    verdict: Verdict
    broken: tuple[Violation, ...]
    kept: tuple[str, ...]
    expectations: int
    moments: int
    problem: str | None = None


RunEvent = RunStarted | StepTaken | ExpectationMet | InvariantBroken | RunFinished
Listener = Callable[[RunEvent], None]
