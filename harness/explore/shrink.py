"""From a failing run to the smallest one that breaks the same promise to the same customer.

Three stages under one budget: steps are left out (ddmin, with lenient replay: what is not enabled
is skipped, and the end is settled promptly); then acts of the story; then every smaller story is
searched for a smaller schedule, so that "smallest" is proved, or said not to be. At last it is
tried which of the steps that are left may come in any order.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Protocol

from harness.explore.game import Chooser, Identity, Played
from harness.explore.strategies import Near, Script
from scenarios import Step, Story


class Plays(Protocol):
    """Something that can play a story; the theatre, or a toy."""

    def play(self, story: Story, chooser: Chooser, known: Container[Identity] = ()) -> Played: ...


@dataclass(frozen=True, slots=True)
class Smallest:
    """The result. `checked` smaller schedules hold; `proved`: there are no others. `any_order` are
    the steps, numbered from 1, that may change places with the next one.
    """

    story: Story
    played: Played
    checked: int
    proved: bool
    runs: int
    any_order: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class AllBut:
    """Every identity but this one: a run must not end at the break of another promise."""

    identity: Identity

    def __contains__(self, other: object) -> bool:
        return other != self.identity


class Budget(Protocol):
    def spent(self) -> bool: ...


@dataclass(slots=True)
class Runs:
    """A budget of so many runs, and of whatever else `over` says."""

    left: int
    over: Callable[[], bool] = lambda: False

    def spent(self) -> bool:
        self.left -= 1
        return self.left < 0 or self.over()


class Shrinker:
    """Shrinks one finding."""

    def __init__(self, plays: Plays, identity: Identity, budget: Budget) -> None:
        self._plays = plays
        self._identity = identity
        self._others = AllBut(identity)
        self._budget = budget
        self._runs = 0
        self._out = False

    def smallest(self, story: Story, played: Played) -> Smallest:
        story, played = self._fewer_steps(story, played)
        story, played = self._fewer_acts(story, played)
        story, played = self._fewer_steps(story, played)
        smallest = self._certified(story, played)
        any_order = self._any_order(smallest.story, smallest.played)
        return replace(smallest, runs=self._runs, any_order=any_order)

    # --- the three stages ----------------------------------------------------------------------

    def _fewer_steps(self, story: Story, played: Played) -> tuple[Story, Played]:
        names = _names(played)
        chunk = max(len(names) // 2, 1)
        while names:
            shorter = None
            for start in range(0, len(names), chunk):
                tried = self._try(story, names[:start] + names[start + chunk :])
                if tried is not None and _size(tried) < _size(played):
                    shorter = tried
                    break
            if shorter is not None:
                played, names = shorter, _names(shorter)
                chunk = min(chunk, max(len(names) // 2, 1))
            elif chunk == 1:
                break
            else:
                chunk = max(chunk // 2, 1)
        return story, played

    def _fewer_acts(self, story: Story, played: Played) -> tuple[Story, Played]:
        again = True
        while again:
            again = False
            for who, place in _places(story):
                smaller = without(story, who, place)
                tried = self._try(smaller, _names(played))
                if tried is not None and _size(tried) <= _size(played):
                    story, played, again = smaller, tried, True
                    break
        return story, played

    def _certified(self, story: Story, played: Played) -> Smallest:
        """Looks through all that is smaller, smallest first."""
        checked = 0
        for smaller in smaller_stories(story):
            same = smaller.size == story.size
            most = played.departures - 1 if same else played.departures
            if most < 0:
                continue
            near = Near(most)
            while near.next_run():
                if self._spent():
                    return Smallest(story, played, checked, False, self._runs)
                tried = self._plays.play(smaller, near, self._others)
                self._runs += 1
                if self._identity in tried.identities:
                    # It is smaller than what we had; what is smaller still was looked at already.
                    _, shorter = self._fewer_steps(smaller, tried)
                    return Smallest(smaller, shorter, checked, not self._out, self._runs)
                checked += 1
        return Smallest(story, played, checked, not self._out, self._runs)

    def _any_order(self, story: Story, played: Played) -> tuple[int, ...]:
        names, found = _names(played), []
        for place in range(len(names) - 1):
            swapped = [*names[:place], names[place + 1], names[place], *names[place + 2 :]]
            tried = self._try(story, swapped)
            if tried is not None and _names(tried) == swapped:
                found.append(place + 1)
        return tuple(found)

    def _try(self, story: Story, names: Sequence[str]) -> Played | None:
        if self._spent():
            return None
        self._runs += 1
        played = self._plays.play(story, Script(names), self._others)
        return played if self._identity in played.identities else None

    def _spent(self) -> bool:
        self._out = self._out or self._budget.spent()
        return self._out


def smaller_stories(story: Story) -> Iterator[Story]:
    """The story with acts left out, those with the fewest acts first, and at last itself."""
    places = list(_places(story))
    for kept in range(len(places) + 1):
        for chosen in combinations(places, kept):
            acts = {
                who: tuple(step for n, step in enumerate(told) if (who, n) in chosen)
                for who, told in story.acts.items()
            }
            yield replace(story, acts=_people(acts))


def without(story: Story, who: str, place: int) -> Story:
    acts = dict(story.acts)
    acts[who] = acts[who][:place] + acts[who][place + 1 :]
    return replace(story, acts=_people(acts))


def _people(acts: Mapping[str, tuple[Step, ...]]) -> dict[str, tuple[Step, ...]]:
    """Without those who do nothing, as long as somebody is left."""
    busy = {who: told for who, told in acts.items() if told}
    return busy or dict(list(acts.items())[:1])


def _places(story: Story) -> Iterator[tuple[str, int]]:
    for who in reversed(list(story.acts)):
        for place in reversed(range(len(story.acts[who]))):
            yield who, place


def _names(played: Played) -> list[str]:
    return [step.choice.name for step in played.steps if not step.settling]


def _size(played: Played) -> tuple[int, int]:
    return played.departures, len(played.steps)
