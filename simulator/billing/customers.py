"""Customers (docs.stripe.com/api/customers; the default body is that of recorded traffic)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from simulator.billing import cash_balance, customer_balance, sources, tax_ids
from simulator.billing.call import (
    Call,
    Handler,
    Listing,
    addressed,
    existing,
    merged_metadata,
    unset,
)
from simulator.billing.discounts import (
    deleted_discount,
    for_customer,
    no_discount,
    remove_from_customer,
)
from simulator.billing.endings import end_now, stop_collecting
from simulator.billing.payment_methods import attach, resolve
from simulator.billing.subscription_status import ENDED
from simulator.contract.errors import NoSuchObject
from simulator.engine import ACCOUNT, Obj, World

_PLAIN = ("address", "description", "email", "name", "phone", "shipping")
_WRITABLE = (
    *_PLAIN,
    "balance",
    "cash_balance",
    "coupon",
    "invoice_prefix",
    "invoice_settings",
    "metadata",
    "next_invoice_sequence",
    "preferred_locales",
    "promotion_code",
    "source",
    "tax_exempt",
)
_ELSEWHERE = (
    "cash_balance",
    "coupon",
    "payment_method",
    "promotion_code",
    "tax_id_data",
    "test_clock",
)  # parameters that are more than a field of the customer
_PREFIX_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
_ADDRESS = ("city", "country", "line1", "line2", "postal_code", "state")


def create(world: World, call: Call) -> Obj:
    params = call.only(*_WRITABLE, "payment_method", "tax_id_data", "test_clock")
    with world.transaction():
        customer = _create(world, params)
        before = {**customer, "balance": 0}
        customer_balance.set_by_hand(world, before, customer["balance"], "initial")
        _more(world, customer, params)
        tax_ids.add_all(world, customer, params.get("tax_id_data") or ())
        return customer


def _more(world: World, customer: Obj, params: Any) -> None:
    """What of the parameters is kept beside the customer."""
    if params.get("cash_balance"):
        cash_balance.set_up(world, customer, params["cash_balance"].get("settings") or {})


def _create(world: World, params: Any) -> Obj:
    clock = params.get("test_clock")
    if clock:
        existing(world, "test_helpers.test_clock", clock, "test_clock")
    customer = new_customer(world, test_clock=clock)
    method = params.get("payment_method")
    if params.get("source") and not method:
        world.insert(customer)
        changed = _changes(world, customer, params)
        return world.change("customer", customer["id"], changed, "customer.created")
    if method:
        # The customer must exist before a method can be attached to it; both are one transaction.
        world.insert(customer)
        attached = attach(world, resolve(world, method, "payment_method"), customer["id"])
        customer = world.change("customer", customer["id"], {})
        params = _with_own_method(params, method, attached["id"])
        changed = _changes(world, customer, params)
        return world.change("customer", customer["id"], changed, "customer.created")
    customer = {**customer, **_changes(world, customer, params)}
    return world.insert(customer, "customer.created")


def new_customer(
    world: World,
    *,
    email: str | None = None,
    name: str | None = None,
    test_clock: str | None = None,
) -> Obj:
    """A customer with Stripe's defaults, not yet held by the World."""
    timeline = test_clock or ACCOUNT
    return {
        "id": world.ids.new("cus"),
        "object": "customer",
        "address": None,
        "balance": 0,
        "created": world.now(timeline),
        "currency": None,
        "customer_account": None,
        "default_source": None,
        "delinquent": False,
        "description": None,
        "discount": None,
        "email": email,
        "invoice_prefix": world.ids.token(8, _PREFIX_ALPHABET),
        "invoice_settings": {
            "custom_fields": None,
            "default_payment_method": None,
            "footer": None,
            "rendering_options": None,
        },
        "livemode": False,
        "metadata": {},
        "name": name,
        "next_invoice_sequence": 1,
        "phone": None,
        "preferred_locales": [],
        "shipping": None,
        "tax_exempt": "none",
        "test_clock": test_clock,
    }


def retrieve(world: World, call: Call) -> Obj:
    call.only()
    name = call.path["customer"]
    if world.kept(name).get("deleted"):
        return deleted_stub(name)
    return addressed(world, "customer", name)


def update(world: World, call: Call) -> Obj:
    params = call.only(*_WRITABLE, "default_source")
    customer = addressed(world, "customer", call.path["customer"])
    with world.transaction():
        changes = _changes(world, customer, params)
        if "balance" in changes:
            customer_balance.set_by_hand(world, customer, changes["balance"], "adjustment")
        _more(world, customer, params)
        return world.change("customer", customer["id"], changes, "customer.updated")


def delete_discount(world: World, call: Call) -> Obj:
    call.only()
    customer = addressed(world, "customer", call.path["customer"])
    if customer["discount"] is None:
        raise no_discount("customer", customer["id"])
    remove_from_customer(world, customer)
    return deleted_discount(world, customer["discount"]["id"])


def delete(world: World, call: Call) -> Obj:
    call.only()
    customer = addressed(world, "customer", call.path["customer"])
    delete_customer(world, customer)
    return deleted_stub(customer["id"])


def delete_customer(world: World, customer: Obj) -> None:
    """Delete a customer and end its subscriptions at once.

    Nothing further is done with it (docs.stripe.com/api/customers/delete), so that its invoices are
    no longer collected; that they stay as they are is our choice.
    """
    with world.transaction():
        for subscription in world.find("subscription", "customer", customer["id"]):
            if subscription["status"] not in ENDED:
                end_now(world, subscription, reason="cancellation_requested")
        stop_collecting(world, "customer", customer["id"])
        world.keep(customer["id"], deleted=True)
        world.remove("customer", customer["id"], "customer.deleted")


def deleted_stub(name: str) -> Obj:
    return {"id": name, "object": "customer", "deleted": True}


def list_all(world: World, call: Call) -> Listing:
    params = call.only("email", "test_clock", "created")
    email, clock = params.get("email"), params.get("test_clock")
    if clock:
        existing(world, "test_helpers.test_clock", clock, "test_clock")
        return Listing("customer", "test_clock", clock, _email_is(email))
    if email:
        return Listing("customer", "email", email)
    return Listing("customer")


def _email_is(email: str | None) -> Any:
    return (lambda customer: customer["email"] == email) if email else None


def _with_own_method(params: Any, given: str, own: str) -> dict[str, Any]:
    """`pm_card_visa` given twice in one request means the card that was just attached."""
    settings = params.get("invoice_settings")
    if settings and settings.get("default_payment_method") == given:
        return {**params, "invoice_settings": {**settings, "default_payment_method": own}}
    return dict(params)


def _changes(world: World, customer: Obj, params: Any) -> Obj:
    changes: Obj = {}
    for name, value in params.items():
        if name in _ELSEWHERE:
            continue
        if name == "source":
            changes.update(sources.replaced(world, customer, value))
            continue
        if name == "default_source":
            changes[name] = sources.own_source(world, customer, value)
            continue
        if name == "metadata":
            changes[name] = merged_metadata(customer["metadata"], value)
        elif name == "invoice_settings":
            changes[name] = _invoice_settings(world, customer, value)
        elif name == "address" and value:
            changes[name] = {key: value.get(key) for key in _ADDRESS}
        elif name == "preferred_locales":
            changes[name] = value or []
        elif name == "tax_exempt":
            changes[name] = value or "none"
        else:
            changes[name] = unset(value)
    changes.update(for_customer(world, {**customer, **changes}, params))
    return changes


def _invoice_settings(world: World, customer: Obj, params: Any) -> Obj:
    settings = dict(customer["invoice_settings"])
    for name, value in params.items():
        settings[name] = unset(value)
    method = settings["default_payment_method"]
    if method is not None and method != customer["invoice_settings"]["default_payment_method"]:
        held = world.get("payment_method", method)
        if held is None or held["customer"] != customer["id"]:
            raise NoSuchObject("payment_method", method, "invoice_settings[default_payment_method]")
    return settings


def _subscriptions(world: World, customer: Obj) -> Obj:
    held = world.find("subscription", "customer", customer["id"])
    live = [subscription for subscription in held if subscription["status"] not in ENDED]
    return {
        "object": "list",
        "data": live,
        "has_more": False,
        "total_count": len(live),
        "url": f"/v1/customers/{customer['id']}/subscriptions",
    }


def _tax(world: World, customer: Obj) -> Obj:
    """Without Stripe Tax every location is unrecognised (recorded traffic)."""
    return {
        "automatic_tax": "unrecognized_location",
        "ip_address": None,
        "location": None,
        "provider": "stripe",
    }


INCLUDABLE: dict[str, Callable[[World, Obj], Any]] = {
    "cash_balance": cash_balance.of_customer,
    "invoice_credit_balance": customer_balance.by_currency,
    "sources": sources.sources_of,
    "subscriptions": _subscriptions,
    "tax": _tax,
    "tax_ids": tax_ids.included,
}

HANDLERS: dict[str, Handler] = {
    "POST /v1/customers": create,
    "GET /v1/customers": list_all,
    "GET /v1/customers/{customer}": retrieve,
    "POST /v1/customers/{customer}": update,
    "DELETE /v1/customers/{customer}": delete,
    "DELETE /v1/customers/{customer}/discount": delete_discount,
}
