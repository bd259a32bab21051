"""Time and mail, merged: what is due next happens next."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import orjson
import pytest

from simulator.delivery import Answer, ClockIsReal, Outbox, Parcel, Pump
from simulator.engine.clock import RealClock
from simulator.engine.world import Laws, World

START = 1_795_000_000


class Sink:
    """An endpoint that writes down (seconds since the start, event type) and answers as told."""

    def __init__(self, world: World, *statuses: int) -> None:
        self.world = world
        self.statuses = list(statuses)
        self.heard: list[tuple[int, str]] = []

    async def send(self, parcel: Parcel) -> Answer:
        await asyncio.sleep(0)
        self.heard.append((self.world.now() - START, orjson.loads(parcel.body)["type"]))
        return Answer(self.statuses.pop(0) if self.statuses else 200)


def pumping(account: Any, sink: Sink, story: Callable[[Pump], Coroutine[Any, Any, None]]) -> None:
    async def run() -> None:
        pump = Pump(account.world, account.outbox, sink.send, wall=lambda: 42)
        await story(pump)
        await pump.close()

    asyncio.run(run())


def test_an_application_is_told_of_one_thing_before_the_next_one_happens(account: Any) -> None:
    account.endpoint()
    for wait in (100, 200):
        account.world.schedule(START + wait, "tick", "customer.updated")
    sink = Sink(account.world)

    async def story(pump: Pump) -> None:
        await pump.advance(START + 1000)

    pumping(account, sink, story)
    assert [at for at, _ in sink.heard] == [100, 200]
    assert account.world.now() == START + 1000


def test_a_retry_falls_between_two_entries_of_the_agenda(account: Any) -> None:
    account.endpoint()
    account.world.schedule(START + 100, "tick", "invoice.created")
    account.world.schedule(START + 200, "tick", "invoice.paid")
    sink = Sink(account.world, 500)

    async def story(pump: Pump) -> None:
        await pump.advance(START + 1000)

    pumping(account, sink, story)
    assert sink.heard == [(100, "invoice.created"), (160, "invoice.created"), (200, "invoice.paid")]


def test_held_time_goes_by_and_nothing_leaves_until_released(held: Any) -> None:
    held.endpoint()
    for wait in (100, 200):
        held.world.schedule(START + wait, "tick", "invoice.created")
    sink = Sink(held.world)

    async def story(pump: Pump) -> None:
        await pump.advance(START + 1000)
        assert sink.heard == []
        done = await pump.release()
        assert [delivery.state for delivery in done] == ["delivered", "delivered"]

    pumping(held, sink, story)
    assert [at for at, _ in sink.heard] == [1000, 1000]


def test_a_change_is_delivered_in_the_background(account: Any) -> None:
    account.endpoint()
    sink = Sink(account.world)

    async def story(pump: Pump) -> None:
        event = account.happens()
        pump.stir()
        assert sink.heard == []
        await pump.attempted(event, at_most=5)

    pumping(account, sink, story)
    assert len(sink.heard) == 1


def test_a_slow_endpoint_does_not_delay_another(account: Any) -> None:
    slow, quick = account.endpoint("http://slow"), account.endpoint("http://quick")

    async def story_with(pump_send: list[str]) -> None:
        gate = asyncio.Event()

        async def send(parcel: Parcel) -> Answer:
            if parcel.url == "http://slow":
                await gate.wait()
            pump_send.append(parcel.url)
            return Answer(200)

        pump = Pump(account.world, account.outbox, send, wall=lambda: 42)
        first = account.happens()
        pump.stir()
        account.happens()
        pump.stir()
        await asyncio.sleep(0)
        while len(pump_send) < 2:
            await asyncio.sleep(0)
        assert pump_send == ["http://quick", "http://quick"]
        gate.set()
        await pump.attempted(first, at_most=5)
        await pump.advance(account.world.now())
        assert pump_send[2:] == ["http://slow", "http://slow"]
        await pump.close()

    asyncio.run(story_with([]))
    assert {delivery.endpoint for delivery in account.outbox.after(0)} == {slow, quick}


def test_send_makes_one_attempt_at_once_and_again_makes_a_duplicate(held: Any) -> None:
    held.endpoint()
    held.happens()
    held.outbox.collect()
    sink = Sink(held.world)

    async def story(pump: Pump) -> None:
        await pump.send("dlv_000001")
        delivery = await pump.send("dlv_000001")
        assert [attempt.sent_at for attempt in delivery.attempts] == [42, 42]

    pumping(held, sink, story)
    assert len(sink.heard) == 2


def test_waiting_for_an_attempt_is_bounded(held: Any) -> None:
    held.endpoint()
    event = held.happens()
    held.outbox.collect()

    async def story(pump: Pump) -> None:
        await pump.attempted(event, at_most=0.01)

    pumping(held, Sink(held.world), story)
    assert held.outbox.get("dlv_000001").attempts == ()


def test_time_never_goes_back(account: Any) -> None:
    async def story(pump: Pump) -> None:
        with pytest.raises(ValueError, match="cannot go back"):
            await pump.advance(START - 1)

    pumping(account, Sink(account.world), story)


def test_a_real_clock_is_followed_and_cannot_be_advanced() -> None:
    async def story() -> None:
        wall = [float(START)]
        heard: list[str] = []
        told = asyncio.Event()
        ticks = {"tick": lambda world, name: world.emit(name, {"object": "ticker"})}
        world = World(
            key="sk_test_r", seed=1, clock=RealClock(lambda: wall[0]), laws=Laws(duties=ticks)
        )

        async def send(parcel: Parcel) -> Answer:
            heard.append(orjson.loads(parcel.body)["type"])
            told.set()
            return Answer(200)

        world.insert(
            {
                "id": "we_1",
                "object": "webhook_endpoint",
                "url": "http://a",
                "enabled_events": ["*"],
                "status": "enabled",
            }
        )
        world.keep("we_1", secret="whsec_1")
        pump = Pump(
            world, Outbox(world, lambda _, event, __: orjson.dumps(event)), send, lambda: wall[0]
        )
        pump.start()
        with pytest.raises(ClockIsReal):
            await pump.advance(START + 10)
        world.schedule(START + 5, "tick", "invoice.upcoming")
        await asyncio.sleep(0)
        assert heard == []
        wall[0] += 5
        pump.stir()
        async with asyncio.timeout(5):
            await told.wait()
        await pump.close()
        assert heard == ["invoice.upcoming"]

    asyncio.run(story())
