"""The explorer on the toy shop: planted bugs are found at a known size, and shrunk to it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from toys import ToyStage, story_of

from harness.explore.explorer import Explorer, Options
from harness.explore.finding import Finding
from harness.explore.game import Played, Taken
from harness.explore.shrink import Script

OPTIONS = Options(departures=2, strategies=("near",), shrink_runs=2000)


def found_in(bug: str, **acts: int) -> Finding:
    explored = Explorer(ToyStage(bug), replace(OPTIONS, max_findings=1)).explore([story_of(**acts)])
    (finding,) = explored.findings
    return finding


def test_a_correct_app_holds_and_the_certificate_counts_the_schedules() -> None:
    explored = Explorer(ToyStage(), OPTIONS).explore([story_of(a=2, b=1)])
    (looked,) = explored.looked
    assert not explored.findings
    assert looked.near.departures == 2
    assert looked.schedules == looked.near.schedules
    assert not explored.cut_short


@pytest.mark.parametrize(
    ("bug", "departures", "steps"), [("payload", 1, 5), ("stale", 1, 5), ("shared", 1, 7)]
)
def test_each_planted_bug_is_found_near_the_friendly_schedule(
    bug: str, departures: int, steps: int
) -> None:
    finding = found_in(bug, a=2, b=1)
    assert finding.strategy == "near"
    assert finding.departures == departures
    assert finding.proved
    assert len(finding.played.steps) <= steps


def test_a_finding_from_a_random_walk_shrinks_to_the_one_that_near_finds() -> None:
    near = found_in("stale", a=3, b=1)
    options = Options(departures=0, strategies=("walk",), max_findings=1, shrink_runs=4000)
    (walked,) = Explorer(ToyStage("stale"), options).explore([story_of(a=3, b=1)]).findings
    assert walked.strategy == "walk"
    assert walked.proved
    assert walked.story.size == near.story.size == 2
    assert walked.played.departures == near.played.departures == 1


def test_a_story_with_one_act_cannot_show_what_takes_two() -> None:
    explored = Explorer(ToyStage("payload"), OPTIONS).explore([story_of(a=1)])
    assert not explored.findings


def test_the_same_seed_gives_the_same_bytes() -> None:
    def told() -> list[str]:
        options = Options(departures=1, random_runs=40, max_findings=9)
        explored = Explorer(ToyStage("stale"), options).explore([story_of(a=2, b=2)])
        return [finding.text() for finding in explored.findings]

    assert told() == told() != []


def test_time_that_is_up_ends_it_and_is_told() -> None:
    explored = Explorer(ToyStage(), replace(OPTIONS, over=lambda: True)).explore([story_of(a=2)])
    assert explored.over
    assert not explored.looked


def test_a_run_that_is_not_the_same_twice_is_unstable() -> None:
    class Moody(ToyStage):
        def remember(self, story: object) -> Played:
            played = super().remember(story)  # type: ignore[arg-type]
            other = Taken(played.steps[0].choice, 0, 1, "something else")
            return replace(played, steps=(other, *played.steps[1:]))

    explored = Explorer(Moody(), OPTIONS).explore([story_of(a=1)])
    (looked,) = explored.unstable
    assert looked.unstable is not None
    assert "something else" in looked.unstable
    assert looked.schedules == 1


def test_a_script_skips_what_is_not_enabled_and_then_lets_the_run_settle() -> None:
    played = ToyStage().play(story_of(a=1), Script(["b: cancels", "a: cancels"]))
    assert [step.choice.name for step in played.steps] == [
        "a: cancels",
        "courier: delivers a/updated#1",
    ]
    assert played.steps[1].settling
