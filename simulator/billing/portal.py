"""What a customer does in the Customer Portal, and what becomes of it.

docs.stripe.com/customer-management; docs.stripe.com/billing/subscriptions/billing-mode/compare for
the two shapes of a cancellation at period end: `cancel_at` alone in flexible billing mode,
`cancel_at_period_end` in classic. Whatever the configuration does not allow is refused, whoever
sends the form.
"""

from __future__ import annotations

from dataclasses import replace

from simulator.billing.call import addressed, refusal
from simulator.billing.changes import Change, ItemChange, apply
from simulator.billing.discounts import Holder, redeem_all
from simulator.billing.endings import end_now
from simulator.billing.metered_prices import is_metered
from simulator.billing.orders import CARD_SAVED
from simulator.billing.payment_methods import attach, from_input
from simulator.billing.portal_configurations import KIND as CONFIGURATION
from simulator.billing.portal_configurations import with_products
from simulator.billing.portal_schedules import schedule_change, waits_for_period_end
from simulator.billing.portal_sessions import find_session, is_expired, touch
from simulator.billing.previews import preview_change
from simulator.billing.promotion_codes import by_code
from simulator.billing.renewals import schedule_ends
from simulator.billing.setup_intents import set_up
from simulator.billing.subscription_items import items_of, period_end
from simulator.billing.subscription_status import ENDED
from simulator.billing.test_cards import CardInput
from simulator.billing.timelines import time_of
from simulator.billing.winding_down import at_instant, at_period_end, ending_fields
from simulator.contract.errors import StripeError
from simulator.engine import Obj, World

__all__ = [
    "add_card",
    "cancel",
    "configuration_of",
    "find_session",
    "is_expired",
    "preview_switch",
    "renew",
    "switch",
    "touch",
]


def configuration_of(world: World, session: Obj) -> Obj:
    """The session's configuration, with the products that may be switched to."""
    return with_products(world, addressed(world, CONFIGURATION, session["configuration"]))


def cancel(
    world: World,
    session: Obj,
    subscription_id: str,
    feedback: str | None = None,
    comment: str | None = None,
) -> Obj:
    """Cancel as the configuration says: at the period's end, or immediately.

    One that is paused has no period left, and ends at once; that is our choice.
    """
    feature = _feature(world, session, "subscription_cancel")
    subscription = _own(world, session, subscription_id)
    if subscription["cancel_at"]:
        raise StripeError("This subscription is already set to be canceled.")
    if subscription["schedule"]:
        raise StripeError("A subscription with a scheduled change cannot be canceled here.")
    reasons = feature["cancellation_reason"]
    if feedback and (not reasons["enabled"] or feedback not in reasons["options"]):
        raise refusal("This cancellation reason is not offered.", param="feedback")
    given = {"feedback": feedback or None, "comment": comment or None}
    if feature["mode"] == "immediately" or subscription["status"] == "paused":
        return end_now(
            world,
            subscription,
            reason="cancellation_requested",
            details=given,
            prorate=feature["proration_behavior"] != "none",
        )
    details = {**subscription["cancellation_details"], **given}
    now = time_of(world, subscription)
    if subscription["billing_mode"]["type"] == "flexible":
        fields = at_instant(subscription, period_end(subscription), now, details)
    else:
        fields = at_period_end(subscription, now, details)
    return _changed(world, subscription, fields)


def renew(world: World, session: Obj, subscription_id: str) -> Obj:
    """Undo a cancellation that has not taken effect ("Don't cancel subscription")."""
    subscription = _own(world, session, subscription_id)
    if not subscription["cancel_at"]:
        raise StripeError("This subscription is not set to be canceled.")
    undone = ending_fields(subscription, {"cancel_at": ""}, time_of(world, subscription))
    undone["cancellation_details"] = {"comment": None, "feedback": None, "reason": None}
    return _changed(world, subscription, undone)


def switch(
    world: World,
    session: Obj,
    subscription_id: str,
    price_id: str,
    quantity: int | None = None,
    promotion_code: str | None = None,
) -> Obj:
    """Switch to a price that the configuration offers, prorated as the configuration says.

    A promotion code, where the configuration allows them, adds its discount to those that there
    are; it is taken only together with a change (docs.stripe.com/customer-management).
    """
    subscription = _own(world, session, subscription_id)
    change = _change(world, session, subscription, price_id, quantity)
    feature = _feature(world, session, "subscription_update")
    if waits_for_period_end(world, subscription, change, feature["schedule_at_period_end"]):
        if promotion_code:
            raise refusal("This change takes no promotion code.", param="promotion_code")
        return schedule_change(world, subscription, change)
    with world.transaction():
        if promotion_code:
            discounts = _with_code(world, session, subscription, promotion_code)
            change = replace(change, others={**(change.others or {}), "discounts": discounts})
        return apply(world, subscription, change)


def _with_code(world: World, session: Obj, subscription: Obj, code: str) -> list[str]:
    allowed = _feature(world, session, "subscription_update")["default_allowed_updates"]
    if "promotion_code" not in allowed:
        raise refusal("Promotion codes are not offered here.", param="promotion_code")
    customer = addressed(world, "customer", subscription["customer"])
    found = by_code(world, code, customer["id"])
    fields = {"subscription": subscription["id"]}
    holder = Holder(customer, time_of(world, subscription), subscription["currency"], None, fields)
    return [
        *subscription["discounts"],
        *redeem_all(world, [{"promotion_code": found["id"]}], holder),
    ]


def preview_switch(
    world: World,
    session: Obj,
    subscription_id: str,
    price_id: str,
    quantity: int | None = None,
) -> Obj | None:
    """The invoice that a switch would lead to: at once, at the period's end, or none. Changes
    nothing.
    """
    subscription = _own(world, session, subscription_id)
    change = _change(world, session, subscription, price_id, quantity)
    return preview_change(world, subscription, change)


def add_card(world: World, session: Obj, card: CardInput) -> Obj:
    """Save a card and make it the customer's default; returns the payment method."""
    _feature(world, session, "payment_method_update")
    customer = addressed(world, "customer", session["customer"])
    with world.transaction(CARD_SAVED):
        method = attach(world, from_input(world, card), customer["id"])
        set_up(world, customer, method)
        settings = {**customer["invoice_settings"], "default_payment_method": method["id"]}
        world.change("customer", customer["id"], {"invoice_settings": settings}, "customer.updated")
        return method


def _change(
    world: World, session: Obj, subscription: Obj, price_id: str, quantity: int | None
) -> Change:
    feature = _feature(world, session, "subscription_update")
    offer = next((p for p in feature["products"] if price_id in p["prices"]), None)
    price = world.get("price", price_id)
    if subscription["status"] == "incomplete":
        raise StripeError("This subscription cannot be updated before its first payment.")
    fits = price is not None and price["active"] and price["currency"] == subscription["currency"]
    if offer is None or price is None or not fits:
        raise refusal("This plan is not offered here.", param="price")
    if subscription["schedule"]:
        raise StripeError("A subscription with a scheduled change cannot be updated here.")
    items = items_of(subscription)
    if len(items) > 1:
        raise StripeError("Subscriptions with multiple items cannot be updated in the portal.")
    item = items[0]
    if is_metered(item["price"]) or is_metered(price):
        raise StripeError("Subscriptions to usage-based prices cannot be updated in the portal.")
    allowed = feature["default_allowed_updates"]
    if price_id != item["price"]["id"] and "price" not in allowed:
        raise refusal("Switching plans is not offered here.", param="price")
    wanted = item["quantity"] if quantity is None else quantity
    if wanted != item["quantity"]:
        _check_quantity(offer, allowed, wanted)
    if (price_id, wanted) == (item["price"]["id"], item["quantity"]):
        raise StripeError("Cannot update the subscription because there are no changes to confirm.")
    now = time_of(world, subscription)
    trialing = subscription["status"] == "trialing"
    ends_trial = trialing and feature["trial_update_behavior"] == "end_trial"
    return Change(
        items=[ItemChange(item["id"], price, wanted)],
        now=now,
        at=now,
        proration_behavior=feature["proration_behavior"],
        reset_anchor=feature["billing_cycle_anchor"] == "now",
        trial_end=now if ends_trial else None,
    )


def _check_quantity(offer: Obj, allowed: list[str], wanted: int) -> None:
    limits = offer["adjustable_quantity"]
    if "quantity" not in allowed or not limits["enabled"]:
        raise refusal("Changing the quantity is not offered here.", param="quantity")
    least, most = limits["minimum"] or 1, limits["maximum"]
    if wanted < least or (most is not None and wanted > most):
        upper = f" and at most {most}" if most is not None else ""
        raise refusal(f"The quantity must be at least {least}{upper}.", param="quantity")


def _feature(world: World, session: Obj, name: str) -> Obj:
    feature: Obj = configuration_of(world, session)["features"][name]
    if not feature["enabled"]:
        raise StripeError(f"The portal configuration does not enable `{name}`.")
    return feature


def _own(world: World, session: Obj, subscription_id: str) -> Obj:
    """The customer's own live subscription; another's is as good as none."""
    subscription = world.get("subscription", subscription_id)
    if subscription is None or subscription["customer"] != session["customer"]:
        raise refusal(f"No such subscription: '{subscription_id}'", param="subscription")
    if subscription["status"] in ENDED:
        raise StripeError("This subscription has already been canceled.")
    return subscription


def _changed(world: World, subscription: Obj, fields: Obj) -> Obj:
    with world.transaction():
        changed = world.change(
            "subscription", subscription["id"], fields, "customer.subscription.updated"
        )
        if changed["cancel_at"]:
            schedule_ends(world, changed)
        return changed
