"""Tapes: one flat list of numbers is a schedule, and the smaller it is, the friendlier."""

from __future__ import annotations

from hypothesis import Phase, find, given, settings
from hypothesis import strategies as st
from toys import Shop, ToyStage, story_of

from harness.explore.drawn import schedules, tapes
from harness.explore.game import play
from harness.explore.strategies import Prompt, Strategy, Tape

STORIES = [story_of(a=1), story_of(a=2), story_of(a=2, b=1)]


def names(strategy: Strategy) -> list[str]:
    assert strategy.next_run()
    return [step.choice.name for step in play(Shop({"a": 2, "b": 1}), strategy).steps]


def test_an_empty_tape_is_the_friendly_schedule() -> None:
    assert names(Tape()) == names(Prompt()) == names(Tape([0] * 50))


@given(st.lists(st.integers(0, 255), max_size=20))
def test_where_a_tape_ends_the_friendly_choice_is_made(numbers: list[int]) -> None:
    assert names(Tape(numbers)) == names(Tape([*numbers, 0, 0, 0]))


@given(tapes())
def test_every_tape_is_a_schedule_and_says_which(tape: Tape) -> None:
    assert names(tape) == names(Tape(tape.numbers))
    assert not tape.next_run()


def test_a_number_is_taken_modulo_the_choices() -> None:
    assert Tape([5]).choose(0, [*Shop({"a": 1, "b": 1, "c": 1}).enabled()]) == 5 % 3


def test_hypothesis_finds_the_planted_bug_and_shrinks_to_the_smallest_story_and_one_departure() -> (
    None
):
    def breaks(drawn: object) -> bool:
        story, tape = drawn  # type: ignore[misc]
        return bool(ToyStage("stale").play(story, tape).breaks)

    calm = settings(
        max_examples=2000,
        database=None,
        derandomize=True,
        phases=(Phase.generate, Phase.shrink),
    )
    story, tape = find(schedules(STORIES), breaks, settings=calm)
    assert story is STORIES[1]
    assert ToyStage("stale").play(story, Tape(tape.numbers)).departures == 1
    assert len(tape.numbers) <= 5
