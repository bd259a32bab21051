"""Small worlds for the engine's tests."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.engine import Laws, VirtualClock, World
from tests.engine.things import PATHS, START, MakeWorld


@pytest.fixture
def make_world() -> MakeWorld:
    def make(
        duties: dict[str, Any] | None = None, *, seed: int = 1, key: str = "sk_test_a"
    ) -> World:
        laws = Laws(duties=duties or {}, paths=PATHS)
        return World(key=key, seed=seed, clock=VirtualClock(START), laws=laws)

    return make


@pytest.fixture
def world(make_world: MakeWorld) -> World:
    return make_world()
