"""Invoices made by hand: one-off drafts, and what is done with invoices by hand.

docs.stripe.com/api/invoices/create and invoicing/overview. A draft that nobody asked to advance
stays one; with `auto_advance` it is finalised an hour later and charged, or sent, as its
`collection_method` says.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from simulator.billing.amounts import currency_of
from simulator.billing.call import (
    Call,
    Handler,
    addressed,
    existing,
    merged_metadata,
    refusal,
    simulates,
    unset,
)
from simulator.billing.connect import application_of
from simulator.billing.discounts import Holder, redeem_all, replace_all
from simulator.billing.dunning import subscription_of
from simulator.billing.invoice_sums import relined
from simulator.billing.invoicing import DRAFT_FOR, finalize, insert_draft
from simulator.billing.lines import pending_line
from simulator.billing.payment_methods import own_method
from simulator.billing.subscription_items import items_of
from simulator.billing.tax_rates import requested_rates
from simulator.billing.timelines import time_of, timeline_of
from simulator.billing.uncollectible import give_up
from simulator.contract.errors import MissingParameter, StripeError
from simulator.engine import DAY, Obj, World

_PLAIN = ("custom_fields", "description", "footer", "statement_descriptor")
_WRITABLE = (
    *_PLAIN,
    "auto_advance",
    "collection_method",
    "days_until_due",
    "default_payment_method",
    "default_tax_rates",
    "discounts",
    "due_date",
    "metadata",
    "rendering",
)
_RENDERING: Obj = {
    "amount_tax_display": None,
    "pdf": {"page_size": "auto"},  # decided when it is finalised
    "template": None,
    "template_version": None,
}


def create(world: World, call: Call) -> Obj:
    params = call.only(
        *_WRITABLE, "currency", "customer", "pending_invoice_items_behavior", "subscription"
    )
    if not params.get("customer"):
        raise MissingParameter("customer")
    customer = existing(world, "customer", params["customer"], "customer")
    subscription = None
    if params.get("subscription"):
        name = params["subscription"]
        subscription = existing(world, "subscription", name, "subscription")
    now, name = time_of(world, customer), world.ids.new("in")
    currency = _currency(world, customer, subscription, params)
    pending = _pending(world, customer, subscription, currency, params)
    blank: Obj = {
        "id": name,
        "application": application_of(world),
        "auto_advance": False,
        "automatically_finalizes_at": None,
        "billing_reason": "manual",
        "collection_method": "charge_automatically",
        "created": now,
        "currency": currency,
        "custom_fields": None,
        "default_tax_rates": [],
        "metadata": {},
        "parent": _parent(subscription),
        "period_end": now,
        "period_start": _start(subscription, now),
        "rendering": _RENDERING,
        "test_clock": customer["test_clock"],
        "webhooks_delivered_at": now,
    }
    with world.transaction():
        fields = {**blank, **_changed_fields(world, customer["id"], blank, params, now)}
        lines = [pending_line(world, name, item) for item in pending]
        discounts = _discounts(world, customer, fields, params)
        made = insert_draft(world, fields, customer, lines, discounts)
        if made["auto_advance"]:
            at = now + DRAFT_FOR
            world.schedule(at, "invoice.advance", name, timeline_of(made))
        return made


def _currency(
    world: World, customer: Obj, subscription: Obj | None, params: Mapping[str, Any]
) -> str:
    if params.get("currency"):
        return currency_of(params["currency"])
    own = subscription["currency"] if subscription else customer["currency"]
    return str(own or world.settings.default_currency)


def _pending(
    world: World,
    customer: Obj,
    subscription: Obj | None,
    currency: str,
    params: Mapping[str, Any],
) -> list[Obj]:
    """The invoice items to collect, oldest first: the subscription's, or, if asked to, the others.

    By default they are left out (docs.stripe.com/api/invoices/create).
    """
    include = params.get("pending_invoice_items_behavior") == "include" or subscription is not None
    if not include:
        return []
    wanted = subscription["id"] if subscription else None
    found = world.find("invoiceitem", "customer", customer["id"])
    return [
        item
        for item in reversed(found)
        if item["invoice"] is None and item["currency"] == currency and _owner(item) == wanted
    ]


def _owner(item: Obj) -> str | None:
    parent = item["parent"]
    return parent["subscription_details"]["subscription"] if parent else None


def _start(subscription: Obj | None, now: int) -> int:
    """From when on items are collected: the subscription's running period, else this moment."""
    if subscription is None:
        return now
    return int(min(item["current_period_start"] for item in items_of(subscription)))


def _parent(subscription: Obj | None) -> Obj | None:
    if subscription is None:
        return None
    details = {"metadata": subscription["metadata"], "subscription": subscription["id"]}
    return {
        "quote_details": None,
        "subscription_details": details,
        "type": "subscription_details",
    }


def _discounts(world: World, customer: Obj, fields: Obj, params: Mapping[str, Any]) -> list[str]:
    """Those given, or the customer's; an empty string means none."""
    given = params.get("discounts")
    if given is None:
        return [customer["discount"]["id"]] if customer["discount"] else []
    holder = Holder(
        customer, fields["created"], fields["currency"], None, {"invoice": fields["id"]}
    )
    return redeem_all(world, given or (), holder)


def _changed_fields(
    world: World, customer: str, invoice: Obj, params: Mapping[str, Any], now: int
) -> Obj:
    changes: Obj = {name: unset(params[name]) or None for name in _PLAIN if name in params}
    if "metadata" in params:
        changes["metadata"] = merged_metadata(invoice["metadata"], params["metadata"])
    if params.get("default_payment_method"):
        changes["default_payment_method"] = own_method(
            world, customer, params["default_payment_method"]
        )
    if params.get("default_tax_rates") is not None:
        rates = requested_rates(world, params["default_tax_rates"], "default_tax_rates")
        changes["default_tax_rates"] = rates
    if params.get("rendering"):
        given = simulates(params["rendering"], ("amount_tax_display", "pdf"), "rendering")
        changes["rendering"] = {**(invoice["rendering"] or _RENDERING), **given}
    if params.get("auto_advance") is not None:
        advances = bool(params["auto_advance"])
        finalizes_at = now + DRAFT_FOR if advances else None
        changes["auto_advance"] = advances
        changes["automatically_finalizes_at"] = finalizes_at
    method = params.get("collection_method") or invoice["collection_method"]
    changes["collection_method"] = method
    changes.update(_due(invoice, method, params, now))
    charged = method == "charge_automatically"
    changes["next_payment_attempt"] = changes.get("automatically_finalizes_at") if charged else None
    return changes


def _due(invoice: Obj, method: str, params: Mapping[str, Any], now: int) -> Obj:
    """When an invoice that is sent is to be paid; one that is charged has no such date."""
    days, date = params.get("days_until_due"), params.get("due_date")
    if method != "send_invoice":
        if days is not None or date is not None:
            raise refusal(
                "You can only set `days_until_due` or `due_date` when `collection_method` is"
                " `send_invoice`.",
                param="days_until_due" if days is not None else "due_date",
            )
        return {}
    if days is not None and date is not None:
        raise refusal(
            "You may only specify one of these parameters: days_until_due, due_date.",
            param="due_date",
        )
    if days is not None:
        return {"due_date": now + days * DAY}
    if date is not None:
        return {"due_date": date}
    if invoice.get("due_date") is None:
        raise refusal(
            "If `collection_method` is `send_invoice`, `days_until_due` or `due_date` must be set.",
            param="days_until_due",
        )
    return {}


def update(world: World, call: Call) -> Obj:
    """Everything of a draft; of a final invoice only what does not count towards its sums."""
    params = call.only(*_WRITABLE)
    invoice = addressed(world, "invoice", call.path["invoice"])
    if invoice["status"] != "draft":
        free = {"metadata", "auto_advance", "default_payment_method"}
        if set(params) - free - ({"description"} if invoice["parent"] else set()):
            raise StripeError(
                "Finalized invoices can't be updated in this way.", code="invoice_not_editable"
            )
    now = time_of(world, invoice)
    with world.transaction():
        changes = _changed_fields(world, invoice["customer"], invoice, params, now)
        if invoice["status"] != "draft" or params.get("auto_advance") is None:
            for name in ("automatically_finalizes_at", "next_payment_attempt"):
                changes.pop(name, None)
        changed = world.change("invoice", invoice["id"], changes)
        if params.get("auto_advance") and invoice["status"] == "draft":
            at = changed["automatically_finalizes_at"]
            world.schedule(at, "invoice.advance", invoice["id"], timeline_of(invoice))
        if params.get("discounts") is not None:
            customer = existing(world, "customer", invoice["customer"], "customer")
            holder = Holder(customer, now, invoice["currency"], None, {"invoice": invoice["id"]})
            given = params["discounts"] or ()
            names = replace_all(world, invoice["discounts"], given, holder)
            return relined(world, changed, changed["lines"]["data"], names)
        return world.change("invoice", invoice["id"], {}, "invoice.updated")


def delete(world: World, call: Call) -> Obj:
    """Deletes a one-off draft; the items on it wait for another invoice again."""
    call.only()
    invoice = addressed(world, "invoice", call.path["invoice"])
    if invoice["status"] != "draft":
        raise StripeError(
            "You can only delete draft invoices. This invoice has been finalized and can be voided"
            " instead.",
            code="invoice_not_editable",
        )
    if subscription_of(world, invoice) is not None:
        raise StripeError("You can't delete invoices created by subscriptions.")
    with world.transaction():
        for item in world.find("invoiceitem", "invoice", invoice["id"]):
            world.change("invoiceitem", item["id"], {"invoice": None})
        world.remove("invoice", invoice["id"], "invoice.deleted")
    return {"id": invoice["id"], "object": "invoice", "deleted": True}


def send(world: World, call: Call) -> Obj:
    """Finalises a draft and tells of the sending; Carom sends no mail."""
    call.only()
    invoice = addressed(world, "invoice", call.path["invoice"])
    if invoice["status"] not in ("draft", "open"):
        raise StripeError(f"Invoice is {invoice['status']} and can no longer be sent.")
    with world.transaction():
        if invoice["status"] == "draft":
            finalize(world, invoice, time_of(world, invoice))
        return world.change("invoice", invoice["id"], {}, "invoice.sent")


def mark_uncollectible(world: World, call: Call) -> Obj:
    """Gives an open invoice up; a subscription that waited for it goes on."""
    call.only()
    invoice = addressed(world, "invoice", call.path["invoice"])
    if invoice["status"] != "open":
        raise StripeError(
            "You can only mark open invoices as uncollectible. This invoice isn't open."
        )
    at = time_of(world, invoice)
    with world.transaction():
        given_up = give_up(world, invoice["id"], at, "user_forgiven")
        subscription = subscription_of(world, invoice)
        waited = subscription is not None and subscription["latest_invoice"] == invoice["id"]
        if subscription is not None and waited and subscription["status"] == "past_due":
            active = {"status": "active"}
            world.change(
                "subscription", subscription["id"], active, "customer.subscription.updated"
            )
        return given_up


HANDLERS: dict[str, Handler] = {
    "POST /v1/invoices": create,
    "DELETE /v1/invoices/{invoice}": delete,
    "POST /v1/invoices/{invoice}": update,
    "POST /v1/invoices/{invoice}/mark_uncollectible": mark_uncollectible,
    "POST /v1/invoices/{invoice}/send": send,
}
