"""Plays a schedule once more and listens: every message, every moment, as scenes to draw.

Exploring keeps only what it needs to judge. What a person wants to see of a finding is recorded
here, in runs of their own: the failing schedule, and the friendly one of the same story.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from harness.app.protocol import Exchange
from harness.explore.choice import Choice
from harness.explore.explorer import GivenFailed
from harness.explore.finding import Finding
from harness.explore.game import Break, Chooser, Played, play
from harness.explore.performance import Performance
from harness.explore.shrink import AllBut
from harness.explore.strategies import Prompt, Script
from harness.explore.theatre import Theatre
from harness.model.observation import Observation
from harness.report.lanes import told
from harness.report.scenes import Scene, arrows_of, strips_of
from scenarios import Story


@dataclass(frozen=True, slots=True)
class Retold:
    """A finding's schedule and the friendly one, which is empty where it cannot be played. `same`:
    the schedule showed the same as when it was found.
    """

    failing: tuple[Scene, ...]
    friendly: tuple[Scene, ...]
    same: bool = True


class Listening:
    """A performance that is listened to: the same game, and its scenes."""

    def __init__(self, performance: Performance, theatre: Theatre) -> None:
        self._game = performance
        self._theatre = theatre
        self._enabled: Sequence[Choice] = ()
        self._settling = False
        self._heard: list[Exchange] = []
        look = theatre.stripe.local.look(0, 0, 0)
        self._requests = look.requests[-1]["number"] if look.requests else 0
        self.scenes: list[Scene] = []

    def enabled(self) -> Sequence[Choice]:
        self._settling, self._enabled = False, self._game.enabled()
        return self._enabled

    def settling(self) -> Sequence[Choice]:
        self._settling, self._enabled = True, self._game.settling()
        return self._enabled

    def take(self, choice: Choice) -> str:
        stage, players = self._theatre.stage, self._game.players
        before = {name: len(player.transcript) for name, player in players.items()}
        self._heard.clear()
        assert stage.launched is not None
        stage.launched.hear = self._heard.append
        try:
            sees = self._game.take(choice)
        finally:
            stage.launched.hear = None
        moments = [
            moment
            for name, player in players.items()
            for moment in player.transcript[before[name] :]
        ]
        self.scenes.append(self._scene(choice, sees, moments))
        return sees

    def _scene(self, choice: Choice, sees: str, moments: Sequence[Observation]) -> Scene:
        config, stripe = self._theatre.stage.config, self._theatre.stripe
        requests = stripe.local.look(0, self._requests, 0).requests
        self._requests = requests[-1]["number"] if requests else self._requests
        first = self._enabled[0]
        departs = choice is not first and not self._settling
        asked = [
            each for each in self._heard if urlsplit(each[0].url).path != config.entitlement.path
        ]
        calls = [each for each in requests if not stripe.is_mine(each["id"])]
        return Scene(
            number=len(self.scenes) + 1,
            name=choice.name,
            sees=sees,
            arrows=arrows_of(choice.name, asked, calls, config.webhook_path),
            created=tuple(f"{each.user}/{name}" for each in moments for name in each.created),
            strips=strips_of(moments),
            departs=departs,
            instead=first.name if departs else "",
            settling=self._settling,
        )

    def close(self) -> None:
        self._game.close()

    def breaks(self) -> Sequence[Break]:
        return self._game.breaks()

    def kept(self) -> frozenset[str]:
        return self._game.kept()

    def exercised(self) -> frozenset[str]:
        return self._game.exercised()


def retell(finding: Finding, theatre: Theatre) -> Retold:
    """Both schedules as they run now. What cannot be played is told as the file tells it."""
    names = [step.choice.name for step in finding.played.steps if not step.settling]
    try:
        if finding.broken.invariant == "history-independent":
            theatre.remember(finding.story)
        failing, played = _scenes(theatre, finding.story, Script(names), finding)
        prompt = Prompt(1)
        prompt.next_run()
        friendly, _ = _scenes(theatre, finding.story, prompt, finding)
    except GivenFailed:
        return Retold(told(finding), (), same=False)
    failing = tuple(
        replace(scene, any_order=scene.number in finding.any_order) for scene in failing
    )
    return Retold(failing, friendly, same=played.transcript == finding.played.transcript)


def _scenes(
    theatre: Theatre, story: Story, chooser: Chooser, finding: Finding
) -> tuple[tuple[Scene, ...], Played]:
    performance = theatre.begin(story)
    listening = Listening(performance, theatre)
    try:
        played = play(listening, chooser, AllBut(finding.identity))
    finally:
        performance.give_up()
    return tuple(listening.scenes), played
