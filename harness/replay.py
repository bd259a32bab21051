"""Plays a finding again: strictly, step by step as it was, or following an app that has changed."""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from harness.explore.choice import Choice
from harness.explore.explorer import GivenFailed
from harness.explore.finding import Finding
from harness.explore.game import SETTLE, Chooser, Identity, Played
from harness.explore.isolation import INVARIANT as ISOLATION
from harness.explore.isolation import Isolated
from harness.explore.shrink import AllBut
from harness.explore.strategies import Script
from scenarios import Story

_MOST_SHOWN = 8

Verdict = Literal["BROKEN", "FIXED", "CHANGED"]


@dataclass(frozen=True, slots=True)
class Replayed:
    """`BROKEN`: the same promise breaks in the same way. `FIXED`: it holds. `CHANGED`: the steps
    cannot be taken any more, or show something else and end in the break all the same.
    """

    finding: Finding
    verdict: Verdict
    played: Played | None
    difference: str | None = None


class Plays(Protocol):
    """Where a finding is played: a theatre, or one that waits before each step."""

    def play(self, story: Story, chooser: Chooser, known: Container[Identity] = ()) -> Played: ...

    def remember(self, story: Story) -> Played: ...


class Diverged(Exception):
    """A step of the finding is not enabled."""

    def __init__(self, number: int, name: str, enabled: Sequence[Choice]) -> None:
        shown = [choice.name for choice in enabled[:_MOST_SHOWN]]
        rest = len(enabled) - len(shown)
        possible = "".join(f"\n      {each}" for each in shown)
        possible += f"\n      ... and {rest} more" if rest else ""
        super().__init__(f'step {number}: "{name}" cannot be done; what can be done:{possible}')


class Strict:
    """Takes the steps as they are written, and none else."""

    def __init__(self, names: Sequence[str]) -> None:
        self._names = names

    def choose(self, step_index: int, enabled: Sequence[Choice]) -> int:
        if step_index >= len(self._names):
            return SETTLE
        places = {choice.name: place for place, choice in enumerate(enabled)}
        name = self._names[step_index]
        if name not in places:
            raise Diverged(step_index + 1, name, enabled)
        return places[name]


def replay(finding: Finding, stage: Plays, *, follow: bool = False) -> Replayed:
    """One run of the finding's schedule. With `follow`, what is impossible is skipped."""
    try:
        played = _played(finding, stage, follow=follow)
    except (Diverged, GivenFailed) as fault:
        return Replayed(finding, "CHANGED", None, str(fault))
    if finding.identity not in played.identities:
        return Replayed(finding, "FIXED", played, _difference(finding, played))
    difference = None if follow else _difference(finding, played)
    return Replayed(finding, "CHANGED" if difference else "BROKEN", played, difference)


def _played(finding: Finding, stage: Plays, *, follow: bool) -> Played:
    names = [step.choice.name for step in finding.played.steps if not step.settling]

    def chooser() -> Chooser:
        return Script(names) if follow else Strict(names)

    if finding.broken.invariant == "history-independent":
        stage.remember(finding.story)
    played = stage.play(finding.story, chooser(), AllBut(finding.identity))
    if finding.broken.invariant == ISOLATION and finding.identity not in played.identities:
        # Some of these show only beside a run in which nobody else is about.
        played = Isolated(stage).play(finding.story, chooser())
    return played


def _difference(finding: Finding, played: Played) -> str | None:
    """The first step at which something else was seen than is written."""
    for number, (was, now) in enumerate(zip(finding.played.steps, played.steps, strict=False), 1):
        if was.line != now.line:
            return f"step {number}: {was.choice.name}\n      was  {was.sees}\n      now  {now.sees}"
    if len(finding.played.steps) != len(played.steps):
        return f"{len(finding.played.steps)} steps are written, {len(played.steps)} were taken"
    return None
