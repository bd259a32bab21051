"""For a while it is later in a World, and nowhere else."""

from __future__ import annotations

import pytest

from simulator.engine import ACCOUNT, Laws, VirtualClock, World, as_of

NOW, LATER = 1_780_272_000, 1_790_000_000


@pytest.fixture
def world() -> World:
    return World(key="sk_test_later", seed=1, clock=VirtualClock(NOW), laws=Laws())


def test_it_is_later_inside_and_as_before_after_it(world: World) -> None:
    with as_of(world, LATER):
        assert world.now() == LATER
        with as_of(world, LATER + 1):
            assert world.now() == LATER + 1
        assert world.now() == LATER
    assert world.now() == NOW
    assert world.clock.now() == NOW


def test_only_on_its_timeline(world: World) -> None:
    with as_of(world, LATER, "clock_1"):
        assert (world.now(ACCOUNT), world.now("clock_1")) == (NOW, LATER)


def test_a_fault_brings_the_time_back(world: World) -> None:
    with pytest.raises(ZeroDivisionError), as_of(world, LATER):
        raise ZeroDivisionError
    assert world.now() == NOW
