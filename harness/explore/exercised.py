"""Which situations a run has met, in words: what was never met was never put to the test."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from harness.explore.choice import Choice, Kind
from harness.explore.rules import Position, oldest

EARLY_RETURN = "a return before the webhook of an act"
EARLY_ACT = "another act before the webhook of an act"
NEWER_FIRST = "newer news before older"
DUPLICATE = "a duplicate of the latest event"
OLD_DUPLICATE = "a duplicate after newer events"
OVERLAP = "a delivery while another is being handled"
OF_FAULTS: Mapping[Kind, str] = {
    "arrive": "the success page opened without having paid",
    "close": "a customer who never comes back",
    "double": "a double click on the way to Checkout",
    "lose": "an answer that was lost, and the event again",
    "miss": "an event that comes late, after newer ones",
    "probe": "forged and foreign events",
    "pry": "a stranger who names somebody's customer",
    "refuse": "Stripe refusing the app while it handles an event",
    "restart": "the app restarting",
    "revisit": "the return page opened again",
    "stall": "Stripe answering a handler late",
    "trespass": "a stranger at the return page",
    "twice": "an event delivered twice at once",
}
SITUATIONS: Sequence[str] = (
    EARLY_RETURN,
    EARLY_ACT,
    NEWER_FIRST,
    DUPLICATE,
    OLD_DUPLICATE,
    OVERLAP,
    *OF_FAULTS.values(),
)


def situations(choice: Choice, at: Position) -> set[str]:
    """Those that making this choice in this position makes."""
    met: set[str] = set()
    if choice.kind == "act" and (at.waiting or at.held):
        met.add(EARLY_RETURN if choice.lane in at.closing else EARLY_ACT)
    if choice.kind == "deliver" and (choice.lane not in oldest(at.waiting) or at.refused):
        met.add(NEWER_FIRST)
    if choice.kind == "again":
        latest = oldest(at.accepted[::-1])
        met.add(DUPLICATE if choice.lane.removeprefix("again ") in latest else OLD_DUPLICATE)
    if at.held and choice.kind in ("deliver", "retry", "again"):
        met.add(OVERLAP)
    if choice.kind in OF_FAULTS:
        met.add(OF_FAULTS[choice.kind])
    return met
