"""What a scenario says, as values: a story told in steps, each with a stable name.

A step's name is its actor and its words (`customer: starts checkout of pro`), never an id, so that
a report, a replay file and a diff of two runs speak of the same step in the same words.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

PLAYING = ("customer", "support", "clock", "recording")
"""Those whose acts are a story; what the others do is for an explorer to choose."""


@dataclass(frozen=True, slots=True)
class Expectation:
    """What an `expect` step asserts; what it leaves out it does not assert.

    `entitlement` is what the app shows, `subscription` the newest one at Stripe, `invoice` the
    newest one at Stripe. `events` are all types since the last expectation that named events, in
    order; `events_include` are some of them, in that order. `refused` says whether the app said no
    to what was asked just before. For a time, `"set"` and `"none"` are valid words; for `plan` and
    `access` of the app, `"by profile"` is what `[profile]` makes of Stripe's state.
    """

    entitlement: Mapping[str, Any] = field(default_factory=dict)
    subscription: Mapping[str, Any] = field(default_factory=dict)
    invoice: Mapping[str, Any] = field(default_factory=dict)
    events: tuple[str, ...] | None = None
    events_include: tuple[str, ...] = ()
    refused: bool | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that one actor does. `verb` names the phrase, `subject` the words that filled
    it.
    """

    actor: str
    verb: str
    words: str
    subject: Mapping[str, str] = field(default_factory=dict)
    expectation: Expectation | None = None
    line: int = 0

    @property
    def name(self) -> str:
        return f"{self.actor}: {self.words}"


@dataclass(frozen=True, slots=True)
class Scenario:
    """`shows` is what happens, `teaches` the rule behind it, `see` a page of Stripe's about it."""

    name: str
    shows: str
    steps: tuple[Step, ...]
    path: Path
    teaches: str = ""
    see: str = ""

    @property
    def plans(self) -> frozenset[str]:
        """The plans the story speaks of, which an app must have to play it."""
        return frozenset(step.subject["plan"] for step in self.steps if "plan" in step.subject)


@dataclass(frozen=True, slots=True)
class Story:
    """What each customer sets out to do, without a word about who delivers what when.

    `given` is what every customer has done before, in a friendly world; `acts` maps a customer's
    name to what they, the app's support staff and the clock do from then on, in this order. Nobody
    but an explorer says when webhooks come in between.
    """

    name: str
    shows: str
    given: tuple[Step, ...]
    acts: Mapping[str, tuple[Step, ...]]

    @property
    def plans(self) -> frozenset[str]:
        steps = [*self.given, *(step for acts in self.acts.values() for step in acts)]
        return frozenset(step.subject["plan"] for step in steps if "plan" in step.subject)

    @property
    def size(self) -> int:
        return sum(len(acts) for acts in self.acts.values())

    @property
    def key(self) -> object:
        """What it tells, whatever its name: equal for stories that are played in the same way."""
        acts = tuple((who, tuple(step.name for step in told)) for who, told in self.acts.items())
        return tuple(step.name for step in self.given), acts


def story_of(scenario: Scenario) -> Story:
    """The story that a scenario tells, without its courier and its expectations.

    What comes before the first `delivers everything` is given, if anything comes after it.
    """
    told = [step for step in scenario.steps if step.actor != "expect"]
    delivered = [n for n, step in enumerate(told) if step.verb == "deliver_all"]
    begin = next((n for n, step in enumerate(told) if step.verb == "sign_up"), -1) + 1
    if delivered and _acts(told[delivered[0] :], "return"):
        begin = delivered[0]
    return Story(
        name=scenario.name,
        shows=scenario.shows,
        given=tuple(_acts(told[:begin])),
        acts={"ada": tuple(_acts(told[begin:]))},
    )


def _acts(steps: Sequence[Step], *but: str) -> list[Step]:
    return [step for step in steps if step.actor in PLAYING and step.verb not in but]
