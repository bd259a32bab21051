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
_DETACHED = "payment_method.detached"


@dataclass(frozen=True, slots=True)
class RequestInfo:
    """The API request that caused an event; both null when time caused it."""

    id: str | None = None
    idempotency_key: str | None = None


@dataclass(frozen=True, slots=True)
class Happening:
    """An event type, its object at that moment, and, where it replaced one, the object before."""

    type: str
    snapshot: Obj
    before: Obj | None = None


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

    def copy(self) -> Ledger:
        """The same events, to go on from separately."""
        twin = Ledger()
        twin.events = self.events.copy()
        twin._told = self._told.copy()
        return twin

    def told(self, kind: str, name: str) -> Obj | None:
        """The object as the latest event about it showed it."""
        return self._told.get((kind, name))

    def data_of(self, happenings: Iterable[Happening]) -> Iterable[tuple[str, Obj]]:
        """Type and `data` of each event, leaving out updates that changed nothing.

        Updates tell what changed since the event before about the same object, or, if there was
        none, since the change itself. So does `payment_method.detached`: the customer it had
        (public fixtures of recorded events). Things without an id, such as a summary, tell what
        they were given as before, if anything. Two types that tell one and the same change
        (`refund.updated`, `charge.refund.updated`) tell the same of it.
        """
        latest: tuple[Obj, Obj] | None = None
        for happening in happenings:
            snapshot = happening.snapshot
            key = (snapshot["object"], snapshot.get("id", ""))
            data: Obj = {"object": snapshot}
            update = happening.type.endswith(".updated")
            named = bool(key[1])
            if (named or happening.before) and (update or happening.type == _DETACHED):
                told = (self._told.get(key) if named else None) or happening.before or {}
                same = latest is not None and latest[0] is snapshot
                previous = latest[1] if latest and same else previous_attributes(told, snapshot)
                latest = (snapshot, previous)
                if not previous and update:
                    continue
                data["previous_attributes"] = previous
            if happening.type.endswith(".deleted") and snapshot["object"] != "subscription":
                self._told.pop(key, None)
            elif named:
                self._told[key] = snapshot
            yield happening.type, data

    def append(self, event: Obj) -> None:
        self.events.append(event)


def id_prefix(event_type: str) -> str:
    """Events about payments carry ids that start with 3, all others with 1 (recorded traffic)."""
    return "evt_3" if event_type.startswith(_PAYMENT_EVENTS) else "evt"
