"""Whether customers meet in the app: the claim on which leaving out equal schedules rests.

Each pair of customers is played one after the other, the other way round, by turns, and one in the
middle of the other's handling of an event. What each of them was shown must be what they are shown
when they take the same steps and the other takes none. If it is not, that is a finding,
`tenant-isolation`, and no schedule of this app is left out.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations

from harness.explore.choice import Choice
from harness.explore.commuting import customer_of
from harness.explore.game import SETTLE, Break, Chooser, Identity, Played
from harness.explore.shrink import Plays
from harness.explore.strategies import Script
from scenarios import Step, Story

INVARIANT = "tenant-isolation"
NOTHING = "nothing"


class Everything:
    """All identities: no break ends a run."""

    def __contains__(self, _: object) -> bool:
        return True


@dataclass(slots=True)
class InOrder:
    """Takes friendly steps of the customer whose turn it is, as long as there are any.

    `turns`: the turn goes over after each step. `held`: the first event of each is held up at the
    first chance, and let go when the other has nothing left to do.
    """

    customers: Sequence[str]
    turns: bool = False
    held: bool = False

    def choose(self, step_index: int, enabled: Sequence[Choice]) -> int:
        start = step_index % len(self.customers) if self.turns else 0
        order = [*self.customers[start:], *self.customers[:start]]
        for kinds in (("stall",) if self.held else (), ("deliver", "act", "retry"), ("finish",)):
            for who in order:
                for place, choice in enumerate(enabled):
                    if choice.kind in kinds and customer_of(choice) == who:
                        return place
        return SETTLE


@dataclass(slots=True)
class Isolated:
    """A stage on which a run also breaks `tenant-isolation` where company makes a difference.

    A run goes on to its end, whatever is `known`: it is the end that is compared.
    """

    stage: Plays
    _alone: dict[object, Played] = field(default_factory=dict)

    def play(
        self,
        story: Story,
        chooser: Chooser,
        known: Container[Identity] = (),  # noqa: ARG002
    ) -> Played:
        played = self.stage.play(story, chooser, Everything())
        found = [
            broken
            for who in (story.acts if len(story.acts) > 1 else ())
            if (INVARIANT, who) not in played.identities
            and (broken := self._difference(story, played, who)) is not None
        ]
        return replace(played, breaks=(*played.breaks, *found))

    def _difference(self, story: Story, played: Played, who: str) -> Break | None:
        names = tuple(
            step.choice.name
            for step in played.steps
            if not step.settling and customer_of(step.choice) == who
        )
        key = (story.key, who, names)
        if key not in self._alone:
            self._alone[key] = self.stage.play(story, Script(names), Everything())
        alone, company = _end(self._alone[key], who), _end(played, who)
        # Who does nothing is shown nothing when nobody else is about: there is nothing to compare.
        if alone in (company, NOTHING):
            return None
        others = " and ".join(other for other in story.acts if other != who)
        return Break(
            invariant=INVARIANT,
            customer=who,
            step=len(played.steps),
            expected=alone,
            seen=company,
            then=f"with the same steps and nobody else about, {who} ends with: {alone}.",
            however=f"beside {others}, {who} ends with: {company}.",
        )


def pairs(story: Story) -> Iterator[Story]:
    """Each two customers of a story, up to the first act that is not theirs alone."""
    for two in combinations(story.acts, 2):
        yield replace(story, acts={who: _own(story.acts[who]) for who in two})


def encounters(story: Story) -> Mapping[str, InOrder]:
    """The ways in which two customers are made to meet."""
    one, other = story.acts
    return {
        "one after the other": InOrder((one, other)),
        "the other way round": InOrder((other, one)),
        "by turns": InOrder((one, other), turns=True),
        "in the middle of it": InOrder((one, other), held=True),
        "the other in the middle of it": InOrder((other, one), held=True),
    }


def _own(acts: Sequence[Step]) -> tuple[Step, ...]:
    own = []
    for act in acts:
        if act.actor not in ("customer", "support"):
            break
        own.append(act)
    return tuple(own)


def _end(played: Played, who: str) -> str:
    """The last that this customer was shown."""
    for step in reversed(played.steps):
        for clause in reversed(step.sees.split("; ")):
            if clause.startswith(f"{who} "):
                return clause.removeprefix(f"{who} ")
    return NOTHING
