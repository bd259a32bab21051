"""Transactions: all of it or nothing, on the objects, the indexes, the agenda and the ledger."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.engine import Laws, VirtualClock, World
from tests.engine.things import START, MakeWorld, digest, rolled_back, thing


class Declined(Exception):
    """A fault that leaves what was done, as a declined payment does."""

    commits = True


def idle(_world: World, _name: str) -> None:
    """A duty that does nothing."""


def busy(world: World) -> None:
    """One of everything that can be done to a world."""
    world.insert(thing("new", owner="a"), "thing.created")
    world.change("thing", "old", {"owner": "b", "parent": {"box": "x"}}, "thing.updated")
    world.keep("old", secret="changed", more=1)
    world.keep("fresh", secret="s")
    world.schedule(START + 9, "idle", "old")
    world.emit("thing.upcoming", thing("none"))
    world.remove("thing", "gone", "thing.deleted")


@pytest.fixture
def furnished(make_world: MakeWorld) -> World:
    world = make_world({"idle": idle})
    world.insert(thing("old", owner="a"), "thing.created")
    world.insert(thing("gone", owner="a"), "thing.created")
    world.keep("old", secret="s")
    world.schedule(START + 5, "idle", "old")
    return world


def test_a_failed_transaction_leaves_no_trace(furnished: World) -> None:
    before = digest(furnished)
    with rolled_back(furnished):
        busy(furnished)
        assert digest(furnished) != before
    assert digest(furnished) == before


def test_what_is_done_after_a_failed_transaction_is_as_if_it_had_never_been(
    furnished: World,
) -> None:
    with rolled_back(furnished):
        busy(furnished)
    furnished.change("thing", "old", {"owner": "c"}, "thing.updated")
    assert furnished.events[-1]["data"]["previous_attributes"] == {"owner": "a"}
    assert [found["id"] for found in furnished.find("thing", "owner", "a")] == ["gone"]


def test_a_failed_inner_transaction_that_is_caught_spares_the_outer_one(furnished: World) -> None:
    with furnished.transaction():
        furnished.change("thing", "old", {"owner": "b"}, "thing.updated")
        with rolled_back(furnished):
            furnished.change("thing", "old", {"owner": "c"}, "thing.updated")
            furnished.keep("old", secret="c")
        furnished.insert(thing("new"), "thing.created")
    assert [event["type"] for event in furnished.events[2:]] == ["thing.updated", "thing.created"]
    assert furnished.events[2]["data"]["object"]["owner"] == "b"
    assert furnished.kept("old") == {"secret": "s"}


def test_an_outer_failure_undoes_inner_successes(furnished: World) -> None:
    before = digest(furnished)
    with rolled_back(furnished):
        with furnished.transaction():
            busy(furnished)
        with furnished.transaction():
            furnished.change("thing", "new", {"owner": "z"}, "thing.updated")
    assert digest(furnished) == before


def test_nothing_is_told_before_the_outermost_transaction_ends(furnished: World) -> None:
    told = len(furnished.events)
    with furnished.transaction():
        with furnished.transaction():
            furnished.insert(thing("new"), "thing.created")
        assert len(furnished.events) == told
    assert len(furnished.events) == told + 1


def test_a_fault_that_commits_leaves_what_was_done_and_still_comes_out(furnished: World) -> None:
    def decline() -> None:
        with furnished.transaction(("thing.updated", "thing.created")), furnished.transaction():
            furnished.insert(thing("new"), "thing.created")
            furnished.change("thing", "old", {"owner": "b"}, "thing.updated")
            raise Declined

    with pytest.raises(Declined):
        decline()
    assert furnished.get("thing", "new") is not None
    assert [event["type"] for event in furnished.events[2:]] == ["thing.updated", "thing.created"]


def test_a_commit_inside_a_failing_transaction_is_undone_with_it(furnished: World) -> None:
    before = digest(furnished)

    def decline() -> None:
        with furnished.transaction():
            busy(furnished)
            raise Declined

    with rolled_back(furnished), pytest.raises(Declined):
        decline()
    assert digest(furnished) == before


def test_objects_are_replaced_never_mutated(furnished: World) -> None:
    old = furnished.get("thing", "old")
    new = furnished.change("thing", "old", {"owner": "b"})
    assert old is not None
    assert (old["owner"], new["owner"]) == ("a", "b")
    assert furnished.get("thing", "old") is new


def test_kept_facts_merge_and_are_not_part_of_the_object(furnished: World) -> None:
    furnished.keep("old", more=2)
    assert furnished.kept("old") == {"secret": "s", "more": 2}
    assert furnished.kept("nobody") == {}
    assert "secret" not in (furnished.get("thing", "old") or {})


def test_an_unknown_duty_cannot_be_scheduled(furnished: World) -> None:
    with pytest.raises(AssertionError, match="sleep"):
        furnished.schedule(START, "sleep", "old")


def test_two_worlds_of_one_seed_and_key_tell_the_same_bytes(make_world: MakeWorld) -> None:
    def story(world: World) -> list[Any]:
        world.insert(thing(world.ids.new("thing")), "thing.created")
        world.insert(thing("old"), "charge.succeeded")
        return world.events

    assert story(make_world()) == story(make_world())
    assert story(make_world())[0]["id"] != story(make_world(seed=2))[0]["id"]
    assert story(make_world())[0]["id"] != story(make_world(key="sk_test_b"))[0]["id"]


acts = st.lists(
    st.tuples(
        st.sampled_from(["insert", "change", "remove", "keep", "schedule"]),
        st.integers(0, 4),
        st.sampled_from(["a", "b", None]),
    ),
    max_size=8,
)


def act(world: World, what: str, number: int, owner: str | None) -> None:
    name = f"t{number}"
    there = world.get("thing", name) is not None
    if what == "insert" and not there:
        world.insert(thing(name, owner=owner), "thing.created")
    elif what == "change" and there:
        world.change("thing", name, {"owner": owner}, "thing.updated")
    elif what == "remove" and there:
        world.remove("thing", name, "thing.deleted")
    elif what == "keep":
        world.keep(name, owner=owner)
    elif what == "schedule":
        world.schedule(START + number, "idle", name)


@given(acts, acts, acts, acts)
@settings(max_examples=60)
def test_whatever_is_rolled_back_at_whatever_depth_has_not_been(
    first: Any, undone: Any, inner: Any, last: Any
) -> None:
    made = [
        World(key="k", seed=1, clock=VirtualClock(START), laws=Laws(duties={"idle": idle}))
        for _ in range(2)
    ]
    for world, fails in zip(made, (True, False), strict=True):
        for entry in first:
            act(world, *entry)
        if fails:
            with rolled_back(world):
                for entry in undone:
                    act(world, *entry)
                with rolled_back(world):
                    for entry in inner:
                        act(world, *entry)
        for entry in last:
            act(world, *entry)
    shown = [
        {
            "objects": {k: v for k, v in world._objects.items() if k[0] == "thing"},
            "kept": digest(world)["kept"],
            "told": [(event["type"], event["data"]) for event in world.events],
            "agenda": [(due.at, due.subject) for due in world.agenda.entries("account")],
            "order": [found["id"] for found in world.find("thing")],
        }
        for world in made
    ]
    assert shown[0] == shown[1]


# --- what follows from a change ------------------------------------------------------------------


def observed() -> tuple[World, list[str]]:
    """A world whose law notes each thing that was touched, and greets it the first time."""
    seen: list[str] = []

    def greet(world: World, name: str) -> None:
        seen.append(name)
        thing_now = world.get("thing", name)
        if thing_now is not None and not thing_now.get("greeted"):
            world.change("thing", name, {"greeted": True}, "thing.updated")

    def grow(world: World, name: str) -> None:
        world.change("thing", name, {"size": 2}, "thing.updated")

    laws = Laws(duties={"grow": grow}, after={"thing": greet})
    world = World(key="sk_test_laws", seed=1, clock=VirtualClock(START), laws=laws)
    return world, seen


def test_what_follows_is_done_once_and_last() -> None:
    world, seen = observed()
    with world.transaction():
        world.insert(thing("a"), "thing.created")
        world.change("thing", "a", {"size": 1}, "thing.updated")
        assert seen == []
    # Once for both changes, and once more for the change that it made itself.
    assert seen == ["a", "a"]
    assert [event["type"] for event in world.events] == ["thing.created", *["thing.updated"] * 2]


def test_what_follows_belongs_to_the_entry_of_the_agenda() -> None:
    world, seen = observed()
    world.insert(thing("a"), "thing.created")
    seen.clear()
    world.schedule(START + 1, "grow", "a")
    with world.transaction():
        world.run_until(START + 2)
        assert seen == ["a"]


def test_nothing_follows_from_what_was_taken_back() -> None:
    world, seen = observed()
    with suppress(LookupError), world.transaction():
        world.insert(thing("a"), "thing.created")
        raise LookupError
    world.insert(thing("b"), "thing.created")
    assert "a" not in seen


def test_a_law_that_fails_takes_the_change_with_it() -> None:
    def refuse(_world: World, _name: str) -> None:
        raise LookupError("no")

    world = World(
        key="sk_test_laws",
        seed=1,
        clock=VirtualClock(START),
        laws=Laws(after={"thing": refuse}),
    )
    with pytest.raises(LookupError):
        world.insert(thing("a"), "thing.created")
    assert (world.get("thing", "a"), world.events) == (None, [])
