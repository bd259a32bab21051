"""The index against a naive model: a list of objects in the order of their creation."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, rule

from simulator.engine import Laws, Obj, VirtualClock, World, value_at
from tests.engine.things import PATHS, START, rolled_back, thing

VALUES = ["a", "b", "c", None]
value = st.sampled_from(VALUES)


def model_find(objects: Sequence[Obj], path: str, wanted: str) -> list[Obj]:
    keys = tuple(path.split("."))
    return [o for o in reversed(objects) if not path or value_at(o, keys) == wanted]


class AgainstAList(RuleBasedStateMachine):
    """Insert, change, remove and roll back at random; every look-up agrees with the list."""

    names = Bundle("names")

    def __init__(self) -> None:
        super().__init__()
        laws = Laws(paths=PATHS)
        self.world = World(key="sk_test_a", seed=1, clock=VirtualClock(START), laws=laws)
        self.model: list[Obj] = []
        self.made = 0

    @rule(target=names, owner=value, box=value)
    def insert(self, owner: str | None, box: str | None) -> str:
        self.made += 1
        made = thing(f"t{self.made}", owner=owner, parent={"box": box} if box else None)
        self.model.append(self.world.insert(made))
        return str(made["id"])

    @rule(name=names, owner=value, box=value)
    def change(self, name: str, owner: str | None, box: str | None) -> None:
        changed = self.world.change("thing", name, {"owner": owner, "parent": {"box": box}})
        self.model = [changed if held["id"] == name else held for held in self.model]

    @rule(name=consumes(names))
    def remove(self, name: str) -> None:
        self.world.remove("thing", name)
        self.model = [held for held in self.model if held["id"] != name]

    @rule(name=names, owner=value)
    def change_and_remove_and_think_better_of_it(self, name: str, owner: str | None) -> None:
        with rolled_back(self.world):
            self.world.change("thing", name, {"owner": owner})
            self.world.insert(thing("passing", owner=owner))
            self.world.remove("thing", name)

    @rule(name=names, data=st.data())
    def page(self, name: str, data: st.DataObject) -> None:
        serial = self.world.serial("thing", name)
        assert serial is not None
        place = next(n for n, held in enumerate(self.model) if held["id"] == name)
        path, wanted = data.draw(st.sampled_from([("", ""), ("owner", "a"), ("parent.box", "b")]))
        older = model_find(self.model[:place], path, wanted)
        newer = list(reversed(model_find(self.model[place + 1 :], path, wanted)))
        assert list(self.world.walk("thing", path, wanted, below=serial)) == older
        assert list(self.world.walk_up("thing", path, wanted, above=serial)) == newer

    @invariant()
    def finds_what_the_list_has(self) -> None:
        for path in ("", "owner", "parent.box"):
            for wanted in ("a", "b", "c") if path else ("",):
                expected = model_find(self.model, path, wanted)
                assert self.world.find("thing", path, wanted) == expected
                assert self.world.count("thing", path, wanted) == len(expected)


AgainstAList.TestCase.settings = settings(max_examples=40, stateful_step_count=25, deadline=None)
TestAgainstAList = AgainstAList.TestCase


@given(st.lists(value, max_size=12), st.integers(1, 4))
@settings(max_examples=50)
def test_pages_tile_the_list(owners: list[str | None], size: int) -> None:
    world = World(key="k", seed=1, clock=VirtualClock(START), laws=Laws(paths=PATHS))
    for n, owner in enumerate(owners):
        world.insert(thing(f"t{n}", owner=owner))
    seen: list[Obj] = []
    below = None
    while page := list(world.walk("thing", "owner", "a", below=below))[:size]:
        seen += page
        below = world.serial("thing", page[-1]["id"])
    assert seen == world.find("thing", "owner", "a")


def test_a_path_that_is_not_indexed_is_an_error_not_an_empty_answer(world: World) -> None:
    with pytest.raises(LookupError, match="thing is not indexed by 'colour'"):
        world.find("thing", "colour", "red")
