"""The charges of a PaymentIntent, of which newer versions name the latest."""

from __future__ import annotations

from simulator.api.versions.change import Change
from simulator.api.versions.shape import Lookup, Shape
from simulator.engine import Obj


def _charges(lookup: Lookup, intent: Obj) -> Obj:
    """The attempts, newest first."""
    data = list(lookup.world.find("charge", "payment_intent", intent["id"]))
    return {
        "object": "list",
        "data": data,
        "has_more": False,
        "total_count": len(data),
        "url": f"/v1/charges?payment_intent={intent['id']}",
    }


CHANGE = Change(
    version="2022-11-15",
    summary="A PaymentIntent has `latest_charge` in place of the list `charges`.",
    page="https://docs.stripe.com/changelog/2022-11-15/removes-charges-attribute-paymentintent",
    shapes={"payment_intent": Shape(removed={"charges": _charges})},
)
