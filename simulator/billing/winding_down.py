"""Setting and clearing the end of a subscription while it goes on.

docs.stripe.com/billing/subscriptions/cancel; the fields are those of recorded traffic
(`cancel_at_period_end=true` also sets `cancel_at` to the period's end and `canceled_at` to the time
of the request; `false` clears all three). In flexible billing mode the portal sets `cancel_at`
alone (docs.stripe.com/billing/subscriptions/billing-mode/compare).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from simulator.billing.call import not_simulated, refusal, simulates, unset
from simulator.billing.subscription_items import items_of, period_end, with_items
from simulator.engine import Obj

CLEARED: Obj = {"cancel_at": None, "cancel_at_period_end": False, "canceled_at": None}
"""The fields of an end that is taken back."""


def ending_fields(subscription: Obj, params: Mapping[str, Any], now: int) -> Obj:
    """What `cancel_at_period_end`, `cancel_at` and `cancellation_details` change.

    `cancel_at_period_end=false` undoes only what `cancel_at_period_end=true` did; a `cancel_at`
    that was set alone is cleared by an empty `cancel_at`. That split is our reading: Stripe
    documents each flag with its own undo. So are the words for a subscription that is paused and so
    has no period to end with.
    """
    details = dict(subscription["cancellation_details"])
    given = simulates(
        params.get("cancellation_details") or {}, ("comment", "feedback"), "cancellation_details"
    )
    details.update({key: unset(value) for key, value in given.items()})
    fields: Obj = {"cancellation_details": details} if given else {}
    at_end, at = params.get("cancel_at_period_end"), params.get("cancel_at")
    if at_end and at:
        raise refusal(
            "You may only specify one of these parameters: cancel_at, cancel_at_period_end.",
            param="cancel_at",
        )
    if at_end:
        if period_end(subscription) <= now:
            raise refusal(
                "A paused subscription has no current period at whose end it could be canceled.",
                param="cancel_at_period_end",
            )
        fields.update(at_period_end(subscription, now, details))
    elif at:
        fields.update(at_instant(subscription, _instant(subscription, at, now), now, details))
    elif at == "" or (at_end is False and subscription["cancel_at_period_end"]):
        fields.update({**CLEARED, "cancellation_details": {**details, "reason": None}})
    return fields


def at_period_end(subscription: Obj, now: int, details: Obj) -> Obj:
    """Paid access is kept until the period ends; asking again keeps the first request's time."""
    return {
        "cancel_at": period_end(subscription),
        "cancel_at_period_end": True,
        "canceled_at": subscription["canceled_at"] or now,
        "cancellation_details": {**details, "reason": "cancellation_requested"},
    }


def at_instant(subscription: Obj, instant: int, now: int, details: Obj) -> Obj:
    """The end set as `cancel_at` alone, as the portal does in flexible billing mode."""
    return {
        "cancel_at": instant,
        "cancel_at_period_end": False,
        "canceled_at": subscription["canceled_at"] or now,
        "cancellation_details": {**details, "reason": "cancellation_requested"},
    }


def _instant(subscription: Obj, at: int | str, now: int) -> int:
    ends = [item["current_period_end"] for item in items_of(subscription)]
    if at in ("max_period_end", "max_billed_until"):
        at = max(ends)
    elif at == "min_period_end":
        at = min(ends)
    if not isinstance(at, int):
        raise not_simulated(f"cancel_at={at}", param="cancel_at")
    if at <= now:
        raise refusal("Invalid timestamp: must be in the future.", param="cancel_at")
    return at


def shortened(subscription: Obj) -> Obj:
    """The items, none of them with a period that goes on after the end (`cancel_at`)."""
    end, items = subscription["cancel_at"], items_of(subscription)
    shown = [{**i, "current_period_end": min(i["current_period_end"], end)} for i in items]
    return with_items(subscription, shown)
