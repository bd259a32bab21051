"""What an organisation may use: read from Stripe's subscriptions, and written in one place.

`reading` is pure: subscriptions in, one `Reading` out. `write` is the only code that changes
`plan_entitlements`, and only the webhook handler calls it. `entitlement` is what everybody else
sees.

The policy, in full:

- `active` and `trialing` grant access; so does `past_due`, as a grace while Stripe retries the
  payment. Nothing else does: `incomplete` was never paid, `unpaid` and `paused` are not being paid.
- A scheduled cancellation takes nothing away: access lasts until Stripe says `canceled`. It has two
  shapes, and both count: `cancel_at_period_end`, or only `cancel_at` (what the portal sets under
  flexible billing mode, https://docs.stripe.com/billing/subscriptions/billing-mode).
- No local clock ends access. A renewal that is late to be heard of must not lock out a customer who
  paid.
- Subscriptions to anything that is not one of our plans are none of our business.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from reference_app.billing.plans import FREE, Plan, plan_of
from reference_app.tables import Organisation, PlanEntitlement

GRANTING = frozenset({"active", "trialing", "past_due"})
LIVE = GRANTING | {"unpaid", "paused"}

INTERNAL = frozenset({"price", "subscription"})

Subscription = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Reading:
    """What Stripe says at one moment about the one subscription that counts.

    Times are Unix seconds.
    """

    plan: str = FREE.name
    price: str | None = None
    status: str = "none"
    cancel_at_period_end: bool = False
    cancel_at: int | None = None
    current_period_end: int | None = None
    subscription: str | None = None

    @property
    def access(self) -> bool:
        return self.status in GRANTING

    @property
    def winding_down(self) -> bool:
        return self.access and (self.cancel_at_period_end or self.cancel_at is not None)


@dataclass(frozen=True, slots=True)
class Entitlement:
    """What the app shows and enforces.

    `pending`: a purchase was begun, and its outcome is not known.
    """

    plan: str
    status: str
    access: bool
    cancel_at_period_end: bool
    cancel_at: int | None
    current_period_end: int | None
    winding_down: bool
    pending: bool
    price: str | None
    subscription: str | None

    @property
    def ends_at(self) -> int | None:
        """When access ends, if that is scheduled."""
        return (self.cancel_at or self.current_period_end) if self.winding_down else None

    def public(self) -> dict[str, Any]:
        """What the organisation may see: the ids of Stripe’s objects stay in the house."""
        return {name: value for name, value in asdict(self).items() if name not in INTERNAL}


def reading(subscriptions: Iterable[Subscription]) -> Reading:
    """The reading of a customer's subscriptions, ended ones included, in any order.

    One that grants access beats one that does not, one that is alive beats one that has ended, a
    higher plan a lower, a newer an older: so the end of an old subscription never takes away a new
    one.
    """
    ours = [(found, each) for each in subscriptions if (found := _item(each)) is not None]
    if not ours:
        return Reading()
    (plan, item), subscription = max(
        ours,
        key=lambda pair: (
            pair[1]["status"] in GRANTING,
            pair[1]["status"] in LIVE,
            pair[0][0].rank,
            pair[1]["created"],
        ),
    )
    return Reading(
        plan=plan.name,
        price=item["price"].get("lookup_key"),
        status=subscription["status"],
        cancel_at_period_end=subscription["cancel_at_period_end"],
        cancel_at=subscription.get("cancel_at"),
        # On the item since API version 2025-03-31.basil, on the subscription before.
        current_period_end=item.get("current_period_end") or subscription.get("current_period_end"),
        subscription=subscription["id"],
    )


def is_live(subscription: Subscription) -> bool:
    """Whether this subscription is, or can come back to, being billed for one of our plans."""
    return subscription["status"] in LIVE and _item(subscription) is not None


def write(session: Session, organisation: Organisation, now: Reading, event_id: str) -> bool:
    """Make `plan_entitlements` say `now`. The single writer; `False` if it said so already.

    Call it with the organisation's row locked since before `now` was fetched.
    """
    row = session.get(PlanEntitlement, organisation.id)
    if row is not None and _told(row) == now:
        return False
    if row is None:
        if now == Reading():
            return False
        row = PlanEntitlement(organisation_id=organisation.id)
        session.add(row)
    for name, value in asdict(now).items():
        setattr(row, name, value)
    row.updated_by_event = event_id
    row.updated_at = int(time.time())
    return True


def entitlement(session: Session, organisation_id: int) -> Entitlement:
    """What `organisation` may use, as the last webhook left it."""
    row, checkout = session.execute(
        select(PlanEntitlement, Organisation.checkout_session)
        .select_from(Organisation)
        .outerjoin(PlanEntitlement, PlanEntitlement.organisation_id == Organisation.id)
        .where(Organisation.id == organisation_id)
    ).one()
    return shown(_told(row) if row is not None else Reading(), begun=checkout is not None)


def shown(told: Reading, *, begun: bool) -> Entitlement:
    """What a reading lets an organisation use; `begun` is whether a purchase was."""
    return Entitlement(
        plan=told.plan if told.access else FREE.name,
        status=told.status,
        access=told.access,
        cancel_at_period_end=told.cancel_at_period_end,
        cancel_at=told.cancel_at,
        current_period_end=told.current_period_end,
        winding_down=told.winding_down,
        pending=begun and not told.access,
        price=told.price,
        subscription=told.subscription,
    )


def _told(row: PlanEntitlement) -> Reading:
    return Reading(**{name: getattr(row, name) for name in Reading.__dataclass_fields__})


def _item(subscription: Subscription) -> tuple[Plan, Mapping[str, Any]] | None:
    """The item that decides the plan, whatever its place among add-ons, and that plan."""
    known = [
        (plan, item)
        for item in subscription["items"]["data"]
        if (plan := plan_of(item["price"])) is not None
    ]
    return max(known, key=lambda pair: pair[0].rank, default=None)
