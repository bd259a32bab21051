"""Schedules that Hypothesis draws: `@given(schedules("switch_twice"))`.

What breaks a promise is shrunk by the names of its steps, written to `.carom/findings`, and told
with the way to replay it.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from hypothesis import strategies as st

from harness.explore import drawn
from harness.explore.explorer import GivenFailed
from harness.explore.game import MOST_STEPS, Break, Played
from harness.explore.strategies import Tape
from harness.testing.house import SEED, Premises
from harness.testing.promise import PromiseBroken, Section
from harness.testing.session import current_house
from harness.testing.shortest import shortest
from scenarios import STORIES, Story, find, load_story, story_names, story_of


class CannotBeTold(ValueError):
    """The app cannot play the story, so its schedules prove nothing."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """A story, and one order in which its steps come. `numbers` are its decisions."""

    story: Story
    numbers: tuple[int, ...]
    seed: int = SEED

    def __repr__(self) -> str:
        return f"Schedule({self.story.name!r}, {list(self.numbers)})"

    def check(self) -> Played:
        """Plays it, with everything delivered in the end; returns what was seen.

        Raises `PromiseBroken` where the app breaks one of its promises.
        """
        premises = current_house().premises(self.seed)
        with premises.lent():
            played = premises.theatre_for(self.story).play(self.story, Tape(self.numbers))
        if played.breaks:
            raise self._broken(premises, played, played.breaks[0])
        return played

    def _broken(self, premises: Premises, played: Played, broken: Break) -> PromiseBroken:
        names = [step.choice.name for step in played.steps if not step.settling]

        def sections() -> list[Section]:
            return shortest(premises, self.story, names, broken, self.seed)

        return PromiseBroken(played.steps, broken, sections)


def schedules(
    *stories: str | Path | Story, most: int = MOST_STEPS, seed: int = SEED
) -> st.SearchStrategy[Schedule]:
    """Schedules of these stories, which go by name (Carom's own stories and scenarios), by path, or
    as values; without any, of all stories that come with Carom. `most` is how many decisions are
    drawn, before the rest goes as in a friendly world.

    The app is started before the first schedule is drawn. Raises `ScenarioError` where a story
    cannot be read, and when it is drawn `CannotBeTold` where the app cannot play it.
    """
    told = [story_named(each) for each in stories or story_names()]

    def made(choice: tuple[Story, Tape]) -> Schedule:
        story, tape = choice
        _make_ready(story, seed)
        return Schedule(story, tape.numbers, seed)

    return drawn.schedules(told, most).map(made)


def story_named(story: str | Path | Story) -> Story:
    """By its name or path; a scenario is taken for the story that it tells."""
    if isinstance(story, Story):
        return story
    if str(story) in story_names():
        return load_story(STORIES / f"{story}.yaml")
    return story_of(find(str(story)))


def _make_ready(story: Story, seed: int) -> None:
    """Everything that takes long is done while drawing, which counts against no deadline."""
    premises = current_house().premises(seed)
    unknown = sorted(story.plans - set(premises.stage.config.plans))
    if unknown:
        raise CannotBeTold(f'story {story.name}: the app has no plan "{unknown[0]}"')
    try:
        friendly = premises.friendly(story)
    except GivenFailed as fault:
        raise CannotBeTold(f"story {story.name}: {fault}") from fault
    for step in friendly.steps:
        if step.sees.startswith("could not"):
            raise CannotBeTold(f"story {story.name}: {step.line}")
