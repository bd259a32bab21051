"""Which situations a run has met, in words: what was never met was never put to the test."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from harness.explore.choice import Choice, Kind
from harness.explore.rules import Position

EARLY_RETURN = "a return before the webhook of an act"
EARLY_ACT = "another act before the webhook of an act"
NEWER_FIRST = "newer news before older"
DUPLICATE = "a duplicate of the latest event"
OLD_DUPLICATE = "a duplicate after newer events"
OVERLAP = "a delivery while another is being handled"
OF_FAULTS: Mapping[Kind, str] = {
    "close": "a customer who never comes back",
    "double": "a double click on the way to Checkout",
    "lose": "an answer that was lost, and the event again",
    "miss": "an event that comes late, after newer ones",
    "probe": "forged and foreign events",
    "refuse": "Stripe refusing the app while it handles an event",
    "restart": "the app restarting",
    "revisit": "the return page opened again",
    "stall": "Stripe answering a handler late",
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
    if choice.kind == "deliver" and (choice.lane != at.waiting[0] or at.refused):
        met.add(NEWER_FIRST)
    if choice.kind == "again":
        latest = choice.lane == f"again {at.accepted[-1]}"
        met.add(DUPLICATE if latest else OLD_DUPLICATE)
    if at.held and choice.kind in ("deliver", "retry", "again"):
        met.add(OVERLAP)
    if choice.kind in OF_FAULTS:
        met.add(OF_FAULTS[choice.kind])
    return met
