"""Many runs in the terminal: a line for each scenario, the timeline of what broke, and what was
tested.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from rich.console import Console
from rich.text import Text

from harness.app.config import Profile
from harness.model.invariants import INVARIANTS, Violation
from harness.report.timeline import STYLES, Timeline, verdict_line
from harness.report.words import counted
from harness.run_events import RunEvent, RunFinished


class Summary:
    """Takes whole runs, one after the other, and tells at the end how hard it looked."""

    def __init__(self, to: Console) -> None:
        self._console = to
        self._finished: list[RunFinished] = []

    def add(self, events: Sequence[RunEvent]) -> None:
        """One run. A good one is a line; a broken one is told in full."""
        finished = events[-1]
        assert isinstance(finished, RunFinished)
        self._finished.append(finished)
        if not finished.broken:
            self._console.print(verdict_line(finished))
            if finished.problem:
                self._console.print(Text(f"    {finished.problem}", style="yellow"))
            return
        timeline = Timeline(self._console)
        for event in events:
            timeline(event)
        self._console.print()

    def close(self, promises: Sequence[str], profile: Profile) -> None:
        """What each invariant was put to, and the verdict of all."""
        if any(run.moments for run in self._finished):
            self._invariants(promises, profile)
            self._first_violations()
        verdicts = Counter(run.verdict for run in self._finished)
        told = ", ".join(f"{count} {verdict}" for verdict, count in verdicts.items())
        style = "bold green" if set(verdicts) == {"holds"} else "bold red"
        self._console.print()
        self._console.print(
            Text(f"{counted(len(self._finished), 'scenario')}: {told}", style=style)
        )

    def _invariants(self, promises: Sequence[str], profile: Profile) -> None:
        kept = Counter(name for run in self._finished for name in run.kept)
        broken = Counter(each.invariant for run in self._finished for each in run.broken)
        self._console.print()
        self._console.print(Text("invariants", style="bold underline"))
        for name, invariant in INVARIANTS.items():
            self._console.print(self._tested(name, promises, profile, kept[name], broken[name]))
            self._console.print(Text(f"      {invariant.statement}", style="dim"))

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

    def _tested(
        self, name: str, promises: Sequence[str], profile: Profile, kept: int, broken: int
    ) -> Text:
        if name not in promises or (name == "single-writer" and profile.writer != "webhook-only"):
            verdict, told = "not promised", ""
        elif broken:
            verdict, told = "broken", f"in {broken} of {counted(kept + broken, 'scenario')}"
        elif kept:
            verdict, told = "holds", f"in {counted(kept, 'scenario')}"
        else:
            verdict, told = "not exercised", ""
        style = STYLES.get(verdict, "dim")
        return Text.assemble("  ", (f"{verdict:<14}", style), f"{name:<22}", (told, "dim"))
