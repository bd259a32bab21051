"""The subscription endpoints (docs.stripe.com/api/subscriptions.

Class `stripe.SubscriptionService`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from simulator.billing import pending_updates
from simulator.billing.added_items import add_invoice_items
from simulator.billing.anchors import requested_anchor, shown_config
from simulator.billing.billing_ends import moves_an_end
from simulator.billing.call import (
    Call,
    Handler,
    Listing,
    addressed,
    existing,
    merged_metadata,
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
from simulator.billing.due_dates import collection_fields
from simulator.billing.endings import end_now
from simulator.billing.pausing import paused, schedule_resumption
from simulator.billing.payment_methods import own_method
from simulator.billing.payments import Session
from simulator.billing.renewals import schedule_ends
from simulator.billing.requested_items import changed_items, item_changes, specs
from simulator.billing.signups import Signup, subscribe
from simulator.billing.subscription_defaults import subscription_defaults
from simulator.billing.subscription_items import items_of
from simulator.billing.subscription_status import ENDED
from simulator.billing.tax_rates import requested_rates
from simulator.billing.timelines import time_of
from simulator.billing.trials import (
    end_trial_without_method,
    moved_trial_end,
    trial_end,
    trial_settings,
)
from simulator.billing.wanted_changes import Payment
from simulator.billing.winding_down import ending_fields
from simulator.contract.errors import MissingParameter, NoSuchObject, StripeError
from simulator.engine import Obj, World

_PRORATIONS = "proration_behavior"


def create(world: World, call: Call) -> Obj:
    params = call.only(
        "add_invoice_items",
        "backdate_start_date",
        "billing_cycle_anchor",
        "billing_cycle_anchor_config",
        "billing_mode",
        "cancel_at",
        "cancel_at_period_end",
        "collection_method",
        "currency",
        "customer",
        "days_until_due",
        "default_payment_method",
        "default_tax_rates",
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
    if params.get("payment_behavior") == "pending_if_incomplete":
        raise refusal(
            "The payment_behavior=pending_if_incomplete parameter is only supported on updates.",
            param="payment_behavior",
        )
    now = time_of(world, customer)
    items = specs(world, params.get("items") or [], "items")
    signup = Signup(
        customer=customer,
        items=items,
        billing_mode=billing_mode(params),
        payment_behavior=params.get("payment_behavior", "allow_incomplete"),
        trial_end=trial_end(params, now),
        anchor=requested_anchor(params, [item.price for item in items], now),
        started=_start(params, now),
        ends_at=params.get("cancel_at"),
        prorates=params.get(_PRORATIONS) != "none",
        added=params.get("add_invoice_items") or (),
        ends_with_period=bool(params.get("cancel_at_period_end")),
        discounts=params.get("discounts") or (),
        session=Session(off=bool(params.get("off_session"))),
        fields=_fields(world, customer["id"], params),
    )
    return subscribe(world, signup)


def _start(params: Mapping[str, Any], now: int) -> int | None:
    start = params.get("backdate_start_date")
    if start is not None and start > now:
        raise refusal(
            "`backdate_start_date` must be a timestamp in the past.", param="backdate_start_date"
        )
    return start


def billing_mode(params: Mapping[str, Any]) -> str:
    """Flexible unless asked otherwise, as since 2025-09-30.clover."""
    mode = params.get("billing_mode")
    if not mode:
        return "flexible"
    simulates(mode, ("type",), "billing_mode")
    return str(mode["type"])


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
        fields["payment_settings"] = payment_settings(params["payment_settings"], {})
    fields.update(_tax_fields(world, params))
    fields.update(collection_fields(params, subscription_defaults()))
    if params.get("billing_cycle_anchor_config"):
        fields["billing_cycle_anchor_config"] = shown_config(params["billing_cycle_anchor_config"])
    if params.get("trial_settings"):
        fields["trial_settings"] = trial_settings(params["trial_settings"])
    return fields


def _tax_fields(world: World, params: Mapping[str, Any]) -> Obj:
    name = "default_tax_rates"
    return {name: requested_rates(world, params[name], name)} if name in params else {}


def payment_settings(given: Mapping[str, Any], before: Obj) -> Obj:
    """`payment_settings` as the subscription shows it."""
    names = ("payment_method_options", "payment_method_types", "save_default_payment_method")
    simulates(given, names, "payment_settings")
    plain = {**dict.fromkeys(names), "save_default_payment_method": "off"}
    return {**plain, **before, **{name: unset(value) for name, value in given.items()}}


def retrieve(world: World, call: Call) -> Obj:
    call.only()
    return addressed(world, "subscription", call.path["subscription_exposed_id"])


def update(world: World, call: Call) -> Obj:
    params = call.only(
        "add_invoice_items",
        "billing_cycle_anchor",
        "cancel_at",
        "cancel_at_period_end",
        "cancellation_details",
        "collection_method",
        "days_until_due",
        "default_payment_method",
        "default_tax_rates",
        "description",
        "discounts",
        "items",
        "metadata",
        "off_session",
        "pause_collection",
        "payment_behavior",
        "payment_settings",
        "plan",
        _PRORATIONS,
        "proration_date",
        "quantity",
        "trial_end",
        "trial_settings",
    )
    subscription = addressed(world, "subscription", call.path["subscription_exposed_id"])
    _refuse_by_status(subscription, params)
    if subscription["schedule"] and {"cancel_at", "cancel_at_period_end"} & params.keys():
        raise managed(subscription)
    pending_updates.check(subscription, params)
    now = time_of(world, subscription)
    fields = _changed_fields(world, subscription, params, now)
    items = changed_items(subscription, params)
    trial_ends = moved_trial_end(subscription, params, now)
    if trial_ends == now:
        outcome = end_trial_without_method(world, subscription, fields)
        if outcome is not None:
            return outcome
    change = Change(
        items=item_changes(world, subscription, items),
        now=now,
        at=proration_date(subscription, params, now),
        proration_behavior=params.get(_PRORATIONS, "create_prorations"),
        reset_anchor=_anchor_now(params),
        trial_end=trial_ends,
        payment=Payment(
            params.get("payment_behavior", "allow_incomplete"),
            Session(off=bool(params.get("off_session"))),
        ),
        others=fields,
    )
    with world.transaction():
        add_invoice_items(world, subscription, params.get("add_invoice_items") or ())
        return _carried_out(world, subscription, change)


def managed(subscription: Obj) -> StripeError:
    """The 400 where a schedule decides how the subscription ends."""
    return refusal(
        f"The subscription is managed by the subscription schedule `{subscription['schedule']}`,"
        " and updating any cancelation behavior directly is not allowed. Please update the"
        " schedule instead."
    )


def _carried_out(world: World, subscription: Obj, change: Change) -> Obj:
    fields, items = change.others or {}, bool(change.items)
    begins_anew = change.reset_anchor or change.trial_end is not None
    if items or begins_anew or moves_an_end(subscription, fields):
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
    fields.update(_tax_fields(world, params))
    if params.get("trial_settings"):
        before = subscription["trial_settings"]
        fields["trial_settings"] = trial_settings(params["trial_settings"], before)
    if params.get("payment_settings"):
        shown = payment_settings(params["payment_settings"], subscription["payment_settings"])
        fields["payment_settings"] = shown
    if "collection_method" in params or "days_until_due" in params:
        fields.update(collection_fields(params, subscription))
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
