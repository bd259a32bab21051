"""Strategies: what they visit, how often, and that a seed is a seed."""

from __future__ import annotations

import subprocess
import sys
from math import factorial, prod
from pathlib import Path

import pytest
from toys import Lanes, orders

from harness.explore.choice import Choice
from harness.explore.game import play
from harness.explore.strategies import Every, Near, Pct, Prompt, Walk, about

LANES = [{"a": 3}, {"a": 1, "b": 1}, {"a": 2, "b": 2}, {"a": 3, "b": 2}, {"a": 1, "b": 1, "c": 2}]


def interleavings(lanes: dict[str, int]) -> int:
    return factorial(sum(lanes.values())) // prod(factorial(n) for n in lanes.values())


@pytest.mark.parametrize("lanes", LANES)
@pytest.mark.parametrize("strategy", [Every, Near])
def test_exhaustive_strategies_visit_every_order_exactly_once(
    strategy: type[Every | Near], lanes: dict[str, int]
) -> None:
    found = orders(strategy(), **lanes)
    assert len(found) == len(set(found)) == interleavings(lanes)


def test_near_goes_from_few_departures_to_many() -> None:
    near = Near()
    found = orders(near, a=2, b=2)
    assert found[0] == "aabb"
    assert near.counts == [1, 2, 3]
    assert near.departures == 2
    assert near.told() == "all 6 schedules with at most 2 departures"


def test_near_can_be_stopped_and_go_on() -> None:
    near = Near(2)
    near.until = 1
    first = orders(near, a=2, b=2)
    assert near.told() == "all 3 schedules with at most 1 departure"
    near.until = 2
    assert sorted(first + orders(near, a=2, b=2)) == sorted(orders(Every(), a=2, b=2))


def test_near_in_the_middle_of_a_level_promises_only_what_is_complete() -> None:
    near = Near(1)
    assert near.departures is None
    assert near.next_run()
    play(Lanes({"a": 2, "b": 2}), near)
    assert near.next_run()
    assert near.departures == 0
    assert near.schedules == 1


def test_prompt_runs_the_friendly_order_twice() -> None:
    assert orders(Prompt(), a=2, b=1) == ["aab", "aab"]


@pytest.mark.parametrize("strategy", [Walk, Pct])
def test_random_strategies_are_functions_of_their_seed(strategy: type[Walk | Pct]) -> None:
    lanes = {"a": 3, "b": 3, "c": 2}
    assert orders(strategy(7, 50), **lanes) == orders(strategy(7, 50), **lanes)
    assert orders(strategy(7, 50), **lanes) != orders(strategy(8, 50), **lanes)


@pytest.mark.parametrize("strategy", [Walk, Pct])
def test_random_strategies_get_everywhere(strategy: type[Walk | Pct]) -> None:
    assert set(orders(strategy(7, 400), a=2, b=2)) == set(orders(Every(), a=2, b=2))


def test_a_seed_means_the_same_in_another_process_with_another_hash_seed() -> None:
    code = (
        f"import sys; sys.path[:0] = [{str(Path(__file__).parent)!r}]\n"
        "from toys import orders\nfrom harness.explore.strategies import Pct, Walk\n"
        "print(orders(Walk(7, 30), a=2, b=3), orders(Pct(7, 30), a=2, b=3))"
    )
    here = f"{orders(Walk(7, 30), a=2, b=3)} {orders(Pct(7, 30), a=2, b=3)}\n"
    for hash_seed in ("1", "2"):
        told = subprocess.run(
            [sys.executable, "-c", code],
            env={"PYTHONHASHSEED": hash_seed, "PYTHONPATH": ":".join(sys.path)},
            capture_output=True,
            text=True,
            check=True,
        )
        assert told.stdout == here


@pytest.mark.parametrize("lanes", [{"a": 2, "b": 2}, {"a": 3, "b": 2}, {"a": 2, "b": 2, "c": 2}])
def test_probes_estimate_a_tree_before_it_is_searched(lanes: dict[str, int]) -> None:
    every = Every(seed=7, probes=200)
    for _ in range(200):
        assert every.estimate is None
        assert every.next_run()
        play(Lanes(dict(lanes)), every)
    assert every.estimate is not None
    assert every.runs == 0
    assert 0.7 < every.estimate / interleavings(lanes) < 1.4
    assert len(orders(every, **lanes)) == every.runs == interleavings(lanes)
    assert every.told().startswith(f"all {interleavings(lanes)} schedules, depth first (estimated")


@pytest.mark.parametrize(
    ("count", "words"),
    [(6.2, "about 6"), (96.0, "about 96"), (1337.0, "about 1,300"), (2.2e9, "about 2e+09")],
)
def test_of_an_estimate_only_its_size_is_told(count: float, words: str) -> None:
    assert about(count) == words


@pytest.mark.parametrize("size", [1, 2, 5, 99])
def test_near_in_shares_runs_what_it_runs_alone(size: int) -> None:
    lanes = {"a": 2, "b": 2, "c": 1}
    alone, shared = Near(3), Near(3)
    expected, found = orders(alone, **lanes), []
    while shares := shared.split(size):
        assert all(len(share._level) <= size for share in shares)
        for share in reversed(shares):
            found += orders(share, **lanes)
        shared.join(shares)
    assert sorted(found) == sorted(expected)
    assert shared.counts == alone.counts
    assert shared.told() == alone.told()


def test_a_share_that_was_not_played_to_its_end_is_left_to_do() -> None:
    near = Near(1)
    (friendly,) = near.split(9)
    orders(friendly, a=2, b=2)
    near.join([friendly])
    (share,) = near.split(9)
    assert share.next_run()
    play(Lanes({"a": 2, "b": 2}), share)
    near.join([share])
    assert near.departures == 0
    (rest,) = near.split(9)
    assert len(orders(rest, a=2, b=2)) == 1
    near.join([rest])
    assert near.told() == "all 3 schedules with at most 1 departure"


def test_pct_prints_its_bound() -> None:
    pct = Pct(7, 10)
    orders(pct, a=2, b=2)
    assert pct.bound(2) == 1 / (2 * 10)
    assert "d=2 5.0e-02" in pct.told()


@pytest.mark.parametrize("strategy", [Walk, Pct])
def test_what_takes_long_is_done_in_few_random_runs(strategy: type[Walk | Pct]) -> None:
    def restarts(odds: float) -> int:
        chooser, found = strategy(7, 600), 0
        while chooser.next_run():
            friendly, restart = (
                Choice("a: goes on", "act", "a"),
                Choice("x", "restart", "app", odds),
            )
            chosen = [chooser.choose(step, [friendly, restart]) for step in range(6)]
            found += 1 in chosen
        return found

    often, seldom = restarts(1.0), restarts(1 / 16)
    assert often > 100
    assert 0 < seldom < often / 8
