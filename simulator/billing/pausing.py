"""Pausing the collection of payments (docs.stripe.com/billing/subscriptions/pause-payment).

It is no status: the subscription stays active, its periods go on and its invoices are drafted.
`behavior` says what becomes of those: they stay drafts, or they are finalised in due time and then
voided or marked uncollectible, with no attempt to charge them. That they wait for their hour first
is our reading of the page, which names only the outcome.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from simulator.billing.call import refusal
from simulator.billing.invoicing import void
from simulator.billing.timelines import timeline_of
from simulator.billing.uncollectible import give_up
from simulator.engine import Obj, World


def paused(given: Mapping[str, Any] | str, now: int) -> Obj | None:
    """`pause_collection` as the subscription shows it; an empty text resumes collection."""
    if isinstance(given, str):
        return None
    resumes_at = given.get("resumes_at")
    if resumes_at is not None and resumes_at <= now:
        raise refusal(
            "The `resumes_at` time must be in the future.", param="pause_collection[resumes_at]"
        )
    return {"behavior": given["behavior"], "resumes_at": resumes_at}


def schedule_resumption(world: World, subscription: Obj) -> None:
    """Note on the agenda when collection resumes by itself, if it does."""
    pause = subscription["pause_collection"]
    if pause is not None and pause["resumes_at"] is not None:
        world.schedule(
            pause["resumes_at"],
            "subscription.resume_collection",
            subscription["id"],
            timeline_of(subscription),
        )


def resume_collection(world: World, name: str) -> None:
    """Duty `subscription.resume_collection`: the pause ends if this is still its time."""
    subscription = world.get("subscription", name)
    if subscription is None or subscription["pause_collection"] is None:
        return
    if subscription["pause_collection"]["resumes_at"] != world.now(timeline_of(subscription)):
        return
    world.change("subscription", name, {"pause_collection": None}, "customer.subscription.updated")


def keeps_drafts(subscription: Obj) -> bool:
    pause = subscription["pause_collection"]
    return pause is not None and pause["behavior"] == "keep_as_draft"


def set_aside(world: World, subscription: Obj | None, invoice: Obj, at: int) -> bool:
    """Void or give up an open invoice that is not to be collected; whether that was so."""
    pause = subscription and subscription["pause_collection"]
    if not pause or invoice["amount_due"] == 0:
        return False
    if pause["behavior"] == "void":
        void(world, invoice, at)
        return True
    give_up(world, invoice["id"], at, "subscription_paused")
    return True
