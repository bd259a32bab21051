"""What a payment for an invoice refers to.

Recorded answers cut the invoice's id to 25 characters up to 2025-10-29.clover and have it whole in
2026-03-25.dahlia; the changelog does not tell of it, so that the version between is a choice.
"""

from __future__ import annotations

from simulator.api.versions.change import Change
from simulator.api.versions.shape import Lookup, Shape
from simulator.engine import Obj

LONGEST = 25


def _cut(_lookup: Lookup, intent: Obj) -> Obj | None:
    details: Obj | None = intent["payment_details"]
    reference = (details or {}).get("order_reference")
    if details is None or not isinstance(reference, str):
        return details
    return {**details, "order_reference": reference[:LONGEST]}


CHANGE = Change(
    version="2026-03-25.dahlia",
    summary="The order reference of a payment may be longer than 25 characters.",
    page="https://docs.stripe.com/changelog/dahlia",
    shapes={"payment_intent": Shape(rewritten={"payment_details": _cut})},
)
