"""The coupon of a discount, which was embedded whole."""

from __future__ import annotations

from typing import Any

from simulator.api.versions.change import Change
from simulator.api.versions.shape import Lookup, Shape
from simulator.engine import Obj, value_at


def coupon_at(lookup: Lookup, obj: Obj, place: str) -> Any:
    """The coupon that an object names at `place`, whole; of a deleted one its id is left."""
    named = value_at(obj, (place, "coupon"))
    if not isinstance(named, str):
        return named
    found = lookup.world.get("coupon", named)
    return found if found is not None else {"id": named, "object": "coupon", "deleted": True}


CHANGE = Change(
    version="2025-09-30.clover",
    summary="`source` of a discount names its coupon, in place of the embedded `coupon`.",
    page="https://docs.stripe.com/changelog/clover/2025-09-30/add-discount-source-property",
    shapes={
        "discount": Shape(
            added=("source",),
            removed={"coupon": lambda lookup, discount: coupon_at(lookup, discount, "source")},
        )
    },
)
