"""What a customer's subscriptions amount to: a pure function of what Stripe says now."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from baize.plans import RANKS, plan_of

GRANTS = {"active", "trialing", "past_due"}
"""`past_due`: Stripe is still trying to collect. Access ends when Stripe gives up."""

LIVE = GRANTS | {"paused", "unpaid"}

Subscription = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Entitlement:
    """A row of `entitlements`. Times are Unix seconds."""

    plan: str = "free"
    status: str = "none"
    access: bool = False
    cancel_at_period_end: bool = False
    cancel_at: int | None = None
    current_period_end: int | None = None

    @property
    def winding_down(self) -> bool:
        """Two shapes of one thing: the portal sets `cancel_at` under flexible billing mode."""
        return self.access and (self.cancel_at_period_end or self.cancel_at is not None)

    def shown(self, *, bought: bool) -> dict[str, Any]:
        """What the app answers. `bought`: a purchase was begun, and its outcome is not known."""
        pending = bought and not self.access
        return {**asdict(self), "winding_down": self.winding_down, "pending": pending}


def reading(subscriptions: Iterable[Subscription]) -> Entitlement:
    """The entitlement that these give: all of a customer's, ended ones too, in any order."""
    ours = [(found, each) for each in subscriptions if (found := _item(each)) is not None]
    if not ours:
        return Entitlement()
    (plan, item), best = max(ours, key=_weight)
    access = best["status"] in GRANTS
    return Entitlement(
        plan=plan if access else "free",
        status=best["status"],
        access=access,
        cancel_at_period_end=best["cancel_at_period_end"],
        cancel_at=best.get("cancel_at"),
        # On the item since API version 2025-03-31.basil, on the subscription before.
        current_period_end=item.get("current_period_end") or best.get("current_period_end"),
    )


def is_live(subscription: Subscription) -> bool:
    """Whether it is, or can come back to, being billed for one of our plans."""
    return subscription["status"] in LIVE and _item(subscription) is not None


def _weight(pair: tuple[tuple[str, Any], Subscription]) -> tuple[bool, bool, int, int]:
    (plan, _), subscription = pair
    status = subscription["status"]
    return status in GRANTS, status in LIVE, RANKS[plan], subscription["created"]


def _item(subscription: Subscription) -> tuple[str, Mapping[str, Any]] | None:
    """The item that decides the plan, whatever its place among add-ons, and that plan."""
    items = subscription["items"]["data"]
    known = [(plan, item) for item in items if (plan := plan_of(item["price"])) is not None]
    return max(known, key=lambda pair: RANKS[pair[0]], default=None)
