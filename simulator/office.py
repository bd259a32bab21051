"""One open account: its World, its mail and its time, behind the desk that the control API asks.

Here the words of the rooms meet: what delivery cannot do becomes a refusal of the control API.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from typing import Any, cast

from simulator.api import Fault, Faults, Hold, Holds, parts_of
from simulator.control import ControlError
from simulator.control.shapes import (
    DeliveryShape,
    FaultShape,
    HoldPage,
    Policy,
    RequestShape,
    Taken,
    WorldShape,
)
from simulator.dashboard import Dashboard
from simulator.delivery import (
    Answer,
    ClockIsReal,
    Delivery,
    EndpointClosed,
    NothingTaken,
    Outbox,
    Pump,
    UnknownDelivery,
)
from simulator.engine.objects import Obj
from simulator.engine.recorded import NotAnEvent, bring
from simulator.engine.world import World

Told = Callable[[World, Obj], Obj]
"""An event as the Stripe API shows it."""

Requests = Callable[[World, int], Sequence[RequestShape]]
"""The API calls of an account after the first n."""


class Office(Dashboard):
    """The desk of one account (`simulator.control.Desk`)."""

    def __init__(
        self,
        world: World,
        outbox: Outbox,
        pump: Pump,
        *,
        requests: Requests,
        told: Told,
        faults: Faults,
        holds: Holds,
        wall: Callable[[], float],
    ) -> None:
        self.world = world
        self.outbox = outbox
        self.pump = pump
        self.holds = holds
        self._requests = requests
        self._told = told
        self._faults = faults
        self._wall = wall

    def shown(self) -> WorldShape:
        key, world = parts_of(self.world.key)
        return {
            "account": self.world.account,
            "key": key,
            "world": world,
            "now": self.world.now(),
            "clock": "virtual" if self.world.clock.virtual else "real",
            "policy": self.outbox.policy,
            "seed": self.world.seed,
            "public_url": self.world.settings.public_url,
        }

    def events(self, after: int) -> Sequence[dict[str, Any]]:
        """As the Stripe API shows them: `pending_webhooks` is what it is now."""
        found = self.world.events[after:]
        now = [self.world.get("event", event["id"]) or event for event in found]
        return [self._told(self.world, event) for event in now]

    def bring(self, events: Sequence[dict[str, Any]]) -> Sequence[dict[str, Any]]:
        seen = len(self.world.events)
        try:
            bring(self.world, events)
        except NotAnEvent as fault:
            raise ControlError(f"{fault}", param=f"events[{fault.place}]") from fault
        self.pump.stir()
        return self.events(seen)

    def requests(self, after: int) -> Sequence[RequestShape]:
        return self._requests(self.world, after)

    def deliveries(self, after: int) -> Sequence[DeliveryShape]:
        return [_shape(delivery) for delivery in self.outbox.after(after)]

    def faults(self) -> Sequence[FaultShape]:
        return [cast(FaultShape, asdict(fault)) for fault in self._faults.waiting]

    def add_fault(self, fault: FaultShape) -> Sequence[FaultShape]:
        self._faults.add(Fault(**fault))
        return self.faults()

    def clear_faults(self) -> Sequence[FaultShape]:
        self._faults.clear()
        return self.faults()

    def held(self) -> HoldPage:
        return {
            "holds": [
                {"times": each.times, "method": each.method, "path": each.path}
                for each in self.holds.wanted
            ],
            "held": [
                {"number": each.number, "method": each.method, "path": each.path}
                for each in self.holds.waiting.values()
            ],
        }

    def add_hold(self, times: int, method: str | None, path: str | None) -> HoldPage:
        self.holds.add(Hold(times, method, path))
        return self.held()

    def release_held(self, number: int | None) -> HoldPage:
        if number is not None and number not in self.holds.waiting:
            known = ", ".join(map(str, self.holds.waiting)) or "none"
            raise ControlError(
                f"no call {number} is held; held are: {known}", status=404, param="number"
            )
        self.holds.release(number)
        return self.held()

    def clear_holds(self) -> HoldPage:
        self.holds.clear()
        return self.held()

    def set_policy(self, policy: Policy) -> None:
        self.pump.set_policy(policy)

    async def advance(self, seconds: int | None, to: int | None) -> list[str]:
        now, seen = self.world.now(), len(self.world.events)
        target = to if to is not None else now + (seconds or 0)
        if target < now:
            raise ControlError(
                f"the clock stands at {now} and cannot go back to {target}", param="to"
            )
        try:
            await self.pump.advance(target)
        except ClockIsReal as fault:
            raise ControlError(str(fault), status=409) from fault
        return [event["id"] for event in self.world.events[seen:]]

    async def send(self, delivery: str) -> DeliveryShape:
        with _refusals():
            return _shape(await self.pump.send(delivery))

    def take(self, delivery: str) -> Taken:
        with _refusals():
            parcel = self.outbox.take(delivery, int(self._wall()))
        return {"url": parcel.url, "headers": parcel.headers, "body": parcel.body.decode()}

    def answer(
        self, delivery: str, status: int | None, error: str | None, body: str
    ) -> DeliveryShape:
        with _refusals():
            return _shape(self.outbox.answer(delivery, Answer(status, error, body)))

    async def release(self) -> Sequence[DeliveryShape]:
        return [_shape(delivery) for delivery in await self.pump.release()]


def _shape(delivery: Delivery) -> DeliveryShape:
    return cast(DeliveryShape, delivery.shown())


@contextmanager
def _refusals() -> Iterator[None]:
    try:
        yield
    except UnknownDelivery as fault:
        raise ControlError(str(fault), status=404, param="id") from fault
    except (EndpointClosed, NothingTaken) as fault:
        raise ControlError(str(fault), status=409) from fault
