"""Reduction: which steps commute, and that leaving out equal schedules leaves out no verdict."""

from __future__ import annotations

from collections.abc import Container
from pathlib import Path
from random import Random

import pytest
from toys import Lanes, Shop, ToyStage, orders, story_of

from harness.explore.choice import END, Choice
from harness.explore.commuting import Trace, commute, customer_of
from harness.explore.explorer import Explored, Explorer, Options
from harness.explore.finding import read_finding
from harness.explore.game import CUT, Chooser, Identity, Played, Taken, play
from harness.explore.isolation import Isolated, encounters, pairs
from harness.explore.strategies import Every, Near, Script
from harness.replay import replay
from scenarios import Step, Story

A_ACTS = Choice("a: cancels", "act", "a")
A_MAIL = Choice("courier: delivers a/updated#1", "deliver", "a/updated#1")
A_AGAIN = Choice("courier: delivers a/updated#1 again", "again", "again a/updated#1")
A_HELD = Choice("courier: delivers a/updated#1, held up", "stall", "a/updated#1")
B_ACTS = Choice("b: cancels", "act", "b")
B_MAIL = Choice("courier: delivers b/updated#1", "deliver", "b/updated#1")
B_AGAIN = Choice("courier: delivers b/updated#1 again", "again", "again b/updated#1")
SUPPORT = Choice("support for b: cancels the subscription now", "act", "b")
CLOCK = Choice("clock: moves 1 day", "act", "b")
RESTART = Choice("app: restarts", "restart", "app")
NOBODYS = Choice("courier: delivers nobody/updated#1", "deliver", "nobody/updated#1")
SMALL = [{"a": 1, "b": 1}, {"a": 2, "b": 1}, {"a": 1, "b": 1, "c": 1}]


def random_small(seed: int) -> dict[str, int]:
    random = Random(seed)
    return {who: random.randint(1, 2) for who in "abc"[: random.randint(2, 3)]}


@pytest.mark.parametrize("other", [B_ACTS, B_MAIL, B_AGAIN, SUPPORT])
@pytest.mark.parametrize("one", [A_ACTS, A_MAIL])
def test_steps_of_two_customers_commute(one: Choice, other: Choice) -> None:
    assert commute(one, other)
    assert commute(other, one)
    assert Trace().then(one).then(other).key == Trace().then(other).then(one).key


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (A_ACTS, A_MAIL),
        (A_MAIL, A_AGAIN),
        (A_ACTS, CLOCK),
        (A_MAIL, RESTART),
        (A_MAIL, NOBODYS),
        (A_HELD, B_MAIL),
        (A_AGAIN, B_AGAIN),
        (A_ACTS, END),
    ],
)
def test_steps_of_one_customer_or_of_everybodys_concern_do_not(one: Choice, other: Choice) -> None:
    assert not commute(one, other)
    assert not commute(other, one)
    assert Trace().then(one).then(other).key != Trace().then(other).then(one).key


def test_a_step_belongs_to_the_customer_of_its_lane() -> None:
    for choice in (A_ACTS, A_MAIL, A_AGAIN, A_HELD):
        assert customer_of(choice) == "a"


@pytest.mark.parametrize("lanes", [{"a": 3, "b": 3}, {"a": 2, "b": 2, "c": 2}])
def test_of_lanes_that_never_meet_one_order_is_enough(lanes: dict[str, int]) -> None:
    every, near = Every(apart=True), Near(apart=True)
    assert sum(len(found) == sum(lanes.values()) for found in orders(every, **lanes)) == 1
    orders(near, **lanes)
    assert every.runs == 1
    assert sum(near.counts) == 1


def traces(strategy: Every | Near, acts: dict[str, int]) -> list[bytes]:
    """The traces of all runs that were not cut."""
    found = []
    while strategy.next_run():
        played = play(Shop(dict(acts)), strategy)
        trace = Trace()
        for step in played.steps:
            trace = trace.then(step.choice)
        if not played.cut:
            found.append(trace.key)
    return found


@pytest.mark.parametrize("acts", SMALL)
@pytest.mark.parametrize("departures", [1, 2, 3])
def test_every_trace_that_plain_search_runs_is_run(acts: dict[str, int], departures: int) -> None:
    plain = traces(Near(departures), acts)
    reduced = traces(Near(departures, apart=True), acts)
    assert set(reduced) == set(plain)
    assert len(reduced) < len(plain)


def test_full_search_with_sleep_sets_runs_each_trace_exactly_once() -> None:
    acts = {"a": 1, "b": 1}
    plain = traces(Every(), acts)
    reduced = traces(Every(apart=True), acts)
    assert len(reduced) == len(set(reduced)) == len(set(plain)) < len(plain)


def explored(bug: str, acts: dict[str, int], *, reduce: bool) -> Explored:
    options = Options(
        departures=2, strategies=("near",), max_findings=99, shrink_runs=0, reduce=reduce
    )
    return Explorer(ToyStage(bug), options).explore([story_of(**acts)])


def broken(result: Explored) -> set[Identity]:
    return {identity for looked in result.looked for identity in looked.known}


@pytest.mark.parametrize("bug", ["", "payload", "stale", "shared"])
@pytest.mark.parametrize("seed", range(3))
def test_reduced_and_plain_exploration_come_to_the_same_verdict(bug: str, seed: int) -> None:
    acts = random_small(seed)
    plain, reduced = (explored(bug, acts, reduce=each) for each in (False, True))
    assert broken(plain) <= broken(reduced)
    assert bool(broken(plain)) == bool(broken(reduced))
    if bug == "shared":
        assert not reduced.apart
    if reduced.apart:
        assert broken(reduced) == broken(plain)
        assert reduced.schedules < plain.schedules


def test_an_app_with_one_variable_for_all_is_a_finding_and_is_searched_in_full() -> None:
    plain, guarded = (explored("shared", {"a": 1, "b": 1}, reduce=each) for each in (False, True))
    assert not guarded.apart
    assert guarded.looked[0].near.equal == 0
    assert guarded.looked[0].near.counts == plain.looked[0].near.counts
    assert broken(plain) <= broken(guarded) != set()


def test_company_that_makes_a_difference_is_named_with_both_ends() -> None:
    (pair,) = pairs(story_of(a=1, b=1))
    isolated = Isolated(ToyStage("shared"))
    played = [isolated.play(pair, chooser) for chooser in encounters(pair).values()]
    found = {
        each.customer: each
        for run in played
        for each in run.breaks
        if each.invariant == "tenant-isolation"
    }
    of_a = found["a"]
    assert "b" in found
    assert of_a.then == "with the same steps and nobody else about, a ends with: 1."
    assert of_a.however == "beside b, a ends with: nothing."


class ShowsBoth:
    """A stage with one step of b's, which shows both customers, as the real one does."""

    def play(
        self,
        story: Story,  # noqa: ARG002
        chooser: Chooser,
        known: Container[Identity] = (),  # noqa: ARG002
    ) -> Played:
        act = Choice("b: acts", "act", "b")
        taken = chooser.choose(0, [act]) >= 0
        return Played((Taken(act, 0, 1, "a 1; b 1"),) if taken else (), ())


def test_who_has_nothing_to_do_is_not_compared_with_nothing() -> None:
    (pair,) = pairs(story_of(a=0, b=1))
    for chooser in encounters(pair).values():
        played = Isolated(ShowsBoth()).play(pair, chooser)
        assert [step.choice.name for step in played.steps] == ["b: acts"]
        assert played.breaks == ()


def test_what_only_company_shows_is_a_finding_that_is_shrunk_and_played_again(
    tmp_path: Path,
) -> None:
    options = Options(departures=1, strategies=("near",), max_findings=1)
    explored = Explorer(ToyStage("company"), options).explore([story_of(a=2, b=2)])
    (finding,) = explored.findings
    assert not explored.apart
    assert (finding.strategy, finding.broken.invariant) == ("guard", "tenant-isolation")
    assert finding.story.size == 2
    assert finding.proved
    again = read_finding(finding.write(tmp_path))
    assert replay(again, ToyStage("company")).verdict == "BROKEN"
    assert replay(again, ToyStage()).verdict == "FIXED"


def test_where_isolation_is_not_promised_company_only_ends_the_reduction() -> None:
    options = Options(departures=1, strategies=("near",), isolation=False)
    explored = Explorer(ToyStage("company"), options).explore([story_of(a=1, b=1)])
    assert not explored.findings
    assert not explored.apart


def test_customers_are_made_to_meet_up_to_the_first_step_of_the_clock() -> None:
    cancels = Step("customer", "cancel", "cancels")
    clock = Step("clock", "advance", "moves 1 day")
    told = Story("toy", "", (), dict.fromkeys("abc", (cancels, clock, cancels)))
    met = list(pairs(told))
    assert [tuple(each.acts) for each in met] == [("a", "b"), ("a", "c"), ("b", "c")]
    assert all(acts == (cancels,) for each in met for acts in each.acts.values())


def test_the_ways_to_meet_are_different_orders() -> None:
    (pair,) = pairs(story_of(a=2, b=2))
    stage = ToyStage()
    told = {stage.play(pair, chooser).transcript for chooser in encounters(pair).values()}
    assert len(told) == 5


def test_a_run_that_is_cut_says_so_and_is_not_judged_at_its_end() -> None:
    class Cut(Script):
        def choose(self, step_index: int, enabled: object) -> int:  # noqa: ARG002
            return CUT if step_index == 1 else 0

    played = play(Shop({"a": 1}), Cut([]))
    assert played.cut
    assert len(played.steps) == 1
    assert not played.breaks


def test_lanes_of_the_toy_name_their_customer() -> None:
    assert [customer_of(each) for each in Lanes({"a": 1, "b": 1}).enabled()] == ["a", "b"]
