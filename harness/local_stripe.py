"""Stripe as the harness sees it when the simulator runs in this process: the same answers, without
a socket.

Exploring makes some ten questions a step, so a question must cost little more than its answer. All
of them are put on the loop that serves, since nothing else may touch a World; whoever has borrowed
the loop (`Running.here`) asks at once.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Coroutine, Iterable, Mapping, Sequence
from concurrent.futures import Future
from contextlib import AbstractContextManager
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
        self._running.ask(lambda simulator: simulator.snapshot(self._authorization, None, name))

    def restore(self, name: str, branch: str | None) -> None:
        async def back(simulator: Any) -> None:
            await simulator.restore(self._authorization, None, name, branch)

        self._running.inside(back)

    def world(self) -> Any:
        return self._ask(lambda desk: desk.shown())

    def events(self, after: int = 0) -> Any:
        found = self._ask(lambda desk: list(desk.events(after)))
        return {"events": found, "next": after + len(found)}

    def bring(self, events: Sequence[Obj]) -> Any:
        return {"events": self._ask(lambda desk: list(desk.bring(events)))}

    def requests(self, after: int = 0) -> Any:
        found = self._ask(lambda desk: list(desk.requests(after)))
        return {"requests": found, "next": found[-1]["number"] if found else after}

    def deliveries(self, after: int = 0) -> Any:
        found = self._ask(lambda desk: list(desk.deliveries(after)))
        return {"deliveries": found, "next": after + len(found)}

    def advance(self, seconds: int | None = None, to: int | None = None) -> Any:
        return self._wait(lambda desk: desk.advance(seconds, to))

    def policy(self, policy: Any) -> None:
        """When webhooks leave by themselves: `prompt` or `held`."""
        self._ask(lambda desk: desk.set_policy(policy))

    def send(self, delivery: str) -> Any:
        """One attempt now, by the simulator's own courier."""
        return self._wait(lambda desk: desk.send(delivery))

    def take(self, delivery: str) -> Any:
        return self._ask(lambda desk: desk.take(delivery))

    def answer(
        self, delivery: str, status: int | None, error: str | None = None, body: str = ""
    ) -> Any:
        return self._ask(lambda desk: desk.answer(delivery, status, error, body))

    def refuse(self, times: int) -> None:
        """Stripe refuses the next calls: a 429, which no SDK tries again."""
        self.fault("rate_limit", times)

    def stop_refusing(self) -> None:
        self.clear_faults()

    def fault(self, kind: Any, times: int = 1) -> Any:
        fault = {"kind": kind, "times": times}
        rest = {"method": None, "path": None, "reason": "global-rate", "seconds": 0.0}
        return self._ask(lambda desk: desk.add_fault({**fault, **rest}))

    def clear_faults(self) -> Any:
        return self._ask(lambda desk: desk.clear_faults())

    def change_settings(self, **settings: Any) -> Any:
        return self._ask(lambda desk: desk.change_settings(settings))

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

    def here(self) -> None:
        """From now on it is this thread that asks."""
        self._running.move_here()

    def elsewhere(self) -> AbstractContextManager[None]:
        """While the block runs, Stripe answers by itself: for what makes this thread wait."""
        return self._running.elsewhere()

    def wait(self, *futures: Future[Any]) -> None:
        """Until one of them is done; what the app asks meanwhile is answered."""
        self._running.wait(*futures)

    def close(self) -> None:
        """Nothing is open."""

    def _ask(self, question: Callable[[Any], T]) -> T:
        return self._running.ask(
            lambda simulator: question(simulator.desk(self._authorization, None))
        )

    def _wait(self, question: Callable[[Any], Coroutine[Any, Any, T]]) -> T:
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
        self._running = running
        self._headers = {"authorization": f"Bearer {key}", "content-type": FORM}
        self._pages = LocalPages(running)

    def pages(self) -> Transport:
        return self._pages

    def call(self, method: str, path: str, form: Mapping[str, str] | None = None) -> Obj:
        words = urlencode(form or {})
        query, body = (words, "") if method == "GET" else ("", words)
        reply = self._running.ask(
            lambda simulator: simulator.answer(method, path, query, self._headers, body.encode())
        )
        self._mine.add(dict(reply.headers).get("Request-Id", ""))
        answer: Obj = json.loads(reply.body)
        if reply.status >= 400:
            raise StripeRefused(f"{method} {path}", answer)
        return answer

    @property
    def mine(self) -> frozenset[str]:
        """The ids of the harness's own requests."""
        return frozenset(self._mine)

    def forget(self, mine: Iterable[str] = ()) -> None:
        """The account was put back: ids of requests are given out again, to others. `mine` are
        those that were made before the moment to which it was put back.
        """
        self._mine = set(mine)

    def is_mine(self, request: str) -> bool:
        """Whether the harness itself made the request with this id."""
        return request in self._mine
