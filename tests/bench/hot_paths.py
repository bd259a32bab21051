"""What the parts cost of which every answer, webhook and run is made."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from time import perf_counter
from typing import Any

from simulator.api import decode, render
from simulator.billing import LAWS
from simulator.contract import accept, parameters, route_table
from simulator.delivery import signature_header
from simulator.engine import DAY, VirtualClock, World
from simulator.server import DEFAULT_START
from tests.bench.figure import Figure, Measured
from tests.bench.shop import CUSTOMER, KEY, Shop
from tests.bench.timing import best, seconds_a_call

YEAR = 366 * DAY
BODY = b"x" * 4096


def measure() -> Measured:
    yield from _parts()
    yield from asyncio.run(_answers())
    yield from _time()


def _parts() -> Measured:
    routes = route_table()
    found = routes.match("POST", "/v1/customers/cus_NffrFeUfNV2Hib")
    assert found is not None
    fields = parameters(found[0])
    form = decode(CUSTOMER)
    yield _micro("match a route", lambda: routes.match("POST", "/v1/customers/cus_NffrFeUfNV2Hib"))
    yield _micro("decode a form", lambda: decode(CUSTOMER))
    yield _micro("accept parameters", lambda: accept(fields, form))
    yield _micro("sign a webhook of 4 KiB", lambda: signature_header(BODY, ["whsec_x"], 1))
    fresh = seconds_a_call(_fresh)
    yield Figure("a fresh world", fresh * 1e3, "ms", 2.0)


def _fresh() -> World:
    return World(key=KEY, seed=1, clock=VirtualClock(DEFAULT_START), laws=LAWS)


async def _answers() -> list[Figure]:
    """Whole answers, from ASGI scope to sent bytes."""
    shop = Shop()
    price, payer = await shop.plan(), await shop.payer()
    subscribing = f"customer={payer}&items[0][price]={price}"
    subscription = await shop.make("subscriptions", subscribing)
    figures = [_micro("render a subscription", lambda: render(subscription))]
    for name, method, target, form in (
        ("retrieve a customer", "GET", f"/v1/customers/{payer}", ""),
        ("create a customer", "POST", "/v1/customers", CUSTOMER),
        ("retrieve a subscription", "GET", f"/v1/subscriptions/{subscription['id']}", ""),
        ("create a subscription", "POST", "/v1/subscriptions", subscribing),
    ):
        seconds = await _a_call(lambda m=method, t=target, f=form: shop.call(m, t, f))  # type: ignore[misc]
        figures.append(Figure(f"{name}, in process", seconds * 1e6, "µs"))
    return figures


async def _a_call(work: Callable[[], Coroutine[Any, Any, object]]) -> float:
    rounds = []
    for _ in range(9):
        started = perf_counter()
        for _ in range(100):
            await work()
        rounds.append((perf_counter() - started) / 100)
    return min(rounds)


def _time() -> Measured:
    events = [0]

    def year() -> float:
        world = asyncio.run(_subscribed())
        before = len(world.events)
        started = perf_counter()
        world.run_until(world.now() + YEAR)
        events[0] = len(world.events) - before
        return perf_counter() - started

    seconds = best(year)
    yield Figure(f"a year of a monthly subscription, {events[0]} events", seconds * 1e3, "ms", 25.0)


async def _subscribed() -> World:
    shop = Shop()
    price, payer = await shop.plan(), await shop.payer()
    await shop.make("subscriptions", f"customer={payer}&items[0][price]={price}")
    (world,) = shop.simulator.worlds()
    return world


def _micro(name: str, work: Callable[[], object]) -> Figure:
    return Figure(name, seconds_a_call(work) * 1e6, "µs")
