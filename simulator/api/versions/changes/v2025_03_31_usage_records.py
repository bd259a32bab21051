"""How usage was summed before meters did it."""

from __future__ import annotations

from simulator.api.versions.change import Change
from simulator.api.versions.shape import Lookup, Shape, always
from simulator.engine import Obj


def _recurring(_lookup: Lookup, price: Obj) -> Obj | None:
    recurring = price["recurring"]
    return {"aggregate_usage": None, **recurring} if recurring else None


CHANGE = Change(
    version="2025-03-31.basil",
    summary="Prices and plans have no `aggregate_usage`: usage is reported to meters.",
    page="https://docs.stripe.com/changelog/basil/2025-03-31/deprecate-legacy-usage-based-billing",
    shapes={
        "plan": Shape(removed={"aggregate_usage": always(None)}),
        "price": Shape(rewritten={"recurring": _recurring}),
    },
)
