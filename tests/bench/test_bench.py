"""The benchmark measures what it says it does."""

from __future__ import annotations

import asyncio

import pytest

from scenarios import load_story
from simulator import Simulator, running
from tests.bench import schedules
from tests.bench.figure import Figure
from tests.bench.load import Hit, Refused, drive
from tests.bench.servers import free_port
from tests.bench.shop import CUSTOMER, KEY, Shop


@pytest.mark.parametrize(
    ("bound", "value", "holds"),
    [("at most", 1.0, True), ("at most", 1.1, False), ("at least", 0.9, False)],
)
def test_a_figure_is_held_against_its_target(bound: str, value: float, holds: bool) -> None:
    assert Figure("it", value, "s", 1.0, bound).holds is holds  # type: ignore[arg-type]


def test_a_figure_without_a_target_is_not_judged() -> None:
    assert Figure("it", 1.0, "s").holds is None


def test_what_is_measured_in_process_is_the_whole_answer() -> None:
    async def ask() -> tuple[int, str]:
        shop = Shop()
        made = await shop.make("customers", CUSTOMER)
        reply = await shop.call("GET", f"/v1/customers/{made['id']}")
        assert made["id"] in reply.body.decode()
        return reply.status, reply.headers["content-length"]

    status, length = asyncio.run(ask())
    assert status == 200
    assert int(length) > 500


def driven(url: str, hit: Hit) -> float:
    return drive(url, hit, seconds=0.1, connections=2)


def test_the_load_generator_counts_good_answers_only() -> None:
    with running(Simulator()) as served:
        key = {"Authorization": f"Bearer {KEY}"}
        assert driven(served.url, Hit("POST", "/v1/customers", CUSTOMER, key)) > 10
        with pytest.raises(Refused, match="404"):
            driven(served.url, Hit("GET", "/v1/customers/cus_none", headers=key))


def test_the_load_generator_says_when_nobody_is_there() -> None:
    with pytest.raises(ConnectionRefusedError):
        driven(f"http://127.0.0.1:{free_port()}", Hit("GET", "/"))


@pytest.mark.parametrize("name", ["null", "thin"])
def test_the_small_apps_keep_every_promise_in_the_standard_schedule(name: str) -> None:
    with schedules.theatre_with(name, in_process=True) as theatre:
        played = theatre.remember(load_story(schedules.STANDARD))
        assert theatre.plays_again
    assert played.breaks == ()
    assert [step.choice.kind for step in played.steps].count("deliver") == 4
    assert len(played.steps) == schedules.STEPS
