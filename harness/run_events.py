"""What a command tells while it goes: one stream of typed events. Every report consumes it.

A check begins and ends; in between scenarios are run one after the other, each with its steps, and
then stories are explored (harness/explore/events.py has those events).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from harness.app.config import Config
from harness.app.protocol import Exchange
from harness.explore.events import ExploreEvent
from harness.model.invariants import Violation
from harness.model.observation import Observation
from scenarios import Scenario, Step

Verdict = Literal["holds", "broken", "not exercised", "no verdict"]


@dataclass(frozen=True, slots=True)
class CheckStarted:
    """A command begins: what it was asked to look at."""

    config: Config
    seed: int
    scenarios: tuple[Scenario, ...]


@dataclass(frozen=True, slots=True)
class RunStarted:
    scenario: Scenario
    seed: int


@dataclass(frozen=True, slots=True)
class StepTaken:
    """One moment. `first` tells the first moment of a step from those that follow in it;
    `exchanges` are what the app was asked and answered meanwhile, its entitlement left out.
    """

    scenario: Scenario
    observation: Observation
    first: bool
    exchanges: tuple[Exchange, ...] = ()


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


@dataclass(frozen=True, slots=True)
class CheckFinished:
    """The command is over. `code` is its exit code, `seconds` wall time."""

    code: int
    seconds: float


RunEvent = RunStarted | StepTaken | ExpectationMet | InvariantBroken | RunFinished
Listener = Callable[[RunEvent], None]
Event = CheckStarted | RunEvent | ExploreEvent | CheckFinished
Tell = Callable[[Event], None]
"""A consumer of the whole stream."""
