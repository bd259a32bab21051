"""What has to happen for a previewed invoice to come, done by the endpoints that would do it.

docs.stripe.com/api/invoices/create_preview. Each function is called in a transaction that is rolled
back, and returns the invoice as it then is; `renewal` asks for the next one of a renewal
(`preview_mode=recurring`). That `cancel_now` prorates unless `proration_behavior=none` is our
choice.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from simulator.billing import (
    manual_invoices,
    pause_requests,
    resumptions,
    schedules,
    subscriptions,
)
from simulator.billing.call import Call, existing, refusal, simulates
from simulator.billing.coming_invoices import coming_invoice, first_invoice_of
from simulator.billing.endings import end_now
from simulator.billing.subscription_items import items_of
from simulator.billing.subscription_status import RENEWS
from simulator.billing.timelines import time_of, timeline_of
from simulator.contract.errors import StripeError
from simulator.engine import Obj, World, as_of

Params = Mapping[str, Any]

UPDATES = (
    "billing_cycle_anchor",
    "cancel_at",
    "cancel_at_period_end",
    "default_tax_rates",
    "items",
    "metadata",
    "proration_behavior",
    "proration_date",
    "trial_end",
)
"""What of `subscription_details` is an update of a subscription."""
_CREATES = (
    "billing_cycle_anchor",
    "billing_mode",
    "cancel_at",
    "cancel_at_period_end",
    "default_tax_rates",
    "items",
    "metadata",
    "proration_behavior",
    "start_date",
    "trial_end",
)
_ACTS: Mapping[str, tuple[str, ...]] = {
    "cancel_now": ("proration_behavior",),
    "pause": (),
    "resume_at": ("billing_cycle_anchor", "proration_behavior", "proration_date"),
}
"""What is done instead of an update, and what may be said along with it."""


def details_of(params: Params) -> Params:
    details: Params = params.get("subscription_details") or {}
    return {name: value for name, value in details.items() if value is not None}


@contextmanager
def under(prefix: str) -> Iterator[None]:
    """Refusals in the block name the parameter where it stands in this request."""
    try:
        yield
    except StripeError as fault:
        if fault.param and prefix:
            root, bracket, rest = fault.param.partition("[")
            fault.param = f"{prefix}[{root}]{bracket}{rest}"
        raise


def of_subscription(world: World, params: Params, subscription: Obj, renewal: bool) -> Obj | None:
    name, before = subscription["id"], subscription["latest_invoice"]
    told = details_of(params)
    with under("subscription_details"):
        simulates(told, (*UPDATES, *_ACTS))
        act = next((key for key in _ACTS if told.get(key)), None)
        details = {key: value for key, value in told.items() if key not in _ACTS}
        simulates(details, UPDATES if act is None else _ACTS[act])
    if params.get("discounts"):
        _updated(world, name, {"discounts": params["discounts"]}, "")
    subscription = existing(world, "subscription", name, "subscription")
    path = {"subscription": name}
    if act == "cancel_now":
        prorates = details.get("proration_behavior") != "none"
        reason = "cancellation_requested"
        end_now(world, subscription, reason=reason, prorate=prorates, invoice_now=True)
    elif act == "resume_at":
        resumptions.resume(world, Call(path, details))
    elif act == "pause":
        pause_requests.pause(world, Call(path, told["pause"]))
    elif details:
        _updated(world, name, details, "subscription_details")
    return coming_invoice(world, name, before, renewals_only=renewal)


def _updated(world: World, name: str, details: Params, where: str) -> None:
    """The update that the details describe; its invoice is left to be paid."""
    given = {**details, "payment_behavior": "default_incomplete"}
    with under(where):
        subscriptions.update(world, Call({"subscription_exposed_id": name}, given))


def of_new_subscription(world: World, params: Params, customer: str, renewal: bool) -> Obj | None:
    with under("subscription_details"):
        details = dict(simulates(details_of(params), _CREATES))
        anchor = details.pop("billing_cycle_anchor", None) or {"type": "now"}
        if anchor["type"] == "timestamp":
            details["billing_cycle_anchor"] = anchor.get("timestamp")
        elif anchor["type"] == "unchanged":
            raise refusal(
                "`unchanged` is only for subscriptions that exist.",
                param="billing_cycle_anchor[type]",
            )
        start = details.pop("start_date", None)
        owner = existing(world, "customer", customer, "customer")
        now = time_of(world, owner)
        if start is not None and start < now:
            details["backdate_start_date"] = start
        given = {
            **details,
            "customer": customer,
            "discounts": params.get("discounts") or None,
            "payment_behavior": "default_incomplete",
        }
        new = {name: value for name, value in given.items() if value is not None}
        with as_of(world, max(now, start or now), timeline_of(owner)):
            made = subscriptions.create(world, Call({}, new))
    since = made["latest_invoice"] if renewal else None
    return coming_invoice(world, made["id"], since, renewals_only=renewal)


def of_schedule(
    world: World, params: Params, customer: str, schedule: Obj | None, renewal: bool
) -> Obj | None:
    details = params.get("schedule_details") or {}
    with under("schedule_details"):
        if schedule is None:
            start = (details.get("phases") or [{}])[0].get("start_date", "now")
            given = {**details, "customer": customer, "start_date": start}
            schedule = schedules.create(world, Call({}, given))
            before = None
        else:
            existed = world.get("subscription", schedule["subscription"] or "")
            before = existed["latest_invoice"] if existed else None
            if details:
                schedule = schedules.update(world, Call({"schedule": schedule["id"]}, details))
    if schedule["status"] == "not_started":
        first = first_invoice_of(world, schedule)
        if not renewal:
            return first
        name = first["parent"]["subscription_details"]["subscription"]
        return coming_invoice(world, name, first["id"], renewals_only=True)
    if schedule["subscription"] is None:
        return None
    return coming_invoice(world, schedule["subscription"], before, renewals_only=renewal)


def of_customer(world: World, params: Params, customer: str, renewal: bool) -> Obj | None:
    """The first invoice that a subscription of the customer gets, or what waits for one."""
    own = world.find("subscription", "customer", customer)
    live = [subscription for subscription in own if subscription["status"] in RENEWS]
    for subscription in sorted(live, key=_soonest):
        before = subscription["latest_invoice"]
        invoice = coming_invoice(world, subscription["id"], before, renewals_only=renewal)
        if invoice is not None:
            return invoice
    if renewal or not any(
        item["invoice"] is None for item in world.find("invoiceitem", "customer", customer)
    ):
        return None
    given = {"customer": customer, "pending_invoice_items_behavior": "include"}
    if params.get("currency"):
        given["currency"] = params["currency"]
    return manual_invoices.create(world, Call({}, given))


def _soonest(subscription: Obj) -> int:
    return int(min(item["current_period_end"] for item in items_of(subscription)))
