"""Ten thousand subscriptions over a year, on one core; a lot to hold, so only when asked for.

Garbage is collected as seldom as in a process that only serves.
"""

from __future__ import annotations

import asyncio
import gc
import resource
from time import perf_counter

from simulator.engine import DAY, World
from simulator.serving import COLLECT_AFTER
from tests.bench.figure import Figure, Measured
from tests.bench.shop import Shop

SUBSCRIPTIONS = 10_000
MONTHS, MONTH = 12, 31 * DAY
TARGET = 60.0
FLAT = 1.2


def measure() -> Measured:
    gc.freeze()
    gc.set_threshold(*COLLECT_AFTER)
    before = _peak()
    world, signing_up = asyncio.run(_subscribed(SUBSCRIPTIONS))
    yield Figure(f"create {SUBSCRIPTIONS:,} customers and subscriptions", signing_up, "s")
    months = [_month(world) for _ in range(MONTHS)]
    yield Figure("their year", sum(months), "s", TARGET)
    renewals = world.count("invoice") - SUBSCRIPTIONS
    yield Figure("a renewal", sum(months) / renewals * 1e6, "µs")
    yield Figure("a renewal, last month to second", months[-1] / months[1], "times", FLAT)
    yield Figure("events", len(world.events), "")
    yield Figure("memory", (_peak() - before) / 1024, "MiB")


def _month(world: World) -> float:
    started = perf_counter()
    world.run_until(world.now() + MONTH)
    return perf_counter() - started


async def _subscribed(count: int) -> tuple[World, float]:
    shop = Shop()
    price = await shop.plan()
    started = perf_counter()
    for _ in range(count):
        payer = await shop.payer()
        await shop.make("subscriptions", f"customer={payer}&items[0][price]={price}")
    (world,) = shop.simulator.worlds()
    return world, perf_counter() - started


def _peak() -> int:
    """KiB of memory that this process held at most."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
