"""Whether an answer costs more when the account is full: the ratio of two sizes."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Mapping
from time import perf_counter

from tests.bench.figure import Figure, Measured
from tests.bench.shop import CUSTOMER, Shop

FEW, MANY = 1_000, 100_000
FLAT = 1.2
CALLS, ROUNDS = 50, 60

WORKS: Mapping[str, tuple[str, str, str]] = {
    "retrieve a customer": ("GET", "/v1/customers/{oldest}", ""),
    "create a customer": ("POST", "/v1/customers", CUSTOMER),
    "list ten customers": ("GET", "/v1/customers?limit=10", ""),
    "list the ten oldest": ("GET", "/v1/customers?limit=10&starting_after={eleventh}", ""),
}


def measure() -> Measured:
    """The collector is off, as good as it is where Carom only serves."""
    gc.disable()
    try:
        yield from asyncio.run(_compared())
    finally:
        gc.enable()


async def _compared() -> list[Figure]:
    small, large = await _filled(FEW), await _filled(MANY)
    figures = []
    for name, work in WORKS.items():
        # By turns, so that both meet the same machine.
        rounds = [(await _round(*small, *work), await _round(*large, *work)) for _ in range(ROUNDS)]
        few, many = map(min, zip(*rounds, strict=True))
        figures += [
            Figure(f"{name}, of {FEW:,}", few * 1e6, "µs"),
            Figure(f"{name}, of {MANY:,}", many * 1e6, "µs"),
            Figure(f"{name}, ratio", many / few, "times", FLAT),
        ]
    return figures


async def _filled(count: int) -> tuple[Shop, Mapping[str, str]]:
    """A shop with so many customers, and the ids of two of them."""
    shop = Shop()
    names = [str((await shop.make("customers", CUSTOMER))["id"]) for _ in range(count)]
    return shop, {"oldest": names[0], "eleventh": names[10]}


async def _round(
    shop: Shop, names: Mapping[str, str], method: str, target: str, form: str
) -> float:
    target = target.format(**names)
    started = perf_counter()
    for _ in range(CALLS):
        await shop.call(method, target, form)
    return (perf_counter() - started) / CALLS
