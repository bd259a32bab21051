"""Yield points: a call executes at once, and is answered when somebody lets it go."""

from __future__ import annotations

import asyncio

from simulator.api import Held, Hold, Holds


def test_a_hold_takes_so_many_calls_that_fit() -> None:
    holds = Holds()
    holds.add(Hold(times=2, method="GET", path="/v1/subscriptions*"))
    assert holds.meet("POST", "/v1/subscriptions") is None
    first, second = (holds.meet("GET", f"/v1/subscriptions/sub_{n}") for n in (1, 2))
    assert first is not None
    assert second is not None
    assert (first.number, second.number) == (1, 2)
    assert holds.meet("GET", "/v1/subscriptions") is None
    assert holds.wanted == ()


def test_whoever_asked_is_told_of_each_call_that_is_held() -> None:
    told: list[Held] = []
    holds = Holds()
    holds.add(Hold(arrived=told.append))
    holds.meet("GET", "/v1/prices")
    assert [held.path for held in told] == ["/v1/prices"]


def test_answers_go_one_by_one_or_all_at_once() -> None:
    async def released() -> list[bool]:
        holds = Holds()
        holds.add(Hold(times=3))
        held = [holds.meet("GET", "/v1/prices") for _ in range(3)]
        holds.release(2)
        states = [each.released.is_set() for each in held if each is not None]
        holds.clear()
        return states + [each.released.is_set() for each in held if each is not None]

    assert asyncio.run(released()) == [False, True, False, True, True, True]
    assert Holds().release() == []
