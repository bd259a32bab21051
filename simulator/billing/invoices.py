"""The invoice endpoints (docs.stripe.com/api/invoices, api/invoice-payment)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from simulator.billing.call import (
    Call,
    Embedded,
    Handler,
    Listing,
    addressed,
    existing,
    refusal,
)
from simulator.billing.collection import pay as pay_open
from simulator.billing.dunning import after_success, subscription_of
from simulator.billing.invoicing import default_payment, finalize, settle_elsewhere, void
from simulator.billing.orders import PAID_LATER
from simulator.billing.payment_methods import attach, default_of, resolve
from simulator.billing.payments import Session, action_required
from simulator.billing.timelines import time_of
from simulator.contract.errors import StripeError
from simulator.engine import Obj, World

_NO_METHOD = (
    "There is no `default_payment_method` set on this Customer or Invoice. Please set a"
    " `default_payment_method` to pay this Invoice."
)


def retrieve(world: World, call: Call) -> Obj:
    call.only()
    return addressed(world, "invoice", call.path["invoice"])


def list_all(world: World, call: Call) -> Listing:
    params = call.only("customer", "subscription", "status", "collection_method", "created")
    wanted = {key: params[key] for key in ("status", "collection_method") if params.get(key)}

    def keep(invoice: Obj) -> bool:
        return all(invoice[key] == value for key, value in wanted.items())

    if params.get("subscription"):
        existing(world, "subscription", params["subscription"], "subscription")
        path = "parent.subscription_details.subscription"
        return Listing("invoice", path, params["subscription"], keep)
    if params.get("customer"):
        existing(world, "customer", params["customer"], "customer")
        return Listing("invoice", "customer", params["customer"], keep)
    return Listing("invoice", keep=keep)


def list_lines(world: World, call: Call) -> Embedded:
    call.only()
    invoice = addressed(world, "invoice", call.path["invoice"], "invoice")
    return Embedded(tuple(invoice["lines"]["data"]))


def finalize_call(world: World, call: Call) -> Obj:
    params = call.only("auto_advance")
    invoice = addressed(world, "invoice", call.path["invoice"])
    if invoice["status"] != "draft":
        raise StripeError(
            "This invoice is already finalized, you can't re-finalize a non-draft invoice.",
            code="invoice_not_editable",
        )
    existing(world, "customer", invoice["customer"], "customer")
    at = time_of(world, invoice)
    with world.transaction(PAID_LATER):
        if params.get("auto_advance") is not None:
            advance = {"auto_advance": params["auto_advance"]}
            invoice = world.change("invoice", invoice["id"], advance)
        finalized = finalize(world, invoice, at)
        if finalized["amount_due"] == 0:
            pay_open(world, finalized, {}, at)
    return addressed(world, "invoice", invoice["id"])


def pay(world: World, call: Call) -> Obj:
    """Pays now; a draft is finalised first. A declined card is a 402, and its traces stay."""
    params = call.only("payment_method", "off_session", "paid_out_of_band")
    invoice = addressed(world, "invoice", call.path["invoice"])
    if invoice["status"] == "paid":
        raise StripeError("Invoice is already paid", code="invoice_already_paid")
    if invoice["status"] not in ("draft", "open", "uncollectible"):
        raise StripeError(f"Invoice is {invoice['status']} and can no longer be paid.")
    existing(world, "customer", invoice["customer"], "customer")
    at = time_of(world, invoice)
    with world.transaction():
        if params.get("paid_out_of_band"):
            opened = finalize(world, invoice, at) if invoice["status"] == "draft" else invoice
            settle_elsewhere(world, opened, at)
            after_success(world, opened)
            return addressed(world, "invoice", invoice["id"])
        method = _method(world, invoice, params)
        if invoice["status"] == "draft":
            invoice = finalize(world, invoice, at)
        if invoice["amount_due"] and method is None:
            raise refusal(_NO_METHOD)
        session = Session(off=params.get("off_session", True))
        outcome = pay_open(world, invoice, method or {}, at, session)
        if outcome is not None and outcome.awaits_customer:
            raise action_required("invoice", invoice["id"], outcome.intent)
        if outcome is not None and outcome.decline is not None:
            charge = outcome.intent["latest_charge"]
            raise outcome.decline.error(commits=True, charge=charge, payment_intent=outcome.intent)
    return addressed(world, "invoice", invoice["id"])


def _method(world: World, invoice: Obj, params: Mapping[str, Any]) -> Obj | None:
    if not params.get("payment_method"):
        own = world.get("payment_method", invoice["default_payment_method"] or "")
        if own is not None:
            return own
        return default_of(world, subscription_of(world, invoice), invoice["customer"])
    return attach(
        world, resolve(world, params["payment_method"], "payment_method"), invoice["customer"]
    )


def void_call(world: World, call: Call) -> Obj:
    call.only()
    invoice = addressed(world, "invoice", call.path["invoice"])
    if invoice["status"] not in ("open", "uncollectible"):
        raise StripeError(
            "You can only pass in open or uncollectible invoices. This invoice isn't open.",
        )
    return void(world, invoice, time_of(world, invoice))


def retrieve_payment(world: World, call: Call) -> Obj:
    call.only()
    return addressed(world, "invoice_payment", call.path["invoice_payment"], "invoice_payment")


def list_payments(world: World, call: Call) -> Listing:
    params = call.only("invoice", "payment", "status", "created")
    status = params.get("status")

    def keep(payment: Obj) -> bool:
        return status is None or payment["status"] == status

    if params.get("invoice"):
        existing(world, "invoice", params["invoice"], "invoice")
        return Listing("invoice_payment", "invoice", params["invoice"], keep)
    intent = (params.get("payment") or {}).get("payment_intent")
    if intent:
        return Listing("invoice_payment", "payment.payment_intent", intent, keep)
    return Listing("invoice_payment", keep=keep)


def _payments(world: World, invoice: Obj) -> Obj:
    data = list(world.find("invoice_payment", "invoice", invoice["id"]))
    return {"object": "list", "data": data, "has_more": False, "url": "/v1/invoices/payments"}


def _confirmation_secret(world: World, invoice: Obj) -> Obj | None:
    payment = default_payment(world, invoice)
    if payment is None:
        return None
    intent = world.get("payment_intent", payment["payment"]["payment_intent"])
    assert intent is not None
    return {"client_secret": intent["client_secret"], "type": "payment_intent"}


INCLUDABLE: dict[str, Callable[[World, Obj], Any]] = {
    "payments": _payments,
    "confirmation_secret": _confirmation_secret,
}

HANDLERS: dict[str, Handler] = {
    "GET /v1/invoices": list_all,
    "GET /v1/invoices/{invoice}": retrieve,
    "POST /v1/invoices/{invoice}/finalize": finalize_call,
    "POST /v1/invoices/{invoice}/pay": pay,
    "POST /v1/invoices/{invoice}/void": void_call,
    "GET /v1/invoices/{invoice}/lines": list_lines,
    "GET /v1/invoice_payments": list_payments,
    "GET /v1/invoice_payments/{invoice_payment}": retrieve_payment,
}
