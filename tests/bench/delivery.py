"""Webhooks a second to a fast endpoint in another process: packed, signed, sent, recorded."""

from __future__ import annotations

from time import perf_counter

import uvloop

from simulator import Simulator
from tests.bench.figure import Figure, Measured
from tests.bench.shop import CUSTOMER, KEY, Shop
from tests.bench.sink import sink

WEBHOOKS, ROUNDS = 2_000, 3
TARGET = 2_000.0


def measure() -> Measured:
    with sink() as url:
        for endpoints, target in ((1, None), (8, TARGET)):
            rate = max(uvloop.run(_rate(url, endpoints)) for _ in range(ROUNDS))
            word = "endpoint" if endpoints == 1 else "endpoints"
            yield Figure(f"webhooks to {endpoints} {word}", rate, "/s", target, "at least")


async def _rate(url: str, endpoints: int) -> float:
    """Deliveries of one account, held and then released. To one endpoint they go in order."""
    simulator = Simulator(clock="virtual", policy="held")
    shop = Shop(simulator)
    for number in range(endpoints):
        await shop.make("webhook_endpoints", f"url={url}/{number}&enabled_events[0]=*")
    for _ in range(WEBHOOKS // endpoints):
        await shop.make("customers", CUSTOMER)
    pump = simulator.desk(f"Bearer {KEY}").pump
    started = perf_counter()
    delivered = await pump.release()
    seconds = perf_counter() - started
    await simulator.close()
    assert all(delivery.state == "delivered" for delivery in delivered)
    return len(delivered) / seconds
