"""Exploration in the terminal: each finding as a short proof, and at the end how hard it looked."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console
from rich.text import Text

from harness.app.config import Config
from harness.explore.exercised import SITUATIONS
from harness.explore.explorer import Explored, Looked
from harness.explore.finding import Finding
from harness.explore.game import Taken
from harness.model.invariants import INVARIANTS
from harness.report.words import counted

_MOST_STEPS = 16
_ACTOR = 12
_WORDS = 60


class ExplorationReport:
    """Tells findings as they come, and the end of it."""

    def __init__(self, to: Console) -> None:
        self._console = to

    def finding(self, found: Finding, path: Path) -> None:
        """At most 25 lines: the steps, two sentences that cannot both be right, the replay."""
        broken = found.broken
        steps = counted(len(found.played.steps), "step")
        head = Text.assemble(
            (f"{broken.invariant} broken", "bold red"),
            f" in {steps} (story {found.story.name}, customer {broken.customer})",
            (f"   {found.strategy}, schedule {found.schedules}", "dim"),
        )
        self._print(head)
        numbered = list(enumerate(found.played.steps, 1))
        if len(numbered) > _MOST_STEPS:
            self._print(Text(f"     ... {len(numbered) - _MOST_STEPS} steps before", style="dim"))
        for number, step in numbered[-_MOST_STEPS:]:
            self._print(self._step(number, step))
        self._print(Text(f"  Then:    {broken.then}"))
        self._print(Text(f"  However: {broken.however}"))
        self._print(Text.assemble("  Replay:  ", (f"carom replay {path}", "bold")))
        proof = (
            f"smallest: {counted(found.checked, 'smaller schedule')} "
            f"{'holds' if found.checked == 1 else 'hold'}"
            if found.proved
            else f"not proved smallest: {found.checked} smaller schedules hold, "
            "then the budget was spent"
        )
        self._print(Text(f"           {proof}", style="dim"))
        self._console.print()

    def close(self, explored: Explored, config: Config, seconds: float) -> None:
        """What was explored, what was met and what was not, and the verdict."""
        self._print(Text("explored", style="bold underline"))
        for looked in explored.looked:
            self._print(self._story(looked))
        runs = explored.schedules + explored.shrinking
        decisions = [n for looked in explored.looked for n in looked.decisions]
        if decisions:
            average = sum(decisions) / len(decisions)
            told = f"{min(decisions)} min, {average:.1f} avg, {max(decisions)} max"
            self._print(Text(f"  decisions a schedule: {told}", style="dim"))
        rate = runs / seconds if seconds else 0.0
        cut = ", cut short by the budget" if explored.over and explored.cut_short else ""
        self._print(
            Text(
                f"  {explored.schedules} schedules, {explored.shrinking} more to shrink, in "
                f"{seconds:.1f} s: {rate:.0f} a second{cut}",
                style="dim",
            )
        )
        self._exercised(explored)
        self._invariants(explored, config)
        self._console.print()
        self._print(Text(verdict_of(explored), style=_style(explored)))

    def _exercised(self, explored: Explored) -> None:
        self._console.print()
        self._print(Text("exercised", style="bold underline"))
        for situation in SITUATIONS:
            count = explored.exercised[situation]
            told = f"in {count} of {explored.schedules}" if count else "never"
            style = "" if count else "yellow"
            self._print(Text(f"  {situation:<54}{told}", style=style))

    def _invariants(self, explored: Explored, config: Config) -> None:
        broken = {finding.broken.invariant for finding in explored.findings}
        for name in INVARIANTS:
            if name in config.promises and name not in explored.kept | broken:
                self._print(Text(f"  {name:<54}not exercised", style="yellow"))

    def _story(self, looked: Looked) -> Text:
        told = "; ".join(strategy.told() for strategy in looked.strategies)
        if looked.problem is not None:
            return Text(f"  {looked.story.name:<34}no verdict: {looked.problem}", style="yellow")
        if looked.unstable is not None:
            words = f"unstable: one schedule twice, {looked.unstable}"
            return Text(f"  {looked.story.name:<34}{words}", style="bold yellow")
        return Text.assemble(f"  {looked.story.name:<34}", (told, "dim"))

    def _step(self, number: int, step: Taken) -> Text:
        actor, _, words = step.choice.name.partition(": ")
        mark = "  <- departs" if step.index and not step.settling else ""
        line = Text.assemble(
            (f"{number:>4}  ", "dim"), (f"{actor:<{_ACTOR}}", "cyan"), f"{words:<{_WORDS}}"
        )
        line.append(step.sees, style="dim")
        line.append(mark, style="bold yellow")
        return line

    def _print(self, text: Text) -> None:
        self._console.print(text, soft_wrap=True)


def verdict_of(explored: Explored) -> str:
    """One line: what the exploration comes to."""
    if explored.findings:
        return f"exploration: broken, {counted(len(explored.findings), 'finding')}"
    if explored.unstable:
        return "exploration: unstable, the same schedule does not give the same run"
    if not explored.kept:
        return "exploration: not exercised"
    return f"exploration: holds in {explored.schedules} schedules"


def exit_code_of(explored: Explored) -> int:
    """0 holds, 1 broken, 3 no verdict."""
    if explored.findings:
        return 1
    return 3 if explored.unstable or not explored.kept else 0


def _style(explored: Explored) -> str:
    return "bold red" if exit_code_of(explored) == 1 else (
        "bold yellow" if exit_code_of(explored) else "bold green"
    )  # fmt: skip
