"""The agenda: in order of time, ties in the order in which they were noted, timelines apart."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.engine import ACCOUNT, Agenda, World
from tests.engine.things import START, MakeWorld, Regret, digest, rolled_back, thing


@given(st.lists(st.integers(0, 20)))
def test_entries_come_by_time_and_ties_as_they_were_noted(instants: list[int]) -> None:
    agenda = Agenda()
    for position, at in enumerate(instants):
        agenda.add(ACCOUNT, at, "do", str(position))
    done = []
    while agenda.next(ACCOUNT) is not None:
        due = agenda.pop(ACCOUNT)
        done.append((due.at, int(due.subject)))
    assert done == sorted((at, position) for position, at in enumerate(instants))


def test_timelines_do_not_meet() -> None:
    agenda = Agenda()
    agenda.add("clock_1", 5, "do", "a")
    agenda.add(ACCOUNT, 9, "do", "b")
    assert [due.subject for due in agenda.entries("clock_1")] == ["a"]
    agenda.drop("clock_1")
    assert agenda.next("clock_1") is None
    assert agenda.pop(ACCOUNT).subject == "b"


@given(st.lists(st.integers(0, 5), min_size=1), st.data())
def test_a_withdrawn_entry_leaves_the_others_in_order(
    instants: list[int], data: st.DataObject
) -> None:
    agenda = Agenda()
    entries = [agenda.add(ACCOUNT, at, "do", "x") for at in instants]
    gone = data.draw(st.sampled_from(entries))
    agenda.withdraw(ACCOUNT, gone)
    left = sorted(due for due in entries if due is not gone)
    twin = agenda.copy()
    for held in (agenda, twin):
        assert held.entries(ACCOUNT) == left
        done = []
        while (due := held.next(ACCOUNT)) is not None:
            assert held.pop(ACCOUNT) is due
            done.append(due)
        assert done == left


def test_duties_run_in_order_each_at_its_own_time(make_world: MakeWorld) -> None:
    seen: list[tuple[str, int]] = []
    world = make_world({"note": lambda world, name: seen.append((name, world.now()))})
    for at, name in [(30, "c"), (10, "a"), (30, "d"), (20, "b"), (99, "late")]:
        world.schedule(START + at, "note", name)
    world.run_until(START + 40)
    assert seen == [("a", START + 10), ("b", START + 20), ("c", START + 30), ("d", START + 30)]
    assert world.now() == START + 40
    assert world.next_due() == START + 99


def test_what_a_duty_adds_is_done_too_if_it_is_due_in_time(make_world: MakeWorld) -> None:
    seen: list[int] = []

    def again(world: World, name: str) -> None:
        seen.append(world.now() - START)
        world.schedule(world.now() + 10, "again", name)

    world = make_world({"again": again})
    world.schedule(START + 10, "again", "x")
    world.run_until(START + 35)
    assert seen == [10, 20, 30]
    assert world.next_due() == START + 40


def test_what_was_due_in_the_past_happens_now(make_world: MakeWorld) -> None:
    seen: list[int] = []
    world = make_world({"note": lambda world, _: seen.append(world.clock.now())})
    world.schedule(START - 50, "note", "x")
    world.run_until(START)
    assert seen == [START]
    assert world.now() == START


def test_a_duty_that_fails_leaves_no_trace_and_stays_on_the_agenda(make_world: MakeWorld) -> None:
    def fails(world: World, name: str) -> None:
        world.insert(thing(name), "thing.created")
        raise Regret

    world = make_world({"fails": fails})
    world.schedule(START + 5, "fails", "t1")
    before = digest(world)
    with pytest.raises(Regret):
        world.run_until(START + 9)
    assert digest(world) == {**before, "now": START + 5}


def test_a_timeline_run_inside_a_failing_transaction_is_put_back_whole(
    make_world: MakeWorld,
) -> None:
    def again(world: World, name: str) -> None:
        world.schedule(world.now("clock_1") + 10, "again", name, "clock_1")
        world.keep(name, at=world.now("clock_1"))

    world = make_world({"again": again})
    world.insert({"id": "clock_1", "object": "test_helpers.test_clock", "frozen_time": START})
    world.schedule(START + 10, "again", "x", "clock_1")
    before = digest(world)
    with rolled_back(world):
        world.run_until(START + 55, "clock_1")
        assert world.kept("x") == {"at": START + 50}
    assert digest(world) == before


def test_what_outlives_its_test_clock_lives_in_the_accounts_time(world: World) -> None:
    clock = {"id": "clock_1", "object": "test_helpers.test_clock", "frozen_time": START + 500}
    world.insert(clock)
    assert world.now("clock_1") == START + 500
    world.remove("test_helpers.test_clock", "clock_1")
    assert world.now("clock_1") == START
