"""The subscription endpoints (docs.stripe.com/api/subscriptions.

Class `stripe.SubscriptionService`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from simulator.billing.call import (
    Call,
    Handler,
    Listing,
    addressed,
    existing,
    merged_metadata,
    not_simulated,
    refusal,
    simulates,
    unset,
)
from simulator.billing.changes import Change, apply
from simulator.billing.discounts import (
    Holder,
    deleted_discount,
    no_discount,
    remove_from_subscription,
    replace_all,
)
from simulator.billing.endings import end_now
from simulator.billing.pausing import paused, schedule_resumption
from simulator.billing.payment_methods import own_method
from simulator.billing.payments import Session
from simulator.billing.renewals import schedule_ends
from simulator.billing.requested_items import changed_items, item_changes, specs
from simulator.billing.signups import Signup, subscribe
from simulator.billing.subscription_items import items_of
from simulator.billing.subscription_status import ENDED
from simulator.billing.timelines import time_of
from simulator.billing.winding_down import ending_fields
from simulator.contract.errors import MissingParameter, NoSuchObject, StripeError
from simulator.engine import DAY, Obj, World

_LONGEST_TRIAL = 730 * DAY
_PRORATIONS = "proration_behavior"


def create(world: World, call: Call) -> Obj:
    params = call.only(
        "billing_mode",
        "cancel_at_period_end",
        "collection_method",
        "currency",
        "customer",
        "default_payment_method",
        "description",
        "discounts",
        "items",
        "metadata",
        "off_session",
        "payment_behavior",
        "payment_settings",
        _PRORATIONS,
        "trial_end",
        "trial_period_days",
        "trial_settings",
    )
    if not params.get("customer"):
        raise MissingParameter("customer")
    customer = existing(world, "customer", params["customer"], "customer")
    if params.get("collection_method", "charge_automatically") != "charge_automatically":
        raise not_simulated("collection by sending invoices", param="collection_method")
    if params.get("payment_behavior") == "pending_if_incomplete":
        raise refusal(
            "The payment_behavior=pending_if_incomplete parameter is only supported on updates.",
            param="payment_behavior",
        )
    signup = Signup(
        customer=customer,
        items=specs(world, params.get("items") or [], "items"),
        billing_mode=billing_mode(params),
        payment_behavior=params.get("payment_behavior", "allow_incomplete"),
        trial_end=trial_end(params, time_of(world, customer)),
        ends_with_period=bool(params.get("cancel_at_period_end")),
        discounts=params.get("discounts") or (),
        session=Session(off=bool(params.get("off_session"))),
        fields=_fields(world, customer["id"], params),
    )
    return subscribe(world, signup)


def billing_mode(params: Mapping[str, Any]) -> str:
    """Flexible unless asked otherwise, as since 2025-09-30.clover."""
    mode = params.get("billing_mode")
    if not mode:
        return "flexible"
    simulates(mode, ("type",), "billing_mode")
    return str(mode["type"])


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


def _fields(world: World, customer: str, params: Mapping[str, Any]) -> Obj:
    """What of the parameters the new subscription simply shows."""
    fields: Obj = {}
    if "metadata" in params:
        fields["metadata"] = merged_metadata({}, params["metadata"])
    if "description" in params:
        fields["description"] = unset(params["description"])
    if params.get("default_payment_method"):
        fields["default_payment_method"] = own_method(
            world, customer, params["default_payment_method"]
        )
    if params.get("payment_settings"):
        given = simulates(
            params["payment_settings"], ("save_default_payment_method",), "payment_settings"
        )
        fields["payment_settings"] = {
            "payment_method_options": None,
            "payment_method_types": None,
            "save_default_payment_method": given.get("save_default_payment_method", "off"),
        }
        if given.get("save_default_payment_method") == "on_subscription":
            raise not_simulated(
                "saving the payment method on the subscription",
                param="payment_settings[save_default_payment_method]",
            )
    if params.get("trial_settings"):
        fields["trial_settings"] = trial_settings(params["trial_settings"])
    return fields


def trial_settings(given: Mapping[str, Any]) -> Obj:
    behavior = simulates(
        given["end_behavior"], ("missing_payment_method",), "trial_settings[end_behavior]"
    )
    if behavior["missing_payment_method"] == "pause":
        raise not_simulated(
            "pausing at the end of a trial",
            param="trial_settings[end_behavior][missing_payment_method]",
        )
    return {"end_behavior": {"billing_cycle_anchor": None, **behavior}}


def retrieve(world: World, call: Call) -> Obj:
    call.only()
    return addressed(world, "subscription", call.path["subscription_exposed_id"])


def update(world: World, call: Call) -> Obj:
    params = call.only(
        "billing_cycle_anchor",
        "cancel_at",
        "cancel_at_period_end",
        "cancellation_details",
        "default_payment_method",
        "description",
        "discounts",
        "items",
        "metadata",
        "off_session",
        "pause_collection",
        "payment_behavior",
        "plan",
        _PRORATIONS,
        "proration_date",
        "quantity",
        "trial_end",
    )
    subscription = addressed(world, "subscription", call.path["subscription_exposed_id"])
    _refuse_by_status(subscription, params)
    if params.get("payment_behavior", "allow_incomplete") != "allow_incomplete":
        raise not_simulated(
            f"payment_behavior={params['payment_behavior']} on an update", param="payment_behavior"
        )
    if params.get("trial_end") not in (None, "now", subscription["trial_end"]) or (
        subscription["status"] == "trialing" and (params.get("trial_end") == "now")
    ):
        raise not_simulated("moving the end of a trial", param="trial_end")
    now = time_of(world, subscription)
    fields = _changed_fields(world, subscription, params, now)
    items = changed_items(subscription, params)
    if items or _anchor_now(params):
        change = Change(
            items=item_changes(world, subscription, items),
            now=now,
            at=proration_date(subscription, params, now),
            proration_behavior=params.get(_PRORATIONS, "create_prorations"),
            reset_anchor=_anchor_now(params),
            others=fields,
        )
        return apply(world, subscription, change)
    with world.transaction():
        changed = world.change(
            "subscription", subscription["id"], fields, "customer.subscription.updated"
        )
        if changed["cancel_at"]:
            schedule_ends(world, changed)
        if fields.get("pause_collection"):
            schedule_resumption(world, changed)
        return changed


def _refuse_by_status(subscription: Obj, params: Mapping[str, Any]) -> None:
    status = subscription["status"]
    asked = {name for name, value in params.items() if value is not None}
    if status in ENDED and asked - {"metadata", "cancellation_details"}:
        raise StripeError(
            "A canceled subscription can only update its cancellation_details and metadata."
        )
    if status == "incomplete" and asked - {"metadata", "default_payment_method"}:
        raise StripeError(
            "You cannot update a subscription in `incomplete` status in a way that results in a"
            " new invoice or changes its items. Only its metadata and default payment method can"
            " be changed."
        )


def _changed_fields(world: World, subscription: Obj, params: Mapping[str, Any], now: int) -> Obj:
    fields: Obj = {}
    if "metadata" in params:
        fields["metadata"] = merged_metadata(subscription["metadata"], params["metadata"])
    if "description" in params:
        fields["description"] = unset(params["description"])
    if "default_payment_method" in params:
        method = unset(params["default_payment_method"])
        fields["default_payment_method"] = method and own_method(
            world, subscription["customer"], method
        )
    if params.get("discounts") is not None:
        customer = existing(world, "customer", subscription["customer"], "customer")
        reference = {"subscription": subscription["id"]}
        holder = Holder(customer, now, subscription["currency"], None, reference)
        given = params["discounts"] or ()
        fields["discounts"] = replace_all(world, subscription["discounts"], given, holder)
    if params.get("pause_collection") is not None:
        fields["pause_collection"] = paused(params["pause_collection"], now)
    fields.update(ending_fields(subscription, params, now))
    return fields


def delete_discount(world: World, call: Call) -> Obj:
    """Takes off all discounts; the answer is the stub of the last one."""
    call.only()
    subscription = addressed(world, "subscription", call.path["subscription_exposed_id"])
    names = subscription["discounts"]
    if not names:
        raise no_discount("subscription", subscription["id"])
    remove_from_subscription(world, subscription, names)
    return deleted_discount(world, names[-1])


def _anchor_now(params: Mapping[str, Any]) -> bool:
    anchor: Mapping[str, Any] | None = params.get("billing_cycle_anchor") or None
    return anchor is not None and anchor["type"] == "now"


def proration_date(subscription: Obj, params: Mapping[str, Any], now: int) -> int:
    """The instant from which to prorate: now, or one inside the current period."""
    at = params.get("proration_date")
    if at is None:
        return now
    starts = [item["current_period_start"] for item in items_of(subscription)]
    ends = [item["current_period_end"] for item in items_of(subscription)]
    if not max(starts) <= at <= min(ends):
        raise refusal(
            "Invalid proration_date: it must be within the current billing period of the"
            " subscription.",
            param="proration_date",
        )
    return int(at)


def cancel(world: World, call: Call) -> Obj:
    params = call.only("cancellation_details", "invoice_now", "prorate")
    name = call.path["subscription_exposed_id"]
    subscription = addressed(world, "subscription", name)
    if subscription["status"] in ENDED:
        raise NoSuchObject("subscription", name, in_path=True)
    details = simulates(
        params.get("cancellation_details") or {}, ("comment", "feedback"), "cancellation_details"
    )
    return end_now(
        world,
        subscription,
        reason="cancellation_requested",
        details={key: unset(value) for key, value in details.items()},
        prorate=bool(params.get("prorate")),
        invoice_now=bool(params.get("invoice_now")),
    )


def list_all(world: World, call: Call) -> Listing:
    params = call.only(
        "customer", "status", "price", "plan", "collection_method", "test_clock", "created"
    )
    status, price = params.get("status"), params.get("price") or params.get("plan")
    method = params.get("collection_method")

    def keep(subscription: Obj) -> bool:
        return (
            _status_matches(subscription["status"], status)
            and (not method or subscription["collection_method"] == method)
            and (not price or any(item["price"]["id"] == price for item in items_of(subscription)))
        )

    if params.get("customer"):
        existing(world, "customer", params["customer"], "customer")
        return Listing("subscription", "customer", params["customer"], keep)
    if params.get("test_clock"):
        return Listing("subscription", "test_clock", params["test_clock"], keep)
    return Listing("subscription", keep=keep)


def _status_matches(status: str, wanted: str | None) -> bool:
    """Without a filter, what has been canceled is left out
    (docs.stripe.com/api/subscriptions/list).
    """
    if wanted is None:
        return status != "canceled"
    if wanted == "ended":
        return status in ENDED
    return wanted in ("all", status)


HANDLERS: dict[str, Handler] = {
    "POST /v1/subscriptions": create,
    "GET /v1/subscriptions": list_all,
    "GET /v1/subscriptions/{subscription_exposed_id}": retrieve,
    "POST /v1/subscriptions/{subscription_exposed_id}": update,
    "DELETE /v1/subscriptions/{subscription_exposed_id}": cancel,
    "DELETE /v1/subscriptions/{subscription_exposed_id}/discount": delete_discount,
}
