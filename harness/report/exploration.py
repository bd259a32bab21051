"""Exploration in the terminal: each finding as a short proof, and at the end how hard it looked."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from rich.console import Console
from rich.text import Text

from harness.app.config import Config
from harness.explore.events import (
    ExplorationFinished,
    ExplorationStarted,
    Found,
    SharingEnded,
    TreeEstimated,
)
from harness.explore.exercised import SITUATIONS
from harness.explore.explorer import Explored, Looked
from harness.explore.finding import Finding
from harness.explore.game import Taken
from harness.explore.strategies import about
from harness.model.invariants import INVARIANTS
from harness.report.paragraphs import columns, hanging, width_of
from harness.report.words import counted
from harness.run_events import CheckStarted, Event

MOST_LINES = 25
"""Of one finding: what is longer nobody reads in a terminal; `carom explain` tells all of it."""

ANY_ORDER = "may as well change places with the next step"
_SITUATION = 54
_STORY = 30
_SEEN_AT = 60
Line = tuple[str, str]
ExplorationVerdict = Literal["broken", "holds", "not exercised", "unstable"]


class ExplorationReport:
    """A consumer of events: tells findings as they come, and the end of it."""

    def __init__(self, to: Console) -> None:
        self._console = to
        self._config: Config | None = None

    def __call__(self, event: Event) -> None:
        match event:
            case CheckStarted():
                self._config = event.config
            case ExplorationStarted():
                stories = counted(len(event.stories), "story").replace("storys", "stories")
                self._console.print()
                self._print(Text(f"exploring {stories}, seed {event.seed}"))
                self._console.print()
            case TreeEstimated():
                size = about(event.schedules)
                self._print(Text(f"{event.story.name}: {size} schedules in all", style="dim"))
            case SharingEnded():
                self._print(Text(_slower(event), style="yellow"))
            case Found():
                for line, style in finding_lines(event.finding, event.path, self._console):
                    self._print(Text(line, style=style))
                self._console.print()
            case ExplorationFinished():
                assert self._config is not None
                self._close(event.explored, self._config, event.seconds)

    def _close(self, explored: Explored, config: Config, seconds: float) -> None:
        """What was explored, what was met and what was not, and the verdict."""
        self._print(Text("explored", style="bold underline"))
        self._console.print(
            columns([_story(looked) for looked in explored.looked], _STORY, None),
            width=width_of(self._console),
        )
        decisions = [n for looked in explored.looked for n in looked.decisions]
        if decisions:
            average = sum(decisions) / len(decisions)
            told = f"{min(decisions)} min, {average:.1f} avg, {max(decisions)} max"
            self._print(Text(f"  decisions a schedule: {told}", style="dim"))
        runs = explored.schedules + explored.shrinking
        rate = runs / seconds if seconds else 0.0
        cut = ", cut short by the budget" if explored.over and explored.cut_short else ""
        told = (
            f"  {explored.schedules} schedules, {explored.shrinking} more to shrink, in "
            f"{seconds:.1f} s: {rate:.0f} a second{cut}"
        )
        self._print(Text(told, style="dim"))
        self._exercised(explored)
        self._invariants(explored, config)
        self._console.print()
        self._print(Text(verdict_line_of(explored), style=_style(explored)))

    def _exercised(self, explored: Explored) -> None:
        self._console.print()
        self._print(Text("exercised", style="bold underline"))
        for situation in SITUATIONS:
            count = explored.exercised[situation]
            told = f"in {count} of {explored.schedules}" if count else "never"
            style = "" if count else "yellow"
            self._print(Text(f"  {situation:<{_SITUATION}}{told}", style=style))

    def _invariants(self, explored: Explored, config: Config) -> None:
        broken = {finding.broken.invariant for finding in explored.findings}
        for name in INVARIANTS:
            if name in config.promises and name not in explored.kept | broken:
                self._print(Text(f"  {name:<{_SITUATION}}not exercised", style="yellow"))

    def _print(self, text: Text) -> None:
        self._console.print(text)


def finding_lines(found: Finding, path: Path, to: Console) -> list[Line]:
    """At most 25 lines, each with its style: the steps, two sentences that cannot both be right,
    how to play it again.
    """
    width, broken = width_of(to), found.broken
    steps = counted(len(found.played.steps), "step")
    where = f"(story {found.story.name}, customer {broken.customer})"
    head = [
        (line, "bold red")
        for line in hanging("", f"{broken.invariant} broken in {steps} {where}", width)
    ]
    tail: list[Line] = []
    for word, sentence in (("Then:", broken.then), ("However:", broken.however)):
        tail += [(line, "") for line in hanging(f"  {word:<9}", sentence, width)]
    tail += [(line, "bold") for line in hanging("  Replay:  ", f"carom replay {path}", width)]
    how = f"{found.strategy}, schedule {found.schedules}, {counted(found.departures, 'departure')}"
    tail += [(line, "dim") for line in hanging("  Found:   ", f"{how}; {proof_of(found)}", width)]
    return head + _last_steps(found, width, MOST_LINES - len(head) - len(tail)) + tail


def _last_steps(found: Finding, width: int, room: int) -> list[Line]:
    """As many steps, counted from the end, as there is room for, and how many came before."""
    told: list[Line] = []
    for number, step in reversed(list(enumerate(found.played.steps, 1))):
        lines = _step(number, step, width)
        if number in found.any_order:
            lines.append((f"        # {ANY_ORDER}", "dim"))
        if len(told) + len(lines) > room - (number > 1):
            return [(f"     ... {counted(number, 'step')} before", "dim"), *told]
        told = lines + told
    return told


def _step(number: int, step: Taken, width: int) -> list[Line]:
    """What was done and what was seen, on one line where they fit."""
    departs = bool(step.index) and not step.settling
    mark, style = ("* ", "bold yellow") if departs else ("  ", "")
    first = f"{number:>3} {mark}"
    done = hanging(first, step.choice.name, width)
    both = f"{done[0]:<{_SEEN_AT}}  {step.sees}"
    if len(done) == 1 and len(both) <= width:
        return [(both, style)]
    seen = hanging(" " * (len(first) + 2), step.sees, width) if step.sees else []
    return [*((line, style) for line in done), *((line, "dim") for line in seen)]


def proof_of(found: Finding) -> str:
    """Whether anything smaller fails."""
    checked = counted(found.checked, "smaller schedule")
    if found.proved:
        return f"smallest: {checked} {'holds' if found.checked == 1 else 'hold'}"
    return f"not proved smallest: {checked} tried, then the budget was spent"


def _story(looked: Looked) -> tuple[str, Text]:
    if looked.problem is not None:
        return looked.story.name, Text(f"no verdict: {looked.problem}", style="yellow")
    if looked.unstable is not None:
        words = f"unstable: one schedule twice, {looked.unstable}"
        return looked.story.name, Text(words, style="bold yellow")
    return looked.story.name, Text(looked.told(), style="dim")


def _slower(ended: SharingEnded) -> str:
    """What ended, why, and what to do about it."""
    return (
        f"{ended.story.name}: from here on no two schedules share their beginning, which is slower."
        " The app remembers something that its restore (app.state, [app.memory]) does not put"
        f" back: one schedule in parts and in full, {ended.difference}"
    )


def verdict_of(explored: Explored) -> ExplorationVerdict:
    """What the exploration comes to."""
    if explored.findings:
        return "broken"
    if explored.unstable:
        return "unstable"
    return "holds" if explored.kept else "not exercised"


def verdict_line_of(explored: Explored) -> str:
    """The verdict, and what it rests on."""
    grounds = {
        "broken": f", {counted(len(explored.findings), 'finding')}",
        "unstable": ", the same schedule does not give the same run",
        "holds": f" in {counted(explored.schedules, 'schedule')}",
        "not exercised": "",
    }
    verdict = verdict_of(explored)
    return f"exploration: {verdict}{grounds[verdict]}"


def exit_code_of(explored: Explored) -> int:
    """0 holds, 1 broken, 3 no verdict."""
    return {"holds": 0, "broken": 1}.get(verdict_of(explored), 3)


def _style(explored: Explored) -> str:
    return {0: "bold green", 1: "bold red"}.get(exit_code_of(explored), "bold yellow")
