"""Invoice items made by hand: charges that wait for an invoice, or are put on a draft at once.

docs.stripe.com/api/invoiceitems. One made by `amount` gets a price of its own
(docs.stripe.com/api/invoiceitems/create); where an amount needs a product, it is named as the item
is described.
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
    unset,
)
from simulator.billing.discounts import Holder, redeem_all, replace_all
from simulator.billing.draft_changes import editable, put_on, take_off
from simulator.billing.prices_of_items import price_of
from simulator.billing.tax_rates import requested_rates
from simulator.billing.timelines import time_of
from simulator.contract.errors import MissingParameter, StripeError
from simulator.engine import Obj, World

_PLAIN = ("description", "discountable", "metadata", "period", "tax_rates")
_PRICED = ("amount", "price", "price_data", "pricing", "quantity", "unit_amount_decimal")


def create(world: World, call: Call) -> Obj:
    params = call.only(
        *_PLAIN, *_PRICED, "currency", "customer", "discounts", "invoice", "subscription"
    )
    if not params.get("customer"):
        raise MissingParameter("customer")
    customer = existing(world, "customer", params["customer"], "customer")
    draft = None
    if params.get("invoice"):
        draft = editable(existing(world, "invoice", params["invoice"], "invoice"))
    subscription = None
    if params.get("subscription"):
        name = params["subscription"]
        subscription = existing(world, "subscription", name, "subscription")["id"]
    with world.transaction():
        item = new_one_off(world, customer, params, subscription)
        world.insert(item, "invoiceitem.created")
        if customer["currency"] is None:
            adopted = {"currency": item["currency"]}
            world.change("customer", customer["id"], adopted, "customer.updated")
        if draft is not None:
            return put_on(world, draft, item)
        return item


def new_one_off(
    world: World, customer: Obj, params: Mapping[str, Any], subscription: str | None
) -> Obj:
    """An item that is not kept yet, of the subscription if one is given."""
    now, name = time_of(world, customer), world.ids.new("ii")
    currency = _currency(world, customer, params)
    priced = _pricing(world, params, currency, params.get("description"))
    holder = Holder(customer, now, currency, priced["amount"], {"invoice_item": name})
    details = {"subscription": subscription, "subscription_item": None}
    parent = {"subscription_details": details, "type": "subscription_details"}
    return {
        "id": name,
        "object": "invoiceitem",
        "currency": currency,
        "customer": customer["id"],
        "customer_account": None,
        "date": now,
        "discountable": params.get("discountable", priced["amount"] >= 0),
        "discounts": redeem_all(world, params.get("discounts") or (), holder),
        "frozen_fields": None,
        "invoice": None,
        "invoicing_rules": None,
        "livemode": False,
        "metadata": merged_metadata({}, params.get("metadata")),
        "parent": parent if subscription else None,
        "period": dict(params.get("period") or {"end": now, "start": now}),
        "proration": False,
        "proration_details": None,
        "tax_rates": requested_rates(world, params.get("tax_rates"), "tax_rates"),
        "test_clock": customer["test_clock"],
        **priced,
    }


def _currency(world: World, customer: Obj, params: Mapping[str, Any]) -> str:
    given = params.get("currency") or (params.get("price_data") or {}).get("currency")
    if given:
        return currency_of(given)
    name = (params.get("pricing") or {}).get("price") or params.get("price")
    if name:
        return str(existing(world, "price", name, "pricing[price]")["currency"])
    if params.get("amount") is not None and customer["currency"] is None:
        raise MissingParameter("currency")
    return str(customer["currency"] or world.settings.default_currency)


def _pricing(
    world: World, params: Mapping[str, Any], currency: str, description: str | None
) -> Obj:
    """The amount of an item, in minor units, and the price it comes from."""
    quantity = params.get("quantity", 1)
    price, amount = price_of(world, params, currency, quantity)
    product = existing(world, "product", price["product"], "product")
    return {
        "amount": amount,
        "description": unset(description) or product["name"],
        "net_amount": amount,
        "pricing": {
            "price_details": {"price": price["id"], "product": product["id"]},
            "type": "price_details",
            "unit_amount_decimal": price["unit_amount_decimal"],
        },
        "quantity": quantity,
        "quantity_decimal": str(quantity),
    }


def update(world: World, call: Call) -> Obj:
    params = call.only(*_PLAIN, *_PRICED, "discounts")
    item = addressed(world, "invoiceitem", call.path["invoiceitem"], "invoiceitem")
    draft = _draft_of(world, item)
    changes: Obj = {}
    if "metadata" in params:
        changes["metadata"] = merged_metadata(item["metadata"], params["metadata"])
    if "discountable" in params:
        changes["discountable"] = params["discountable"]
    if params.get("tax_rates") is not None:
        changes["tax_rates"] = requested_rates(world, params["tax_rates"], "tax_rates")
    if params.get("period"):
        changes["period"] = dict(params["period"])
    with world.transaction():
        if any(name in params for name in _PRICED):
            changes.update(_repriced(world, item, params))
        if "description" in params:
            changes["description"] = unset(params["description"])
        if params.get("discounts") is not None:
            customer = existing(world, "customer", item["customer"], "customer")
            at = time_of(world, customer)
            holder = Holder(customer, at, item["currency"], None, {"invoice_item": item["id"]})
            given = params["discounts"] or ()
            changes["discounts"] = replace_all(world, item["discounts"], given, holder)
        changed = world.change("invoiceitem", item["id"], changes)
        return put_on(world, draft, changed) if draft is not None else changed


def _repriced(world: World, item: Obj, params: Mapping[str, Any]) -> Obj:
    """A new amount or price; a new quantity alone keeps the price."""
    if item["proration"]:
        raise refusal("The amount of a proration cannot be changed.", param="amount")
    given = dict(params)
    if not any(given.get(name) is not None for name in _PRICED if name != "quantity"):
        given["pricing"] = {"price": item["pricing"]["price_details"]["price"]}
    given.setdefault("quantity", item["quantity"])
    return _pricing(world, given, item["currency"], item["description"])


def delete(world: World, call: Call) -> Obj:
    call.only()
    item = addressed(world, "invoiceitem", call.path["invoiceitem"], "invoiceitem")
    draft = _draft_of(world, item)
    with world.transaction():
        if draft is not None:
            take_off(world, draft, item["id"])
        world.remove("invoiceitem", item["id"], "invoiceitem.deleted")
    return {"id": item["id"], "object": "invoiceitem", "deleted": True}


def _draft_of(world: World, item: Obj) -> Obj | None:
    """The draft that an item stands on; one that is final is not changed any more."""
    if item["invoice"] is None:
        return None
    invoice = existing(world, "invoice", item["invoice"], "invoice")
    if invoice["status"] != "draft":
        raise StripeError(
            "You cannot change or delete an invoice item whose invoice has been finalized"
            f" ({invoice['id']}).",
            code="invoice_not_editable",
        )
    return invoice


HANDLERS: dict[str, Handler] = {
    "POST /v1/invoiceitems": create,
    "POST /v1/invoiceitems/{invoiceitem}": update,
    "DELETE /v1/invoiceitems/{invoiceitem}": delete,
}
