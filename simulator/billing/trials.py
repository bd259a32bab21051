"""Free trials: when one ends, and what its end comes to without a payment method.

docs.stripe.com/billing/subscriptions/trials/free-trials and api/subscriptions/create: a trial lasts
at most two years. `trial_end=now` ends it at once; that `missing_payment_method` then counts as it
does at a trial's natural end is our reading.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from simulator.billing.call import refusal, simulates
from simulator.billing.endings import end_now
from simulator.billing.paused_subscriptions import pause_at
from simulator.billing.payment_methods import default_of
from simulator.billing.timelines import time_of
from simulator.engine import DAY, Obj, World

_LONGEST_TRIAL = 730 * DAY


def trial_end(params: Mapping[str, Any], now: int) -> int | None:
    """When a trial asked for by `trial_period_days` or `trial_end` is over; `None` without one."""
    days, end = params.get("trial_period_days"), params.get("trial_end")
    if end == "now":
        end = None
    if days is not None and end is not None:
        raise refusal(
            "Only one of `trial_end` and `trial_period_days` can be specified.", param="trial_end"
        )
    if days:
        end = now + days * DAY
    if end is None:
        return None
    if not now < end <= now + _LONGEST_TRIAL:
        raise refusal(
            "Invalid timestamp: must be an integer Unix timestamp in the future, at most two years"
            " away.",
            param="trial_end",
        )
    return int(end)


def moved_trial_end(subscription: Obj, params: Mapping[str, Any], now: int) -> int | None:
    """Where an update puts the end of the trial; `None` where it stays as it is.

    `now` without a trial has no effect (recorded: stripe_resume_on_grace_period).
    """
    asked = params.get("trial_end")
    if asked in (None, "", subscription["trial_end"]):
        return None
    if asked == "now":
        return now if subscription["status"] == "trialing" else None
    return trial_end({"trial_end": asked}, now)


def trial_settings(given: Mapping[str, Any], before: Obj | None = None) -> Obj:
    """What happens at the end of a trial; what is not said stays as it was `before`.

    Without a payment method there is an invoice unless told otherwise.
    """
    behavior = simulates(
        given["end_behavior"],
        ("billing_cycle_anchor", "missing_payment_method"),
        "trial_settings[end_behavior]",
    )
    usual = {"billing_cycle_anchor": None, "missing_payment_method": "create_invoice"}
    return {"end_behavior": {**usual, **(before or {}).get("end_behavior", {}), **behavior}}


def end_trial_without_method(world: World, subscription: Obj, fields: Obj) -> Obj | None:
    """The subscription canceled or paused for want of a payment method, as its trial settings say.

    `None` where it goes on. `fields` change along with it.
    """
    told = {**subscription, **fields}
    behavior = told["trial_settings"]["end_behavior"]["missing_payment_method"]
    if behavior == "create_invoice" or told["collection_method"] == "send_invoice":
        return None
    if default_of(world, told, subscription["customer"]) is not None:
        return None
    at = time_of(world, subscription)
    with world.transaction():
        if fields:
            subscription = world.change("subscription", subscription["id"], fields)
        if behavior == "cancel":
            return end_now(world, subscription, reason="payment_failed")
        ended = {"trial_end": at} if at < subscription["trial_end"] else {}
        return pause_at(world, subscription, at, "trial_end_without_payment_method", ended)
