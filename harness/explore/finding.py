"""A finding: the shortest schedule that breaks a promise, and the file that replays it.

The file is small, named and made to be read and compared: one step a line, no ids, ports, absolute
times or opaque words, so that it outlives versions of Carom and of the app.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from harness.explore.choice import Choice
from harness.explore.game import Break, Identity, Played, Taken
from scenarios import Step, Story, phrase_of

FOLDER = Path(".carom/findings")
SUFFIX = ".carom.json"
VERSION = 1


class NotAFinding(Exception):
    """The file is none that `carom replay` can play, and why."""


@dataclass(frozen=True, slots=True)
class Finding:
    """`schedules` were run in the story until it was found by `strategy`. `any_order` are the
    steps, numbered from 1, that may change places with the next one.
    """

    story: Story
    played: Played
    broken: Break
    seed: int
    strategy: str
    departures: int
    schedules: int
    checked: int
    proved: bool
    any_order: tuple[int, ...] = ()

    @property
    def identity(self) -> Identity:
        return self.broken.identity

    @property
    def shape(self) -> tuple[str, tuple[str, ...]]:
        """Findings with one shape are one finding: the same promise breaks after the same
        departures from what is friendly, whatever story showed it.
        """
        departs = (step for step in self.played.steps if step.index and not step.settling)
        return self.broken.invariant, tuple(step.choice.name for step in departs)

    @property
    def name(self) -> str:
        told = "\n".join([self.story.name, *(step.choice.name for step in self.played.steps)])
        return f"{self.broken.invariant}-{hashlib.sha256(told.encode()).hexdigest()[:4]}"

    def text(self) -> str:
        """The file: JSON with one step a line."""
        head = {
            "carom": VERSION,
            "story": self.story.name,
            "seed": self.seed,
            "given": [step.name for step in self.story.given],
            "acts": {who: [s.name for s in told] for who, told in self.story.acts.items()},
        }
        steps = [_step(step) for step in self.played.steps]
        tail = {
            "breaks": {
                "invariant": self.broken.invariant,
                "customer": self.broken.customer,
                "at": len(self.played.steps),
                "expected": self.broken.expected,
                "seen": self.broken.seen,
                "then": self.broken.then,
                "however": self.broken.however,
            },
            "found": {
                "strategy": self.strategy,
                "departures": self.departures,
                "schedules": self.schedules,
            },
            "smallest": {"checked": self.checked, "proved": self.proved},
            "any_order": list(self.any_order),
        }
        lines = [f" {_json(key)}: {_json(value)}" for key, value in head.items()]
        lines.append(' "steps": [\n' + ",\n".join(f"  {_json(each)}" for each in steps) + "]")
        lines += [f" {_json(key)}: {_json(value)}" for key, value in tail.items()]
        return "{\n" + ",\n".join(lines) + "\n}\n"

    def write(self, folder: Path = FOLDER) -> Path:
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{self.name}{SUFFIX}"
        path.write_text(self.text(), encoding="utf-8")
        return path


def read_finding(path: Path) -> Finding:
    """The finding in the file; `NotAFinding` says what is wrong with it."""
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
    except OSError as fault:
        raise NotAFinding(f"{path}: cannot be read: {fault.strerror}.") from fault
    except ValueError as fault:
        raise NotAFinding(f"{path}: not valid JSON: {fault}.") from fault
    if not isinstance(told, dict) or told.get("carom") != VERSION:
        raise NotAFinding(f'{path}: no finding: "carom" must be {VERSION}.')
    try:
        return _finding(told)
    except KeyError as fault:
        raise NotAFinding(f"{path}: lacks the key {fault}.") from fault
    except (TypeError, ValueError, AttributeError) as fault:
        raise NotAFinding(f"{path}: {fault}.") from fault


def _finding(told: Mapping[str, Any]) -> Finding:
    broken, found, smallest = told["breaks"], told["found"], told["smallest"]
    story = Story(
        name=told["story"],
        shows="",
        given=tuple(step_named(name) for name in told["given"]),
        acts={who: tuple(map(step_named, names)) for who, names in told["acts"].items()},
    )
    steps = tuple(
        Taken(
            Choice(step["do"], "act", ""),
            int(step.get("departs", 0)),
            2,
            step["sees"],
            bool(step.get("settles", False)),
        )
        for step in told["steps"]
    )
    fields = ("invariant", "customer", "expected", "seen", "then", "however")
    what = Break(step=broken["at"], **{name: str(broken[name]) for name in fields})
    return Finding(
        story=story,
        played=Played(steps, (what,)),
        broken=what,
        seed=int(told["seed"]),
        strategy=found["strategy"],
        departures=found["departures"],
        schedules=found["schedules"],
        checked=smallest["checked"],
        proved=smallest["proved"],
        any_order=tuple(told.get("any_order", ())),
    )


def step_named(name: str) -> Step:
    """The step whose name (`customer: cancels`) this is; `ValueError` if there is none."""
    actor, _, words = name.partition(": ")
    try:
        found = phrase_of(actor, words)
    except KeyError:
        found = None
    if found is None:
        raise ValueError(f'there is no step "{name}"')
    phrase, subject = found
    return Step(actor, phrase.verb, words, subject)


def _step(taken: Taken) -> dict[str, Any]:
    told: dict[str, Any] = {"do": taken.choice.name, "sees": taken.sees}
    if taken.index and not taken.settling:
        told["departs"] = taken.index
    if taken.settling:
        told["settles"] = True
    return told


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
