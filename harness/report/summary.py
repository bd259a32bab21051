"""Many runs in the terminal: a line for each scenario, the timeline of what broke, and what was
tested.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from harness.app.config import Config
from harness.model.invariants import Violation
from harness.report.paragraphs import width_of
from harness.report.record import InvariantOutcome, outcomes
from harness.report.timeline import STYLES, Timeline, verdict_line
from harness.report.words import counted
from harness.run_events import (
    CheckStarted,
    Event,
    ExpectationMet,
    InvariantBroken,
    RunEvent,
    RunFinished,
    RunStarted,
    StepTaken,
)


class Summary:
    """A consumer of events: a good run is a line, a broken one is told in full, and at the end
    comes how hard it looked.
    """

    def __init__(self, to: Console) -> None:
        self._console = to
        self._config: Config | None = None
        self._events: list[RunEvent] = []
        self._finished: list[RunFinished] = []

    def __call__(self, event: Event) -> None:
        match event:
            case CheckStarted():
                self._config = event.config
            case RunStarted() | StepTaken() | ExpectationMet() | InvariantBroken():
                self._events.append(event)
            case RunFinished():
                self._tell([*self._events, event], event)
                self._events = []

    def _tell(self, events: Sequence[RunEvent], finished: RunFinished) -> None:
        self._finished.append(finished)
        if not finished.broken:
            self._console.print(verdict_line(finished))
            if finished.problem:
                self._console.print(Padding(Text(finished.problem, style="yellow"), (0, 0, 0, 4)))
            return
        timeline = Timeline(self._console)
        for event in events:
            timeline(event)
        self._console.print()

    def close(self) -> None:
        """What each invariant was put to, and the verdict of all scenarios."""
        assert self._config is not None
        if any(run.moments for run in self._finished):
            self._invariants(outcomes(self._config, self._finished))
            self._first_violations()
        verdicts = Counter(run.verdict for run in self._finished)
        told = ", ".join(f"{count} {verdict}" for verdict, count in verdicts.items())
        style = "bold green" if set(verdicts) == {"holds"} else "bold red"
        self._console.print()
        self._console.print(
            Text(f"{counted(len(self._finished), 'scenario')}: {told}", style=style)
        )

    def _invariants(self, invariants: Sequence[InvariantOutcome]) -> None:
        self._console.print()
        self._console.print(Text("invariants", style="bold underline"))
        for each in invariants:
            self._console.print(_line(each))
            statement = Padding(Text(each.statement, style="dim"), (0, 0, 0, 6))
            self._console.print(statement, width=width_of(self._console))

    def _first_violations(self) -> None:
        """Each broken invariant once, where it was seen first."""
        first: dict[str, tuple[str, Violation]] = {}
        for run in self._finished:
            for violation in run.broken:
                first.setdefault(violation.invariant, (run.scenario.name, violation))
        if first:
            self._console.print()
        for name, (scenario, violation) in first.items():
            line = Text.assemble(
                ("broken  ", "bold red"),
                (name, "bold"),
                f"  first in {scenario}, moment {violation.number}: {violation.step}",
            )
            self._console.print(line)
            self._console.print(
                Text(f"        expected {violation.expected}; seen {violation.seen}"),
            )


def _line(each: InvariantOutcome) -> Text:
    told = ""
    if each.verdict == "broken":
        told = f"in {each.broken} of {counted(each.kept + each.broken, 'scenario')}"
    elif each.verdict == "holds":
        told = f"in {counted(each.kept, 'scenario')}"
    style = STYLES.get(each.verdict, "dim")
    return Text.assemble("  ", (f"{each.verdict:<14}", style), f"{each.name:<22}", (told, "dim"))
