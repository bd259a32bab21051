"""What makes time and mail go on in one account.

Two things become due on an account's clock: entries of the agenda, and scheduled attempts. The
pump takes whichever is next, so that an application hears of a renewal before the next thing
happens, and a retry falls between two agenda entries as it would at Stripe. Attempts to one
endpoint go in order, each awaiting its answer; endpoints do not wait for each other
(docs.stripe.com/webhooks).
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection
from contextlib import suppress

from simulator.delivery.deliveries import Answer, Delivery
from simulator.delivery.outbox import Outbox, Parcel, Policy
from simulator.engine.world import World

Send = Callable[[Parcel], Awaitable[Answer]]
"""Makes one attempt; `Courier.send` over HTTP."""

LONGEST_NAP = 30.0
"""Seconds after which a pump on a real clock looks again, in case the wall clock was set."""


class ClockIsReal(Exception):
    """An account that follows the wall clock cannot be advanced."""

    def __init__(self) -> None:
        super().__init__(
            "this account follows the real clock, which cannot be advanced: use a test clock,"
            " or serve with a virtual clock"
        )


class Pump:
    """The agenda, outbox and courier of one World. All of it happens on one event loop.

    `send` makes one attempt; `wall` gives the wall clock, with which it is signed just before.
    """

    def __init__(self, world: World, outbox: Outbox, send: Send, wall: Callable[[], float]) -> None:
        self.world = world
        self.outbox = outbox
        self._send = send
        self._wall = wall
        self._time = asyncio.Lock()
        self._turns: dict[str, asyncio.Lock] = {}
        self._rounds: dict[str, asyncio.Task[None]] = {}
        self._follower: asyncio.Task[None] | None = None
        self._attempted = asyncio.Event()
        self._changed = asyncio.Event()

    def start(self) -> None:
        """On a real clock: follow it from now on. A virtual one waits to be advanced."""
        if not self.world.clock.virtual and self._follower is None:
            self._follower = asyncio.create_task(self._follow_the_clock())
            self._follower.add_done_callback(_report)

    def stir(self) -> None:
        """After a change: do what is due, make deliveries, and send them in the background."""
        self._catch_up(self.world.now())
        self._changed.set()
        if self.outbox.policy == "prompt":
            self._send_out()

    async def advance(self, to: int) -> None:
        """Move a virtual clock to `to` (Unix seconds), doing what becomes due in order of time.

        Under `prompt`, deliveries and due retries are sent at their instant, and time goes on
        when they were answered.
        """
        if not self.world.clock.virtual:
            raise ClockIsReal
        async with self._time:
            now = self.world.now()
            if to < now:
                raise ValueError(f"the clock stands at {now} and cannot go back to {to}")
            await self._deliver_if_prompt()
            while (instant := self._next()) is not None and instant <= to:
                self._catch_up(max(instant, self.world.now()))
                await self._deliver_if_prompt()
            self._catch_up(to)

    async def send(self, name: str) -> Delivery:
        """One attempt of a delivery now, whatever its state, when its endpoint is free."""
        async with self._turn(self.outbox.get(name).endpoint):
            return await self._attempt(self.outbox.pack(name))

    async def release(self) -> list[Delivery]:
        """Send what is held, in order, and wait for the answers; returns it as it then is."""
        names = [delivery.id for delivery in self.outbox.release()]
        await self._deliver()
        return [self.outbox.get(name) for name in names]

    def set_policy(self, policy: Policy) -> None:
        """From now on. What is already held stays held until it is released or sent."""
        self.outbox.policy = policy
        self.stir()

    async def attempted(self, event: str, at_most: float) -> None:
        """Until every endpoint was tried once with an event, but no longer than `at_most` s."""
        try:
            async with asyncio.timeout(at_most):
                while any(not delivery.attempts for delivery in self.outbox.of_event(event)):
                    await self._attempted.wait()
        except TimeoutError:
            return

    @property
    def busy(self) -> bool:
        """Whether time is being advanced, or an attempt is under way."""
        turns = self._turns.values()
        return bool(self._rounds) or self._time.locked() or any(turn.locked() for turn in turns)

    def stop(self) -> list[asyncio.Task[None]]:
        """Stop soon, as `close` does; returns what is left to wait for."""
        tasks = [*self._rounds.values(), *([self._follower] if self._follower else [])]
        for task in tasks:
            task.cancel()
        return tasks

    async def close(self) -> None:
        """Stop. An attempt under way is abandoned and leaves no record."""
        await asyncio.gather(*self.stop(), return_exceptions=True)

    # --- inside --------------------------------------------------------------------------------

    def _next(self, passing_over: Collection[str] = ()) -> int | None:
        """The next instant at which something is due, whatever the endpoints passed over have."""
        instants = [self.world.next_due()]
        if self.outbox.policy == "prompt":
            instants.append(self.outbox.next_due(passing_over))
        return min((instant for instant in instants if instant is not None), default=None)

    def _catch_up(self, instant: int) -> None:
        self.world.run_until(instant)
        self.outbox.collect()

    async def _deliver_if_prompt(self) -> None:
        if self.outbox.policy == "prompt":
            await self._deliver()

    async def _deliver(self) -> None:
        """Send what is due now, and what becomes due meanwhile, until nothing is."""
        self._send_out()
        while self._rounds:
            await asyncio.gather(*self._rounds.values())
            self._send_out()

    def _send_out(self) -> None:
        """One round for each endpoint that has something due and is not on its round already."""
        for endpoint in self.outbox.endpoints_due():
            if endpoint not in self._rounds:
                self._rounds[endpoint] = task = asyncio.create_task(self._round(endpoint))
                task.add_done_callback(_report)

    async def _round(self, endpoint: str) -> None:
        """Send to one endpoint, one attempt after the other, until nothing is due."""
        try:
            while True:
                async with self._turn(endpoint):
                    parcel = self.outbox.take_due(endpoint)
                    if parcel is None:
                        return
                    await self._attempt(parcel)
        finally:
            del self._rounds[endpoint]
            self._changed.set()

    async def _attempt(self, parcel: Parcel) -> Delivery:
        signed = self.outbox.sign(parcel, int(self._wall()))
        delivery = self.outbox.record(signed, await self._send(signed))
        self._attempted.set()
        self._attempted = asyncio.Event()
        self._changed.set()
        return delivery

    def _turn(self, endpoint: str) -> asyncio.Lock:
        return self._turns.setdefault(endpoint, asyncio.Lock())

    async def _follow_the_clock(self) -> None:
        """Wake when something is due, or when something was changed."""
        while True:
            self._changed.clear()
            self._catch_up(self.world.now())
            if self.outbox.policy == "prompt":
                self._send_out()
            instant = self._next(passing_over=self._rounds)
            nap = LONGEST_NAP if instant is None else min(LONGEST_NAP, instant - self._wall())
            if nap > 0:
                with suppress(TimeoutError):
                    async with asyncio.timeout(nap):
                        await self._changed.wait()


def _report(task: asyncio.Task[None]) -> None:
    """A background task that failed is told at once, not when it is collected as garbage."""
    if not task.cancelled() and (fault := task.exception()) is not None:
        context = {"message": f"the pump failed: {fault}", "exception": fault, "task": task}
        task.get_loop().call_exception_handler(context)
