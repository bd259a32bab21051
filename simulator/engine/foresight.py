"""Looking ahead: for a while it is later on one timeline of a World.

For what is done in a transaction that is rolled back, such as a preview; nothing else may see the
World while it is at another time than its clock.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from simulator.engine.agenda import ACCOUNT
from simulator.engine.world import World


@contextmanager
def as_of(world: World, instant: int, timeline: str = ACCOUNT) -> Iterator[None]:
    """In the block, `world.now(timeline)` is `instant` (Unix seconds of that timeline)."""
    moments = world._moments
    before = moments.get(timeline)
    moments[timeline] = instant
    try:
        yield
    finally:
        if before is None:
            del moments[timeline]
        else:
            moments[timeline] = before
