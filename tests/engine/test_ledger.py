"""Events: what `previous_attributes` says, in which order events stand, and what emits none."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.engine import Laws, Obj, RequestInfo, VirtualClock, World, previous_attributes
from tests.engine.things import START, thing, undone, without_nulls


@pytest.mark.parametrize(
    ("before", "after", "previous"),
    [
        pytest.param({"a": 1, "b": 2}, {"a": 1, "b": 3}, {"b": 2}, id="only what changed"),
        pytest.param({"a": 1}, {"a": 1}, {}, id="nothing changed"),
        pytest.param(
            {"m": {"x": "1", "y": "2"}},
            {"m": {"x": "1", "y": "3"}},
            {"m": {"y": "2"}},
            id="a hash is reduced to its changed keys",
        ),
        pytest.param(
            {"metadata": {}}, {"metadata": {"k": "v"}}, {"metadata": {"k": None}}, id="new: null"
        ),
        pytest.param(
            {"metadata": {"k": "v"}}, {"metadata": {}}, {"metadata": {"k": "v"}}, id="gone: old"
        ),
        pytest.param(
            {"items": {"data": [{"p": 1, "q": 1}, {"p": 2, "q": 1}], "total_count": 2}},
            {"items": {"data": [{"p": 1, "q": 1}, {"p": 3, "q": 1}], "total_count": 2}},
            {"items": {"data": [{"p": 1, "q": 1}, {"p": 2, "q": 1}]}},
            id="an array is given whole",
        ),
        pytest.param({"p": {"a": 1}}, {"p": None}, {"p": {"a": 1}}, id="a hash became null"),
        pytest.param({"p": None}, {"p": {"a": 1}}, {"p": None}, id="null became a hash"),
        pytest.param({"f": False}, {"f": 0}, {"f": False}, id="false is not zero"),
    ],
)
def test_previous_attributes_hold_the_old_values_of_what_changed(
    before: Obj, after: Obj, previous: Obj
) -> None:
    assert previous_attributes(before, after) == previous


scalars = st.none() | st.booleans() | st.sampled_from(["x", "y"])
keys = st.sampled_from(["a", "b", "c"])
values = st.recursive(
    scalars | st.lists(st.integers(0, 2), max_size=2),
    lambda inner: st.dictionaries(keys, inner, max_size=3),
    max_leaves=6,
)
objects = st.dictionaries(keys, values, max_size=3)


@given(objects, objects)
def test_applied_backwards_they_give_the_object_before(before: Obj, after: Obj) -> None:
    rebuilt = undone(after, previous_attributes(before, after))
    assert without_nulls(rebuilt) == without_nulls(before)


@given(st.lists(objects, min_size=1, max_size=8), st.lists(st.booleans(), min_size=8, max_size=8))
@settings(max_examples=60)
def test_walking_the_ledger_backwards_gives_every_state_it_told(
    states: list[Obj], loud: list[bool]
) -> None:
    world = World(key="k", seed=1, clock=VirtualClock(START), laws=Laws())
    world.insert({**thing("t"), "v": {}}, "thing.created")
    told: list[Obj] = [{}]
    for state, says in zip(states, loud, strict=False):
        world.change("thing", "t", {"v": state}, *(["thing.updated"] if says else []))
        if says and state != told[-1]:
            told.append(state)
    for event in reversed(world.events[1:]):
        data = event["data"]
        assert data["object"]["v"] == told.pop()
        before = undone(data["object"], data["previous_attributes"])
        assert without_nulls(before["v"]) == without_nulls(told[-1])


def test_an_update_that_changes_nothing_emits_nothing(world: World) -> None:
    world.insert(thing("t", owner="a"), "thing.created")
    world.change("thing", "t", {"owner": "a"}, "thing.updated")
    with world.transaction():
        world.change("thing", "t", {"owner": "b"})
        world.change("thing", "t", {"owner": "a"}, "thing.updated")
    assert [event["type"] for event in world.events] == ["thing.created"]


def test_only_updates_have_previous_attributes(world: World) -> None:
    world.insert(thing("t"), "thing.created")
    world.change("thing", "t", {"owner": "a"}, "thing.paid")
    world.change("thing", "t", {"owner": "b"}, "thing.updated")
    world.remove("thing", "t", "thing.deleted")
    held = [event["data"].get("previous_attributes") for event in world.events]
    assert held == [None, None, {"owner": "a"}, None]


def test_a_detached_payment_method_tells_whose_it_was(world: World) -> None:
    world.insert({"id": "pm_1", "object": "payment_method", "customer": "cus_1"})
    world.change("payment_method", "pm_1", {"customer": None}, "payment_method.detached")
    assert world.events[-1]["data"]["previous_attributes"] == {"customer": "cus_1"}


def test_an_object_that_came_without_an_event_tells_only_what_the_update_changed(
    world: World,
) -> None:
    world.insert(thing("t", owner="a"))
    world.change("thing", "t", {"owner": "b"}, "thing.updated")
    assert world.events[0]["data"]["previous_attributes"] == {"owner": "a"}


def test_a_silent_change_is_told_by_the_next_update(world: World) -> None:
    world.insert(thing("t", owner="a"), "thing.created")
    world.change("thing", "t", {"owner": "b"})
    world.change("thing", "t", {"parent": {"box": "c"}}, "thing.updated")
    previous = world.events[-1]["data"]["previous_attributes"]
    assert previous == {"owner": "a", "parent": None}


def test_an_event_shows_its_object_as_it_was_then(world: World) -> None:
    world.insert(thing("t", owner="a"), "thing.created")
    world.change("thing", "t", {"owner": "b"}, "thing.updated")
    assert [event["data"]["object"]["owner"] for event in world.events] == ["a", "b"]


def test_a_block_puts_its_events_in_the_order_it_declares(world: World) -> None:
    with world.transaction(("c.paid", "a.created")):
        world.insert(thing("t1"), "a.created")
        world.insert(thing("t2"), "b.unnamed")
        world.insert(thing("t3"), "c.paid")
        world.insert(thing("t4"), "a.created")
    told = [(event["type"], event["data"]["object"]["id"]) for event in world.events]
    assert told == [("c.paid", "t3"), ("a.created", "t1"), ("a.created", "t4"), ("b.unnamed", "t2")]


def test_previous_attributes_follow_the_order_of_sending(world: World) -> None:
    world.insert(thing("t", n=0), "thing.created")
    with world.transaction(("z.updated", "thing.updated")):
        world.change("thing", "t", {"n": 1}, "thing.updated")
        world.change("thing", "t", {"n": 2}, "z.updated")
    states = [
        (event["data"]["previous_attributes"]["n"], event["data"]["object"]["n"])
        for event in world.events[1:]
    ]
    assert states == [(0, 2), (2, 1)]


def test_a_block_may_set_its_order_when_it_knows_its_outcome(world: World) -> None:
    with world.transaction() as block:
        world.insert(thing("t1"), "a.created")
        world.insert(thing("t2"), "b.created")
        block.order = ("b.created", "a.created")
    assert [event["type"] for event in world.events] == ["b.created", "a.created"]


def test_an_event_carries_the_request_that_caused_it_the_time_and_the_version(
    world: World,
) -> None:
    world.request = RequestInfo("req_1", "key_1")
    world.insert(thing("t1"), "thing.created")
    world.request = None
    world.insert(thing("t2"), "thing.created")
    by_request, by_time = world.events
    assert by_request["request"] == {"id": "req_1", "idempotency_key": "key_1"}
    assert by_time["request"] == {"id": None, "idempotency_key": None}
    assert by_request["created"] == START
    assert set(by_request) == {
        "id",
        "object",
        "api_version",
        "created",
        "data",
        "livemode",
        "pending_webhooks",
        "request",
        "type",
    }


def test_events_can_be_found_like_any_object(world: World) -> None:
    world.insert(thing("t1"), "thing.created")
    event = world.events[0]
    assert world.get("event", event["id"]) == event
    assert world.find("event") == [event]
