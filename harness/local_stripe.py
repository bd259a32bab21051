"""Stripe as the harness sees it when the simulator runs in this process: the same answers, without
a socket.

Exploring makes some ten questions a step, so a question must cost little more than its answer. All
of them are put on the loop that serves, since nothing else may touch a World.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import urlencode

from harness.app.asgi import answer_of
from harness.app.protocol import Reply, Request, Transport
from harness.stripe_side import Obj, StripeRefused, StripeSide
from simulator import Held, Hold, Running

T = TypeVar("T")

FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True)
class Look:
    """What is new in an account since the last look, and its time."""

    now: int
    events: list[Obj]
    requests: list[Obj]
    deliveries: list[Obj]


class LocalControl:
    """The control API of one account, in process."""

    def __init__(self, running: Running, key: str) -> None:
        self._running = running
        self._authorization = f"Bearer {key}"

    def look(self, events: int, requests: int, deliveries: int) -> Look:
        """All that came after so many events, requests and deliveries."""

        def seen(desk: Any) -> Look:
            return Look(
                desk.shown()["now"],
                list(desk.events(events)),
                list(desk.requests(requests)),
                list(desk.deliveries(deliveries)),
            )

        return self._ask(seen)

    def reset(self, seed: int, policy: Any, start: int, public_url: str) -> Any:
        async def fresh(simulator: Any) -> Any:
            desk = await simulator.reset(
                self._authorization,
                seed=seed,
                policy=policy,
                start=start,
                public_url=public_url,
                settings=None,
            )
            return desk.shown()

        return self._running.inside(fresh)

    def snapshot(self, name: str) -> None:
        async def kept(simulator: Any) -> None:
            simulator.snapshot(self._authorization, None, name)

        self._running.inside(kept)

    def restore(self, name: str, branch: str | None) -> None:
        async def back(simulator: Any) -> None:
            await simulator.restore(self._authorization, None, name, branch)

        self._running.inside(back)

    def world(self) -> Any:
        return self._ask(lambda desk: desk.shown())

    def events(self, after: int = 0) -> Any:
        found = self._ask(lambda desk: list(desk.events(after)))
        return {"events": found, "next": after + len(found)}

    def requests(self, after: int = 0) -> Any:
        found = self._ask(lambda desk: list(desk.requests(after)))
        return {"requests": found, "next": found[-1]["number"] if found else after}

    def deliveries(self, after: int = 0) -> Any:
        found = self._ask(lambda desk: list(desk.deliveries(after)))
        return {"deliveries": found, "next": after + len(found)}

    def advance(self, seconds: int | None = None, to: int | None = None) -> Any:
        return self._wait(lambda desk: desk.advance(seconds, to))

    def take(self, delivery: str) -> Any:
        return self._ask(lambda desk: desk.take(delivery))

    def answer(
        self, delivery: str, status: int | None, error: str | None = None, body: str = ""
    ) -> Any:
        return self._ask(lambda desk: desk.answer(delivery, status, error, body))

    def refuse(self, times: int) -> None:
        """Stripe refuses the next calls: a 429, which no SDK tries again."""
        fault = {"kind": "rate_limit", "times": times}
        rest = {"method": None, "path": None, "reason": "global-rate", "seconds": 0.0}
        self._ask(lambda desk: desk.add_fault({**fault, **rest}))

    def stop_refusing(self) -> None:
        self._ask(lambda desk: desk.clear_faults())

    def hold(self, arrived: Callable[[Held], None]) -> None:
        """Keep back the answer to the next call; `arrived` is told of it, on another thread."""
        self._ask(lambda desk: desk.holds.add(Hold(arrived=arrived)))

    def stop_holding(self) -> None:
        """Hold nothing more; answers that wait go on waiting."""

        def stop(desk: Any) -> None:
            desk.holds.wanted = ()

        self._ask(stop)

    def release(self, number: int | None = None) -> None:
        self._ask(lambda desk: desk.holds.release(number))

    def close(self) -> None:
        """Nothing is open."""

    def _ask(self, question: Callable[[Any], T]) -> T:
        async def asked(simulator: Any) -> T:
            return question(simulator.desk(self._authorization, None))

        return self._running.inside(asked)

    def _wait(self, question: Callable[[Any], Awaitable[T]]) -> T:
        async def asked(simulator: Any) -> T:
            return await question(simulator.desk(self._authorization, None))

        return self._running.inside(asked)


class LocalPages:
    """A transport to the simulator in this process."""

    def __init__(self, running: Running) -> None:
        self._running = running

    def send(self, request: Request) -> Reply:
        return self._running.inside(lambda simulator: answer_of(simulator, request))

    def close(self) -> None:
        """Nothing is open."""


class LocalStripe(StripeSide):
    """One account of a simulator that runs in this process."""

    def __init__(self, running: Running, key: str) -> None:
        super().__init__(running.url, key)
        self.control.close()
        self.local = LocalControl(running, key)
        self.control = self.local
        self._key = key
        self._pages = LocalPages(running)

    def pages(self) -> Transport:
        return self._pages

    def call(self, method: str, path: str, form: Mapping[str, str] | None = None) -> Obj:
        words = urlencode(form or {})
        headers = {"Authorization": f"Bearer {self._key}", "Content-Type": FORM}
        if method == "GET":
            request = Request(method, f"{self.url}{path}?{words}", headers)
        else:
            request = Request(method, self.url + path, headers, words.encode())
        reply = self._pages.send(request)
        self._mine.add(reply.header("Request-Id") or "")
        answer: Obj = json.loads(reply.body)
        if reply.status >= 400:
            message = answer.get("error", {}).get("message", answer)
            raise StripeRefused(f"Stripe answered {method} {path} with {message}")
        return answer

    def forget(self) -> None:
        """The account was put back: the ids of requests are given out again, to others."""
        self._mine.clear()

    def is_mine(self, request: str) -> bool:
        """Whether the harness itself made the request with this id."""
        return request in self._mine
