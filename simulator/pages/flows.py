"""A portal session made for one errand.

docs.stripe.com/customer-management/portal-deep-links: the session's own `return_url` stays the way
back at any moment; `after_completion` tells what follows the errand's success.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from simulator.engine import Obj


@dataclass(frozen=True, slots=True)
class Errand:
    """What the session is for. `price` and `quantity` are set when they are to be confirmed."""

    kind: str
    subscription: str | None
    price: str | None
    quantity: int | None
    next: str
    redirect: str | None
    message: str | None


def errand_of(session: Obj) -> Errand | None:
    """The session's flow, or `None` for one that opens the homepage."""
    flow = session["flow"]
    if flow is None:
        return None
    about: dict[str, Any] = flow.get(flow["type"]) or {}
    item: dict[str, Any] = (about.get("items") or [{}])[0]
    after = flow["after_completion"]
    return Errand(
        kind=flow["type"],
        subscription=about.get("subscription"),
        price=item.get("price"),
        quantity=item.get("quantity"),
        next=after["type"],
        redirect=(after.get("redirect") or {}).get("return_url"),
        message=(after.get("hosted_confirmation") or {}).get("custom_message"),
    )
