"""A schedule step by step: what comes next is said, and somebody says when.

For a developer with a debugger on the app: a breakpoint in its webhook handler is hit by the very
delivery that is announced.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Sequence
from dataclasses import dataclass

from harness.explore.choice import Choice
from harness.explore.game import Break, Chooser, Game, Identity, Played, play
from harness.explore.theatre import Theatre
from scenarios import Story

Announce = Callable[[int, str, str], None]
"""Told of the step that comes next: its number, its name, and what a friendly world would do, which
is empty where this is it. Returns when the step may be taken."""


@dataclass(slots=True)
class Stepped:
    """A theatre whose runs wait before each step. `saw` is told what was seen after it."""

    theatre: Theatre
    announce: Announce
    saw: Callable[[str], None]

    def play(self, story: Story, chooser: Chooser, known: Container[Identity] = ()) -> Played:
        performance = self.theatre.begin(story)
        try:
            return play(_StepByStep(performance, self._announced, self.saw), chooser, known)
        finally:
            performance.give_up()

    def _announced(self, number: int, name: str, instead: str) -> None:
        """While somebody waits, Stripe answers whoever asks."""
        with self.theatre.stripe.local.elsewhere():
            self.announce(number, name, instead)

    def remember(self, story: Story) -> Played:
        return self.theatre.remember(story)


class _StepByStep:
    """The same game, but it asks before each step."""

    def __init__(self, game: Game, announce: Announce, saw: Callable[[str], None]) -> None:
        self._game = game
        self._announce = announce
        self._saw = saw
        self._number = 0
        self._first = ""

    def enabled(self) -> Sequence[Choice]:
        return self._keep(self._game.enabled())

    def settling(self) -> Sequence[Choice]:
        return self._keep(self._game.settling())

    def _keep(self, choices: Sequence[Choice]) -> Sequence[Choice]:
        self._first = choices[0].name if choices else ""
        return choices

    def take(self, choice: Choice) -> str:
        self._number += 1
        instead = "" if choice.name == self._first else self._first
        self._announce(self._number, choice.name, instead)
        sees = self._game.take(choice)
        self._saw(sees)
        return sees

    def close(self) -> None:
        self._game.close()

    def breaks(self) -> Sequence[Break]:
        return self._game.breaks()

    def kept(self) -> frozenset[str]:
        return self._game.kept()

    def exercised(self) -> frozenset[str]:
        return self._game.exercised()
