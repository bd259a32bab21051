"""A fork and its origin share a past and nothing else; a snapshot is a moment to come back to."""

from __future__ import annotations

from collections.abc import Callable
from time import perf_counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.engine import Laws, RealClock, VirtualClock, World
from tests.engine.things import PATHS, START, digest, rolled_back, thing


def rename(world: World, name: str) -> None:
    """A duty that leaves traces everywhere."""
    if world.get("thing", name) is not None:
        world.change("thing", name, {"owner": f"at {world.now()}"}, "thing.updated")
        world.schedule(world.now() + 7, "rename", name)


def new_world() -> World:
    laws = Laws(duties={"rename": rename}, paths=PATHS)
    return World(key="sk_test_a", seed=1, clock=VirtualClock(START), laws=laws)


Act = tuple[str, int, int]
ACTS: dict[str, Callable[[World, str, int], Any]] = {
    "insert": lambda world, _, n: world.insert(
        thing(world.ids.new("th"), owner=f"o{n}", parent={"box": f"b{n}"}), "thing.created"
    ),
    "change": lambda world, name, n: world.change(
        "thing", name, {"owner": f"o{n}", "n": n}, "thing.updated"
    ),
    "remove": lambda world, name, _: world.remove("thing", name, "thing.deleted"),
    "keep": lambda world, name, n: world.keep(name, secret=n),
    "schedule": lambda world, name, n: world.schedule(world.now() + n, "rename", name),
    "emit": lambda world, name, _: world.emit("thing.upcoming", thing(name)),
    "advance": lambda world, _, n: world.run_until(world.now() + n),
    "regret": lambda world, name, n: regretted(world, name, n),
}
PLANS = st.lists(st.tuples(st.sampled_from(sorted(ACTS)), st.integers(0, 5), st.integers(0, 20)))


def regretted(world: World, name: str, n: int) -> None:
    with rolled_back(world):
        world.change("thing", name, {"owner": "regretted"}, "thing.updated")
        world.schedule(world.now() + n, "rename", name)


def carry_out(world: World, plan: list[Act]) -> None:
    for act, which, n in plan:
        names = [found["id"] for found in world.find("thing")]
        if names or act in ("insert", "advance"):
            ACTS[act](world, names[which % len(names)] if names else "", n)


def whole(world: World) -> dict[str, Any]:
    return {**digest(world), "told": dict(world.ledger._told), "next": world.fork().ids.new("th")}


@given(PLANS, PLANS, PLANS, st.booleans())
def test_a_fork_and_its_origin_never_influence_each_other(
    past: list[Act], here: list[Act], there: list[Act], origin_first: bool
) -> None:
    origin = new_world()
    carry_out(origin, past)
    fork = origin.fork()
    assert whole(fork) == whole(origin)
    for world, plan in [(origin, here), (fork, there)][:: 1 if origin_first else -1]:
        carry_out(world, plan)
    for world, plan in [(origin, here), (fork, there)]:
        alone = new_world()
        carry_out(alone, past)
        carry_out(alone, plan)
        assert whole(world) == whole(alone)


@given(PLANS, PLANS, PLANS)
def test_a_snapshot_can_be_come_back_to_again_and_again(
    past: list[Act], detour: list[Act], future: list[Act]
) -> None:
    world = new_world()
    carry_out(world, past)
    snapshot, then = world.snapshot(), whole(world)
    futures = []
    for _ in range(2):
        carry_out(world, detour)
        world.restore(snapshot)
        assert whole(world) == then
        carry_out(world, future)
        futures.append(whole(world))
    assert futures[0] == futures[1]


def test_time_goes_back_with_a_snapshot_and_forward_from_there() -> None:
    world = new_world()
    snapshot = world.snapshot()
    world.run_until(START + 100)
    world.restore(snapshot)
    assert world.now() == START
    world.run_until(START + 5)
    assert world.now() == START + 5


def test_a_fork_keeps_the_account_and_takes_the_key() -> None:
    origin = new_world()
    fork = origin.fork("sk_test_b")
    assert (fork.key, fork.account) == ("sk_test_b", origin.account)
    assert origin.fork().key == origin.key == "sk_test_a"


def test_a_fork_under_another_key_gives_other_ids() -> None:
    origin = new_world()
    again, same, other = origin.fork("sk_test_b"), origin.fork("sk_test_b"), origin.fork()
    assert again.ids.new("th") == same.ids.new("th")
    assert other.ids.new("th") == origin.ids.new("th") != origin.fork("sk_test_b").ids.new("th")


def test_a_real_clock_is_the_same_for_both() -> None:
    read = [float(START)]
    world = World(key="sk_test_a", seed=1, clock=RealClock(lambda: read[0]), laws=Laws())
    fork = world.fork()
    read[0] += 9
    assert fork.now() == world.now() == START + 9


def test_no_fork_inside_a_transaction() -> None:
    world = new_world()
    with world.transaction(), pytest.raises(AssertionError, match="inside a transaction"):
        world.fork()


def test_a_small_world_is_forked_in_a_moment() -> None:
    """The target is 0.1 ms for 30 objects; a busy machine gets five times that."""
    world = new_world()
    for number in range(30):
        world.insert(thing(f"th_{number}", owner="o"), "thing.created")
    fastest = float("inf")
    for _ in range(50):
        start = perf_counter()
        world.fork()
        fastest = min(fastest, perf_counter() - start)
    assert fastest < 0.0005
