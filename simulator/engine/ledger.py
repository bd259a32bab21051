"""From what happened in one transaction to Event objects.

Stripe delivers the events of one change in an order of its own (`charge.succeeded` first,
`payment_intent.created` after `payment_intent.succeeded`). Billing notes events when they happen,
with the object as it was then; the ledger puts them in the order that the transition declares and
computes `previous_attributes` along that order, so that walking the ledger backwards always gives
the object before.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from simulator.engine.objects import Obj, previous_attributes

_PAYMENT_EVENTS = ("payment_intent.", "charge.")


@dataclass(frozen=True, slots=True)
class RequestInfo:
    """The API request that caused an event; both null when time caused it."""

    id: str | None = None
    idempotency_key: str | None = None


@dataclass(frozen=True, slots=True)
class Happening:
    """An event type and its object at that moment."""

    type: str
    snapshot: Obj


def in_order(happenings: Sequence[Happening], order: Sequence[str]) -> list[Happening]:
    """Sorted by the place of their type in `order`.

    Types it does not name keep their place at the end.
    """
    place = {event_type: position for position, event_type in enumerate(order)}
    return sorted(happenings, key=lambda happening: place.get(happening.type, len(order)))


class Ledger:
    """All events of one account, oldest first, and the state each object was last told in."""

    __slots__ = ("_told", "events")

    def __init__(self) -> None:
        self.events: list[Obj] = []
        self._told: dict[tuple[str, str], Obj] = {}

    def told(self, kind: str, name: str) -> Obj | None:
        """The object as the latest event about it showed it."""
        return self._told.get((kind, name))

    def data_of(self, happenings: Iterable[Happening]) -> Iterable[tuple[str, Obj]]:
        """Type and `data` of each event, leaving out updates that changed nothing."""
        for happening in happenings:
            snapshot = happening.snapshot
            key = (snapshot["object"], snapshot.get("id", ""))
            data: Obj = {"object": snapshot}
            if happening.type.endswith(".updated") and key[1]:
                previous = previous_attributes(self._told.get(key, {}), snapshot)
                if not previous:
                    continue
                data["previous_attributes"] = previous
            if happening.type.endswith(".deleted") and snapshot["object"] != "subscription":
                self._told.pop(key, None)
            else:
                self._told[key] = snapshot
            yield happening.type, data

    def append(self, event: Obj) -> None:
        self.events.append(event)


def id_prefix(event_type: str) -> str:
    """Events about payments carry ids that start with 3, all others with 1 (recorded traffic)."""
    return "evt_3" if event_type.startswith(_PAYMENT_EVENTS) else "evt"
