"""The explorer on the toy shop: planted bugs are found at a known size, and shrunk to it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Container
from dataclasses import replace
from pathlib import Path

import pytest
from toys import ToyStage, story_of

from harness.explore.events import SharingEnded, TreeEstimated
from harness.explore.explorer import Explorer, Options
from harness.explore.finding import Finding
from harness.explore.game import Chooser, Identity, Played, Taken
from harness.explore.strategies import Script, Walk
from harness.explore.work import Slice
from scenarios import Story

STORY = story_of(a=2)
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
    assert looked.schedules == looked.near.schedules > 0
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
    options = Options(departures=0, strategies=("walk",), max_findings=1, reduce=False)
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


def test_the_certificate_says_that_all_hold_and_how_many_they_are() -> None:
    options = replace(OPTIONS, departures=1, reduce=False)
    (looked,) = Explorer(ToyStage(), options).explore([STORY]).looked
    assert looked.told() == f"all {looked.schedules} schedules with at most 1 departure hold"
    (friendly,) = Explorer(ToyStage(), replace(options, departures=0)).explore([STORY]).looked
    assert friendly.told() == "the friendly schedule holds"


def test_where_something_broke_no_certificate_says_that_all_hold() -> None:
    (looked,) = Explorer(ToyStage("stale"), OPTIONS).explore([story_of(a=2)]).looked
    assert looked.known
    assert "hold" not in looked.told()


def test_one_bug_in_two_stories_is_one_finding() -> None:
    stories = [story_of(a=2), replace(story_of(a=2), name="told again")]
    explored = Explorer(ToyStage("stale"), replace(OPTIONS, max_findings=9)).explore(stories)
    shapes = [finding.shape for finding in explored.findings]
    assert len(shapes) == len(set(shapes)) > 0
    assert {finding.story.name for finding in explored.findings} == {"toy"}
    assert all(looked.known for looked in explored.looked)


def test_no_more_is_found_than_was_asked_for() -> None:
    stories = [story_of(a=2, b=2)]
    found = [
        Explorer(ToyStage("payload"), replace(OPTIONS, max_findings=most)).explore(stories).findings
        for most in (1, 2, 9)
    ]
    assert [len(each) for each in found][:2] == [1, 2]
    assert found[0] == found[1][:1] == found[2][:1]


@pytest.mark.parametrize("runs", [0, 1, 7, 50])
def test_as_many_random_schedules_are_run_as_were_asked_for(runs: int) -> None:
    options = Options(departures=0, strategies=("walk", "pct"), random_runs=runs)
    stories = [story_of(a=2), story_of(a=1, b=1)]
    explored = Explorer(ToyStage(), options).explore(stories)
    assert explored.schedules == len(stories) + runs


def test_the_time_is_looked_at_after_every_run() -> None:
    class Slow(ToyStage):
        now = 0.0

        def play(self, *given: object) -> Played:
            Slow.now += 1.0
            return super().play(*given)  # type: ignore[arg-type]

    part = Slice(story_of(a=3), Options().manner, Walk(7), 50, seconds=5.0)
    assert part.perform(Slow(), lambda: Slow.now).schedules == 5


def test_shrinking_has_a_time_of_its_own() -> None:
    class Slow(ToyStage):
        now = 0.0

        def play(self, *given: object) -> Played:
            Slow.now += 1.0
            return super().play(*given)  # type: ignore[arg-type]

    manner = replace(Options().manner, shrink_seconds=3.0, max_findings=1)
    part = Slice(story_of(a=4), manner, Walk(7), 50)
    done = part.perform(Slow("stale"), lambda: Slow.now)
    (finding,) = done.findings
    assert done.shrinking <= 3
    assert not finding.proved


def test_steps_that_may_change_places_are_told() -> None:
    finding = found_in("payload", a=2)
    names = [step.choice.name for step in finding.played.steps]
    assert (
        names
        == [
            "a: cancels",
            "a: cancels",
            "courier: delivers a/updated#2",
            "courier: delivers a/updated#1",
        ]
        or names[-1] == "courier: delivers a/updated#1 again"
    )
    stage = ToyStage("payload")
    for place in range(len(names) - 1):
        swapped = [*names[:place], names[place + 1], names[place], *names[place + 2 :]]
        played = stage.play(finding.story, Script(swapped))
        same = [step.choice.name for step in played.steps if not step.settling] == swapped
        assert (place + 1 in finding.any_order) == (same and finding.identity in played.identities)


def test_a_whole_tree_is_searched_when_there_is_time_for_it_and_its_size_is_told_before() -> None:
    told: list[object] = []
    options = Options(departures=0, strategies=("every",))
    explored = Explorer(ToyStage(), options, watch=told.append).explore([story_of(a=1, b=1)])
    (size,) = (each for each in told if isinstance(each, TreeEstimated))
    assert size.schedules > 10
    (every,) = explored.looked[0].strategies[1:]
    assert every.told().startswith("all ")
    assert explored.schedules == every.runs + 1 + 16


def test_a_tree_that_is_too_large_is_not_begun() -> None:
    told: list[object] = []

    def left() -> float:
        return 1e-9 if any(isinstance(each, TreeEstimated) for each in told) else 60.0

    options = Options(departures=0, strategies=("every",), left=left)
    explored = Explorer(ToyStage(), options, watch=told.append).explore([story_of(a=3, b=3)])
    (every,) = explored.looked[0].strategies[1:]
    assert every.told().startswith("not all of about ")
    assert every.told().endswith("schedules: more than the time allows")


def test_the_same_seed_gives_the_same_bytes_in_another_process_with_another_hash_seed() -> None:
    code = (
        f"import sys; sys.path[:0] = [{str(Path(__file__).parent)!r}]\n"
        "from toys import ToyStage, story_of\n"
        "from harness.explore.explorer import Explorer, Options\n"
        "for bug in ('', 'payload', 'stale', 'shared'):\n"
        "    options = Options(departures=2, random_runs=60, max_findings=9)\n"
        "    stories = [story_of(a=2, b=1), story_of(a=1, b=1, c=1)]\n"
        "    explored = Explorer(ToyStage(bug), options).explore(stories)\n"
        "    print(*(finding.text() for finding in explored.findings))\n"
        "    print(*((looked.told(), looked.decisions) for looked in explored.looked))\n"
    )
    told = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={"PYTHONHASHSEED": hash_seed, "PYTHONPATH": ":".join(sys.path)},
            capture_output=True,
            check=True,
        ).stdout
        for hash_seed in ("1", "2", "3")
    }
    assert len(told) == 1
    assert b"monotonic" in told.pop()


def test_time_that_is_up_ends_it_and_is_told() -> None:
    explored = Explorer(ToyStage(), replace(OPTIONS, left=lambda: 0.0)).explore([story_of(a=2)])
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


def test_it_is_told_once_when_schedules_do_not_share_their_beginnings_any_more() -> None:
    class Forgetful(ToyStage):
        def play(self, story: Story, chooser: Chooser, known: Container[Identity] = ()) -> Played:
            played = super().play(story, chooser, known)
            if played.departures:
                self.unlike = 'step 2: first "a", then "b"'
            return played

    told: list[object] = []
    Explorer(Forgetful(), OPTIONS, watch=told.append).explore([story_of(a=2), story_of(a=3)])
    (ended,) = (each for each in told if isinstance(each, SharingEnded))
    assert ended == SharingEnded(story_of(a=2), 'step 2: first "a", then "b"')


def test_a_script_skips_what_is_not_enabled_and_then_lets_the_run_settle() -> None:
    played = ToyStage().play(story_of(a=1), Script(["b: cancels", "a: cancels"]))
    assert [step.choice.name for step in played.steps] == [
        "a: cancels",
        "courier: delivers a/updated#1",
    ]
    assert played.steps[1].settling
