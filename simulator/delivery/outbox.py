"""Every delivery of one account: made from new events, waiting, due, answered.

The outbox decides nothing about the network and sends nothing. Under the policy `prompt` a
delivery is due at once, as Stripe mostly behaves; under `held` nothing leaves until told. An
endpoint gets its events from the moment it is enabled; a disabled or deleted one gets no further
attempts (docs.stripe.com/webhooks).
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Collection, Sequence
from copy import copy
from dataclasses import dataclass, replace
from itertools import islice
from typing import Literal

from simulator.delivery.deliveries import OPEN, Answer, Attempt, Delivery, State
from simulator.delivery.retries import TEST_MODE, next_attempt_at
from simulator.delivery.signature import HEADER, signature_header
from simulator.engine.objects import Obj
from simulator.engine.world import World

Policy = Literal["prompt", "held"]
POLICIES: tuple[Policy, ...] = ("prompt", "held")

Body = Callable[[World, Obj, Obj], bytes]
"""Renders an event for an endpoint: (world, event, webhook endpoint) -> the raw body."""

HEADERS = {
    "User-Agent": "Stripe/1.0 (+https://stripe.com/docs/webhooks)",
    "Accept": "*/*; q=0.5, application/xml",
    "Cache-Control": "no-cache",
    "Content-Type": "application/json; charset=utf-8",
}


@dataclass(frozen=True, slots=True)
class Parcel:
    """One attempt, ready to send: where, with which headers (the signature among them), what."""

    delivery: str
    url: str
    headers: dict[str, str]
    body: bytes
    signed_at: int


class UnknownDelivery(LookupError):
    """No delivery of this account has that id."""

    def __init__(self, name: str) -> None:
        super().__init__(f"no delivery {name!r}: GET /_carom/deliveries lists those there are")


class EndpointClosed(Exception):
    """The endpoint of a delivery was disabled or deleted: it gets no further attempts."""

    def __init__(self, delivery: Delivery, why: str) -> None:
        super().__init__(
            f"the webhook endpoint {delivery.endpoint} of delivery {delivery.id} was {why}:"
            " nothing is sent to it any more"
        )


class NothingTaken(Exception):
    """An answer to an attempt that nobody has taken."""

    def __init__(self, name: str) -> None:
        super().__init__(f"no attempt of delivery {name!r} is under way: take it first")


class Outbox:
    """Deliveries of one World, oldest first."""

    def __init__(
        self,
        world: World,
        body: Body,
        *,
        policy: Policy = "prompt",
        retries: Sequence[int] = TEST_MODE,
    ) -> None:
        self.world = world
        self.policy: Policy = policy
        self._body = body
        self._retries = tuple(retries)
        self._collected = len(world.events)
        self._deliveries: dict[str, Delivery] = {}
        self._of_event: dict[str, list[str]] = {}
        self._held: dict[str, None] = {}
        self._due: dict[str, list[tuple[int, int, str]]] = {}
        self._taken: dict[str, Parcel] = {}

    def fork(self, world: World) -> Outbox:
        """The same mail for a fork of its World; what is under way here is still due there."""
        twin = copy(self)
        twin.world = world
        twin._deliveries = self._deliveries.copy()
        twin._of_event = {event: names.copy() for event, names in self._of_event.items()}
        twin._held = self._held.copy()
        twin._due, twin._taken = {}, {}
        for delivery in self._deliveries.values():
            if delivery.state in ("pending", "retrying"):
                twin._queue(delivery)
        return twin

    # --- from events to deliveries -------------------------------------------------------------

    def collect(self) -> list[Delivery]:
        """Make deliveries of the events that came since the last call; returns the new ones."""
        events = self.world.events
        made: list[Delivery] = []
        if self._collected < len(events):
            endpoints = [
                endpoint
                for endpoint in reversed(self.world.find("webhook_endpoint"))
                if endpoint["status"] == "enabled"
            ]
            for event in events[self._collected :]:
                owed = [
                    self._address(event, endpoint)
                    for endpoint in endpoints
                    if wants(endpoint, event)
                ]
                if owed:
                    self._note_pending(event["id"])
                made += owed
            self._collected = len(events)
        return made

    def _address(self, event: Obj, endpoint: Obj) -> Delivery:
        delivery = Delivery(
            id=f"dlv_{len(self._deliveries) + 1:06d}",
            event=event["id"],
            type=event["type"],
            endpoint=endpoint["id"],
            url=endpoint["url"],
            state="pending" if self.policy == "prompt" else "held",
            due_at=self.world.now(),
        )
        self._of_event.setdefault(event["id"], []).append(delivery.id)
        self._put(delivery)
        return delivery

    def pending_webhooks(self, event: str) -> int:
        """How many endpoints have not yet answered 2xx to an event."""
        return sum(
            self._deliveries[name].state != "delivered" for name in self._of_event.get(event, ())
        )

    # --- reading -------------------------------------------------------------------------------

    def get(self, name: str) -> Delivery:
        try:
            return self._deliveries[name]
        except KeyError:
            raise UnknownDelivery(name) from None

    def of_event(self, event: str) -> list[Delivery]:
        return [self._deliveries[name] for name in self._of_event.get(event, ())]

    def after(self, seen: int) -> list[Delivery]:
        """All deliveries but the first `seen`, oldest first."""
        return list(islice(self._deliveries.values(), seen, None))

    def latest(self, event_type: str, subject: str) -> str | None:
        """The latest event of a type about the object with id `subject`."""
        for event in reversed(self.world.events):
            if event["type"] == event_type and event["data"]["object"].get("id") == subject:
                return str(event["id"])
        return None

    def next_due(self, passing_over: Collection[str] = ()) -> int | None:
        """When the next scheduled attempt is due, on the account's clock.

        Endpoints to pass over are those that are being served already.
        """
        queues = [self._fresh(endpoint) for endpoint in self._due if endpoint not in passing_over]
        return min((queue[0][0] for queue in queues if queue), default=None)

    def endpoints_due(self) -> list[str]:
        """Endpoints with an attempt due now."""
        now = self.world.now()
        return [name for name in self._due if (heap := self._fresh(name)) and heap[0][0] <= now]

    def take_due(self, endpoint: str) -> Parcel | None:
        """The endpoint's next attempt that is due now, off the queue; `None` if there is none."""
        while (heap := self._fresh(endpoint)) and heap[0][0] <= self.world.now():
            delivery = self._deliveries[heapq.heappop(heap)[2]]
            try:
                return self._pack(delivery)
            except EndpointClosed as closed:
                self._put(replace(delivery, state="failed", note=str(closed)))
        return None

    # --- attempts ------------------------------------------------------------------------------

    def pack(self, name: str) -> Parcel:
        """An attempt of a delivery whatever its state; of a delivered one it is a duplicate."""
        return self._pack(self.get(name))

    def sign(self, parcel: Parcel, wall: int) -> Parcel:
        """The parcel, signed at `wall` (Unix seconds, wall clock): each attempt is signed anew."""
        endpoint = self.get(parcel.delivery).endpoint
        secret: str = self.world.kept(endpoint)["secret"]
        header = signature_header(parcel.body, [secret], wall)
        return replace(parcel, headers={**parcel.headers, HEADER: header}, signed_at=wall)

    def take(self, name: str, wall: int) -> Parcel:
        """Hand an attempt to a caller that is itself the courier; `answer` records how it went."""
        parcel = self._taken[name] = self.sign(self.pack(name), wall)
        return parcel

    def answer(self, name: str, answer: Answer) -> Delivery:
        """What the endpoint said to the attempt that was taken."""
        parcel = self._taken.pop(name, None)
        if parcel is None:
            self.get(name)
            raise NothingTaken(name)
        return self.record(parcel, answer)

    def record(self, parcel: Parcel, answer: Answer) -> Delivery:
        """Keep an attempt; a scheduled one that failed is followed by a retry, or by giving up.

        An attempt made by hand before its time does not use up a retry, nor does it stop the next
        one, unless it is answered 2xx.
        """
        before, now = self.get(parcel.delivery), self.world.now()
        scheduled = before.state in OPEN and before.due_at <= now
        attempt = Attempt(len(before.attempts) + 1, now, parcel.signed_at, scheduled, answer)
        after = replace(before, attempts=(*before.attempts, attempt))
        if answer.accepted:
            after = replace(after, state="delivered")
        elif scheduled:
            after = self._after_failure(after, now)
        self._put(after)
        if after.state == "delivered" and before.state != "delivered":
            self._note_pending(after.event)
        return after

    def release(self) -> list[Delivery]:
        """Let everything that is held go, in order: all of it is due now."""
        names = list(self._held)
        for name in names:
            self._put(replace(self._deliveries[name], state="pending", due_at=self.world.now()))
        return [self._deliveries[name] for name in names]

    # --- inside --------------------------------------------------------------------------------

    def _after_failure(self, delivery: Delivery, now: int) -> Delivery:
        due_at = next_attempt_at(delivery.scheduled_attempts, now, self._retries)
        if due_at is None:
            return replace(delivery, state="failed", note="every retry was used up")
        return replace(delivery, state="retrying", due_at=due_at)

    def _pack(self, delivery: Delivery) -> Parcel:
        event = self.world.get("event", delivery.event)
        assert event is not None, delivery
        endpoint = self.world.get("webhook_endpoint", delivery.endpoint)
        if endpoint is None or endpoint["status"] != "enabled":
            raise EndpointClosed(delivery, "disabled" if endpoint else "deleted")
        pending = {"pending_webhooks": self.pending_webhooks(delivery.event)}
        body = self._body(self.world, {**event, **pending}, endpoint)
        return Parcel(delivery.id, endpoint["url"], HEADERS, body, 0)

    def _put(self, delivery: Delivery) -> None:
        """Hold the delivery, in the queue that its state asks for."""
        before = self._deliveries.get(delivery.id)
        self._deliveries[delivery.id] = delivery
        if before is not None and (before.state, before.due_at) == (
            delivery.state,
            delivery.due_at,
        ):
            return
        if delivery.state == "held":
            self._held[delivery.id] = None
            return
        self._held.pop(delivery.id, None)
        if delivery.state in OPEN:
            self._queue(delivery)

    def _queue(self, delivery: Delivery) -> None:
        heap = self._due.setdefault(delivery.endpoint, [])
        heapq.heappush(heap, (delivery.due_at, self._place(delivery), delivery.id))

    def _place(self, delivery: Delivery) -> int:
        return int(delivery.id.removeprefix("dlv_"))

    def _fresh(self, endpoint: str) -> list[tuple[int, int, str]]:
        """The endpoint's queue, without entries at its head that no longer hold."""
        heap = self._due.get(endpoint, [])
        while heap and not self._holds(*heap[0]):
            heapq.heappop(heap)
        return heap

    def _holds(self, due_at: int, _: int, name: str) -> bool:
        delivery = self._deliveries[name]
        state: State = delivery.state
        return state in ("pending", "retrying") and delivery.due_at == due_at

    def _note_pending(self, event: str) -> None:
        """The event as the API shows it says how many endpoints are still owed it."""
        self.world.change("event", event, {"pending_webhooks": self.pending_webhooks(event)})


def wants(endpoint: Obj, event: Obj) -> bool:
    """Whether the endpoint selected this type of event."""
    return "*" in endpoint["enabled_events"] or event["type"] in endpoint["enabled_events"]
