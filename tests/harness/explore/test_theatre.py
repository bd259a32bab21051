"""Exploring real apps: the reference app holds near the friendly schedule, each broken twin breaks
its promise there, and what is found can be played again from its file.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from harness.app.config import load_config
from harness.checking import opened
from harness.explore.explorer import Explorer, Options
from harness.explore.finding import Finding, NotAFinding, read_finding
from harness.explore.game import Played
from harness.explore.strategies import Near, Pct, Strategy, Walk
from harness.explore.theatre import Theatre
from harness.model.invariants import INVARIANTS
from harness.replay import replay
from harness.stage import Memory
from scenarios import STORIES, Story, find, load_story, story_of

ROOT = Path(__file__).parents[3]
TWINS = [
    ("cancel_revokes_now", "cancel_undo_cancel", "paid-access-kept", 0),
    ("checkout_revives", "bought_and_ended", "no-phantom-grant", 1),
    ("failure_swallowed", "renewal", "truthful-ack", 1),
    ("foreign_events_fail", "reopened", "tolerant", 1),
    ("last_customer_wins", "two_buyers", "tenant-isolation", 1),
    ("last_write_wins", "bought_and_ended", "no-phantom-grant", 1),
    ("recorded_before_done", "cancel_undo_cancel", "truthful-ack", 1),
    ("refetch_without_lock", "bought_and_ended", "no-phantom-grant", 1),
    ("refresh_on_return", "cancel_undo_cancel", "single-writer", 1),
    ("second_checkout", "portal_without_customer", "one-subscription", 1),
    ("stored_portal_session", "reopened", "fresh-session", 0),
    ("unsigned_accepted", "reopened", "authentic", 1),
]
"""Twin, story, the promise that it breaks first, and at how many departures."""


@pytest.fixture(scope="module")
def stage() -> Iterator[Theatre]:
    logging.disable(logging.CRITICAL)
    config = load_config(ROOT / "reference_app" / "carom.toml", INVARIANTS)
    with opened(config, seed=7, in_process=True) as bench, bench.theatre() as built:
        yield built
    logging.disable(logging.NOTSET)


def story(name: str) -> Story:
    if name != "reopened":
        return load_story(STORIES / f"{name}.yaml")
    told = load_story(STORIES / "cancel_undo_cancel.yaml")
    opens = told.acts["ada"][0]
    return replace(told, name=name, acts={"ada": (opens, opens)})


def first_finding(theatre: Theatre, told: Story, departures: int) -> Finding:
    options = Options(departures=departures, strategies=("near",), max_findings=1, shrink_runs=0)
    (finding,) = Explorer(theatre, options).explore([told]).findings
    return finding


def test_the_correct_app_holds_near_the_friendly_schedule(stage: Theatre) -> None:
    theatre = stage.recast({"APP_MUTANT": ""})
    options = Options(departures=1, strategies=("near",))
    explored = Explorer(theatre, options).explore([story_of(find("cancel_now"))])
    (looked,) = explored.looked
    assert explored.findings == []
    assert looked.near.departures == 1
    assert looked.near.schedules > 20
    assert explored.exercised["Stripe answering a handler late"] > 0
    assert {"authentic", "tolerant", "truthful-ack", "history-independent"} <= explored.kept


@pytest.mark.parametrize(("twin", "told", "invariant", "departures"), TWINS)
def test_each_twin_breaks_its_promise_at_a_known_distance(
    stage: Theatre, twin: str, told: str, invariant: str, departures: int
) -> None:
    finding = first_finding(stage.recast({"APP_MUTANT": twin}), story(told), departures)
    assert finding.broken.invariant == invariant
    assert finding.departures == departures


@pytest.mark.parametrize(("twin", "apart"), [("", True), ("last_customer_wins", False)])
def test_customers_do_not_meet_in_the_correct_app_and_do_in_the_twin_with_one_variable(
    stage: Theatre, twin: str, apart: bool
) -> None:
    options = Options(departures=0, strategies=(), shrink_runs=0)
    explored = Explorer(stage.recast({"APP_MUTANT": twin}), options).explore([story("two_buyers")])
    assert explored.apart == apart
    assert {each.broken.invariant for each in explored.findings} == (
        set() if apart else {"tenant-isolation"}
    )
    assert explored.looked[0].meetings > 0


def test_a_finding_is_shrunk_written_and_breaks_in_the_same_way_again(
    stage: Theatre, tmp_path: Path
) -> None:
    theatre = stage.recast({"APP_MUTANT": "refetch_without_lock"})
    options = Options(departures=1, strategies=("near",), max_findings=1, shrink_seconds=120.0)
    (finding,) = Explorer(theatre, options).explore([story("bought_and_ended")]).findings
    assert finding.proved
    path = finding.write(tmp_path)
    again = read_finding(path)
    assert again.text() == finding.text()
    for _ in range(3):
        replayed = replay(again, theatre)
        assert replayed.verdict == "BROKEN"
        assert replayed.played is not None
        assert replayed.played.transcript == finding.played.transcript
    mended = stage.recast({"APP_MUTANT": ""})
    assert replay(again, mended, follow=True).verdict == "FIXED"


@pytest.mark.parametrize("strategy", [Near(1), Walk(7), Pct(7)], ids=lambda each: each.name)
def test_every_strategy_gives_runs_that_can_be_played_again(
    stage: Theatre, strategy: Strategy
) -> None:
    theatre = stage.recast({"APP_MUTANT": ""})
    told = story("portal_without_customer")

    class Again:
        def __init__(self, played: Played) -> None:
            self.indices = [step.index for step in played.steps if not step.settling]

        def choose(self, step_index: int, enabled: object) -> int:  # noqa: ARG002
            return self.indices[step_index] if step_index < len(self.indices) else -1

    for _ in range(6):
        assert strategy.next_run()
        played = theatre.play(told, strategy)
        assert theatre.play(told, Again(played)).transcript == played.transcript


def test_an_app_that_is_not_put_back_in_full_ends_the_sharing_of_beginnings(
    stage: Theatre, monkeypatch: pytest.MonkeyPatch
) -> None:
    theatre = stage.recast({"APP_MUTANT": ""})
    told = story("cancel_undo_cancel")
    theatre.remember(told)
    assert theatre.memory is not None
    assert theatre.unlike is None
    stuck = theatre.memory.snapshot()
    forgetful = Memory(lambda: stuck, theatre.memory.restore)
    monkeypatch.setattr(theatre.stage.launched, "_memory", forgetful)
    near = Near(1)
    while theatre.branches and near.next_run():
        played = theatre.play(told, near)
        near.finish_run()
    assert not theatre.branches
    assert theatre.unlike is not None
    assert theatre.unlike.startswith("step ")
    assert not played.breaks


def test_a_step_that_cannot_be_done_any_more_is_named_with_what_can(stage: Theatre) -> None:
    theatre = stage.recast({"APP_MUTANT": "refresh_on_return"})
    finding = first_finding(theatre, story("cancel_undo_cancel"), 1)
    (opens, cancels, *rest) = finding.story.acts["ada"]
    other = replace(finding, story=replace(finding.story, acts={"ada": (cancels, opens, *rest)}))
    replayed = replay(other, theatre)
    assert replayed.verdict == "CHANGED"
    assert replayed.difference is not None
    assert "cannot be done; what can be done:" in replayed.difference


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("{", "not valid JSON"),
        ("[]", '"carom" must be 1'),
        ('{"carom": 1}', "lacks the key"),
    ],
)
def test_a_file_that_is_no_finding_is_refused(tmp_path: Path, text: str, problem: str) -> None:
    path = tmp_path / "x.carom.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(NotAFinding, match=problem):
        read_finding(path)
