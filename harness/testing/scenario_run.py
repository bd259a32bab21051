"""What `@pytest.mark.scenario("cancel_at_period_end")` comes to: one run of a scenario."""

from __future__ import annotations

from dataclasses import dataclass
from io import StringIO

from rich.console import Console

from harness.model.invariants import Violation
from harness.model.observation import Observation
from harness.report import Timeline
from harness.run import Run
from harness.run_events import RunEvent, RunFinished, StepTaken, Verdict
from harness.testing.house import Premises
from scenarios import Scenario, ScenarioError

WIDTH = 120


@dataclass(frozen=True, slots=True)
class ScenarioRun:
    """A run that is over. `events` are all that was told of it, `text` the same as a timeline."""

    finished: RunFinished
    events: tuple[RunEvent, ...]
    text: str

    @property
    def verdict(self) -> Verdict:
        return self.finished.verdict

    @property
    def broken(self) -> tuple[Violation, ...]:
        return self.finished.broken

    @property
    def kept(self) -> tuple[str, ...]:
        """The invariants that were put to the test and held."""
        return self.finished.kept

    @property
    def transcript(self) -> list[Observation]:
        return [each.observation for each in self.events if isinstance(each, StepTaken)]

    def check(self) -> None:
        """Raises `AssertionError` unless all holds, with the proof of what does not."""
        if self.verdict == "holds":
            return
        name = self.finished.scenario.name
        told = [f"{each.invariant} broken at {each.step}\n{each.proof}" for each in self.broken]
        problem = self.finished.problem or "nothing was put to the test"
        raise AssertionError(f"{name}: " + ("\n".join(told) or f"no verdict: {problem}"))


def run_scenario(premises: Premises, scenario: Scenario, seed: int) -> ScenarioRun:
    """Plays it from the beginning. Raises `ScenarioError` where it needs a plan that the app does
    not have.
    """
    stage = premises.fresh()
    unknown = sorted(scenario.plans - set(stage.config.plans))
    if unknown:
        problem = f"needs a [plans.{unknown[0]}] in {stage.config.path}"
        raise ScenarioError(scenario.path, None, problem)
    screen = StringIO()
    timeline = Timeline(Console(file=screen, width=WIDTH, highlight=False))
    events: list[RunEvent] = []

    def hear(event: RunEvent) -> None:
        events.append(event)
        timeline(event)

    with premises.lent():
        try:
            finished = Run(scenario, stage, seed, hear).play()
        finally:
            if stage.launched is not None:
                stage.launched.hear = None
    return ScenarioRun(finished, tuple(events), screen.getvalue())
