"""What a payment that succeeded or failed does to the subscription, and when it is tried again.

docs.stripe.com/billing/revenue-recovery/smart-retries: a failed payment makes the subscription
`past_due` and is tried again on the retry table of the account's settings; after the last try the
settings say whether the subscription is canceled, becomes `unpaid` or is left `past_due`. The
default, three retries after 3, 5 and 7 days and then canceling, is our choice.

After a hard decline the retries stay scheduled and count, but nothing is charged until there is
another payment method. That such a retry is told as `invoice.updated` alone is our reading.
"""

from __future__ import annotations

from typing import Any

from simulator.billing.endings import end_now
from simulator.billing.invoicing import default_payment
from simulator.billing.subscription_status import LIVE, OWING
from simulator.billing.timelines import timeline_of
from simulator.billing.uncollectible import give_up
from simulator.engine import DAY, Obj, World

HARD_DECLINES = frozenset(
    {
        "authentication_required",
        "highest_risk_level",
        "incorrect_number",
        "lost_card",
        "pickup_card",
        "revocation_of_all_authorizations",
        "revocation_of_authorization",
        "stolen_card",
    }
)


def waits_for_another_method(world: World, invoice: Obj, method: Obj) -> bool:
    """Whether this payment method was declined for good, so that trying it again is no use."""
    payment = default_payment(world, invoice)
    intent = payment and world.get("payment_intent", payment["payment"]["payment_intent"])
    if not intent:
        return False
    if intent["status"] == "requires_action":
        return bool(intent["payment_method"] == method["id"])
    error = intent["last_payment_error"]
    if not error or error["payment_method"]["id"] != method["id"]:
        return False
    charge = world.get("charge", intent["latest_charge"] or "")
    reasons = {error.get("code"), error.get("decline_code")}
    reasons.add(charge["outcome"]["reason"] if charge else None)
    return bool(reasons & HARD_DECLINES)


def after_success(world: World, invoice: Obj) -> None:
    """A paid invoice makes the subscription it is the latest of active again."""
    subscription = subscription_of(world, invoice)
    set_delinquent(world, invoice["customer"], False)
    if subscription is None or subscription["latest_invoice"] != invoice["id"]:
        return
    if subscription["status"] in OWING:
        changes = {"status": "active", **_saved_method(world, subscription, invoice)}
        world.change("subscription", subscription["id"], changes, "customer.subscription.updated")


def saves_method(subscription: Obj) -> bool:
    """Whether the method that a payment succeeds with becomes the subscription's own."""
    return bool(
        subscription["payment_settings"]["save_default_payment_method"] == "on_subscription"
    )


def _saved_method(world: World, subscription: Obj, invoice: Obj) -> Obj:
    payment = default_payment(world, invoice) if saves_method(subscription) else None
    intent = payment and world.get("payment_intent", payment["payment"]["payment_intent"])
    return {"default_payment_method": intent["payment_method"]} if intent else {}


def after_failure(world: World, name: str, at: int) -> None:
    """A failed attempt: `past_due`, and the next retry or the end."""
    invoice = world.get("invoice", name)
    assert invoice is not None
    tried, waits = invoice["attempt_count"], world.settings.retry_days
    set_delinquent(world, invoice["customer"], True)
    if tried > len(waits):
        _give_in(world, invoice, at)
        return
    next_attempt = at + waits[tried - 1] * DAY
    _plan_attempt(world, name, next_attempt)
    world.schedule(next_attempt, "invoice.retry", name, timeline_of(invoice))
    subscription = subscription_of(world, invoice)
    if subscription is not None and subscription["status"] == "active":
        _become(world, subscription, "past_due")


def _give_in(world: World, invoice: Obj, at: int) -> None:
    """The last try has failed: what the account's settings say."""
    settings, subscription = world.settings, subscription_of(world, invoice)
    _plan_attempt(world, invoice["id"], None)
    if settings.invoice_after_retries == "uncollectible":
        give_up(world, invoice["id"], at, "max_payment_attempts")
    if subscription is None or subscription["status"] not in LIVE:
        return
    if settings.after_retries == "cancel":
        end_now(world, subscription, reason="payment_failed")
    elif subscription["status"] != settings.after_retries:
        _become(world, subscription, settings.after_retries)


def _plan_attempt(world: World, invoice: str, at: int | None) -> None:
    changes: dict[str, Any] = {"next_payment_attempt": at, "auto_advance": at is not None}
    world.change("invoice", invoice, changes, "invoice.updated")


def _become(world: World, subscription: Obj, status: str) -> None:
    changes = {"status": status}
    world.change("subscription", subscription["id"], changes, "customer.subscription.updated")


def set_delinquent(world: World, name: str, delinquent: bool) -> None:
    """Whether the customer's latest invoice is unpaid after an attempt."""
    customer = world.get("customer", name)
    if customer is not None and customer["delinquent"] != delinquent:
        world.change("customer", name, {"delinquent": delinquent}, "customer.updated")


def subscription_of(world: World, invoice: Obj) -> Obj | None:
    """The subscription an invoice is for."""
    details = (invoice["parent"] or {}).get("subscription_details")
    return world.get("subscription", details["subscription"]) if details else None
