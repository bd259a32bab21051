"""Stories for exploring: those that come with Carom, and messages for those that do not load."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.actors import VERBS
from scenarios import STORIES, ScenarioError, find, load_story, names, story_names, story_of
from scenarios.story import PLAYING


@pytest.mark.parametrize("name", story_names())
def test_each_shipped_story_loads_and_has_something_to_do(name: str) -> None:
    story = load_story(STORIES / f"{name}.yaml")
    assert story.name == name
    assert story.size >= 2
    assert story.shows.endswith(".")


@pytest.mark.parametrize("name", names())
def test_every_scenario_tells_a_story(name: str) -> None:
    story = story_of(find(name))
    assert "sign_up" in [step.verb for step in story.given]
    assert story.size >= 1
    assert all(step.actor not in ("courier", "expect") for step in story.acts["ada"])


def test_what_comes_before_the_first_delivery_is_given() -> None:
    story = story_of(find("cancel_now"))
    assert [step.verb for step in story.given] == ["sign_up", "start_checkout", "pay"]
    assert [step.verb for step in story.acts["ada"]] == ["return", "cancel_now"]


@pytest.mark.parametrize(
    ("text", "line", "problem"),
    [
        ("story: x\nshows: y\n", 1, 'lacks the key "acts"'),
        ("story: x\nshows: y\nact: {}\n", 3, 'unknown key "act"'),
        ("story: z\nshows: y\nacts: {}\n", 1, 'called "z", its file "x"'),
        ("story: x\nshows: y\nacts: []\n", 3, '"acts" must be a mapping'),
        ("story: x\nshows: y\nacts:\n  ada: cancels\n", 4, '"ada" must be a list'),
        ("story: x\nshows: y\nacts:\n  ada:\n    - courier: runs\n", 5, "one actor"),
        ("story: x\nshows: y\nacts:\n  ada:\n    - clock: stops\n", 5, 'does not know "stops"'),
        ("story: [\n", 2, "not valid YAML"),
    ],
)
def test_a_story_that_does_not_load_says_where_and_why(
    tmp_path: Path, text: str, line: int, problem: str
) -> None:
    path = tmp_path / "x.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ScenarioError) as caught:
        load_story(path)
    assert problem in str(caught.value)
    assert caught.value.line == line


def test_what_customers_and_staff_can_do_is_told_by_a_story() -> None:
    """A situation that no story has is one that no exploring finds."""
    told = [load_story(STORIES / f"{name}.yaml") for name in story_names()]
    steps = [step for story in told for step in story.given]
    steps += [step for story in told for acts in story.acts.values() for step in acts]
    spoken = {(step.actor, step.verb) for step in steps}
    known = {(actor, verb) for actor in PLAYING for verb in VERBS[actor]}
    assert known - spoken == {
        ("clock", "before_period_end"),
        ("recording", "bring"),  # other people's
        ("customer", "old_portal_link"),
        ("customer", "start_twice"),  # an explorer clicks twice by itself
        ("support", "end_trial"),
        ("support", "renew"),  # which customers do by themselves
        ("support", "other_customer"),  # and brings news of somebody else by itself
    }
