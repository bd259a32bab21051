"""One run: a game that says what is enabled, and somebody who chooses.

Nothing here knows of apps, sockets or clocks. The real game is a `Performance`; the tests have a
toy one with planted bugs.
"""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass
from typing import Protocol

from harness.explore.choice import Choice

Identity = tuple[str, str]
"""Which promise was broken, and to whom: invariant and customer. Two runs that break the same
promise to the same customer found the same thing, whatever the words of the message."""

MOST_STEPS = 200

SETTLE = -1
CUT = -2
"""What a chooser may say instead of a place: let the run settle; or leave it, for it goes on like
one that was played already."""


@dataclass(frozen=True, slots=True)
class Break:
    """The first time that a promise was broken in a run; the two sentences cannot both be right."""

    invariant: str
    customer: str
    step: int
    expected: str
    seen: str
    then: str
    however: str

    @property
    def identity(self) -> Identity:
        return self.invariant, self.customer


@dataclass(frozen=True, slots=True)
class Taken:
    """One step of a run: what was chosen out of how many, and what was seen after it.

    `sees` has clauses apart by "; ". What a customer was shown begins with the customer's name.
    """

    choice: Choice
    index: int
    among: int
    sees: str
    settling: bool = False

    @property
    def line(self) -> str:
        return f"{self.choice.name} -> {self.sees}"


@dataclass(frozen=True, slots=True)
class Played:
    """A run that is over. `kept` are the invariants that were put to the test and held; one that
    was `cut` goes on like another.
    """

    steps: tuple[Taken, ...]
    breaks: tuple[Break, ...]
    kept: frozenset[str] = frozenset()
    exercised: frozenset[str] = frozenset()
    cut: bool = False

    @property
    def departures(self) -> int:
        return sum(1 for step in self.steps if step.index and not step.settling)

    @property
    def decisions(self) -> int:
        return sum(1 for step in self.steps if step.among > 1 and not step.settling)

    @property
    def transcript(self) -> str:
        """The run in words, a line for each step: equal runs have equal bytes."""
        return "".join(f"{number} {step.line}\n" for number, step in enumerate(self.steps, 1))

    @property
    def identities(self) -> frozenset[Identity]:
        return frozenset(each.identity for each in self.breaks)


class Game(Protocol):
    """A story in the middle of its telling."""

    def enabled(self) -> Sequence[Choice]:
        """What can be done now, in the prompt order. Empty when the story is told."""
        ...

    def settling(self) -> Sequence[Choice]:
        """What is left to be delivered and answered once nothing goes wrong any more."""
        ...

    def take(self, choice: Choice) -> str:
        """Does it, and says what was seen."""
        ...

    def close(self) -> None:
        """All is settled: the end state is judged."""
        ...

    def breaks(self) -> Sequence[Break]: ...

    def kept(self) -> frozenset[str]: ...

    def exercised(self) -> frozenset[str]:
        """Situations that this run met, in words."""
        ...


class Chooser(Protocol):
    def choose(self, step_index: int, enabled: Sequence[Choice]) -> int:
        """The place of what is done next, or `SETTLE`, or `CUT`."""
        ...


def play(game: Game, chooser: Chooser, known: Container[Identity] = ()) -> Played:
    """One run to its end, or to the first break that is not `known`."""
    steps: list[Taken] = []

    def done() -> bool:
        fresh = any(each.identity not in known for each in game.breaks())
        return fresh or len(steps) >= MOST_STEPS

    while not done() and (enabled := game.enabled()):
        index = chooser.choose(len(steps), enabled)
        if index == CUT:
            told = tuple(game.breaks()), game.kept(), game.exercised()
            return Played(tuple(steps), *told, cut=True)
        if index == SETTLE or enabled[index].kind == "end":
            break
        choice = enabled[index]
        steps.append(Taken(choice, index, len(enabled), game.take(choice)))
    while not done() and (left := game.settling()):
        steps.append(Taken(left[0], 0, len(left), game.take(left[0]), settling=True))
    if not done():
        game.close()
    return Played(tuple(steps), tuple(game.breaks()), game.kept(), game.exercised())
