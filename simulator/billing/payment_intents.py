"""The PaymentIntent endpoints (docs.stripe.com/api/payment_intents).

Created, confirmed, captured, canceled; statuses follow
docs.stripe.com/payments/paymentintents/lifecycle. Confirming the intent of an invoice pays the
invoice. A declined payment answers 402 and leaves its intent, its charge and its events behind.

Under `confirmation_method=manual` an intent "returns to the `requires_confirmation` state after
handling `next_action`s, and requires your server to initiate each payment attempt with an explicit
confirmation" (class `stripe.PaymentIntent`). No event tells of that return.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from simulator.billing import charges
from simulator.billing.authentication import failure
from simulator.billing.call import (
    Call,
    Handler,
    Listing,
    addressed,
    existing,
    merged_metadata,
    refusal,
    unset,
)
from simulator.billing.collection import pay as pay_invoice
from simulator.billing.intent_parameters import (
    CREATABLE,
    WRITABLE,
    changed_fields,
    check_return_url,
    new_intent,
)
from simulator.billing.orders import CONFIRMED, Order
from simulator.billing.payments import Outcome, Session, attempt
from simulator.billing.timelines import time_of
from simulator.billing.urls import absolute_url
from simulator.contract.errors import StripeError
from simulator.engine import Obj, World

_CONFIRMABLE = frozenset(("requires_payment_method", "requires_confirmation", "requires_action"))
_CANCELABLE = (
    "requires_payment_method",
    "requires_capture",
    "requires_confirmation",
    "requires_action",
    "processing",
)


def create(world: World, call: Call) -> Obj:
    params = call.only(*CREATABLE)
    with world.transaction(CONFIRMED if params.get("confirm") else ()):
        intent = world.insert(new_intent(world, params), "payment_intent.created")
        return _confirmed(world, intent, params) if params.get("confirm") else intent


def _order_of(world: World, intent: Obj) -> Order:
    """An invoice that is paid has an order of its own."""
    return CONFIRMED if invoice_of(world, intent) is None else ()


def update(world: World, call: Call) -> Obj:
    params = call.only(*WRITABLE)
    intent = addressed(world, "payment_intent", call.path["intent"], "intent")
    free = {"description", "metadata", "receipt_email", "shipping", "transfer_group"}
    if intent["status"] not in _CONFIRMABLE and set(params) - free:
        name = sorted(set(params) - free)[0]
        raise _unexpected_state(
            intent,
            f"This PaymentIntent's {name} could not be updated because it has a status of"
            f" {intent['status']}. You may only update the {name} of a PaymentIntent with one of"
            " the following statuses: requires_payment_method, requires_confirmation,"
            " requires_action.",
        )
    changes = changed_fields(world, intent, params)
    if changes.get("payment_method"):
        changes.update(next_action=None, status="requires_confirmation")
    return world.change("payment_intent", intent["id"], changes)


def confirm(world: World, call: Call) -> Obj:
    params = call.only(
        "capture_method",
        "error_on_requires_action",
        "off_session",
        "payment_method",
        "payment_method_data",
        "payment_method_options",
        "receipt_email",
        "return_url",
        "setup_future_usage",
        "shipping",
        "use_stripe_sdk",
    )
    intent = addressed(world, "payment_intent", call.path["intent"], "intent")
    if intent["status"] == "succeeded":
        raise _unexpected_state(
            intent,
            "You cannot confirm this PaymentIntent because it has already succeeded after being"
            " previously confirmed.",
        )
    if intent["status"] not in _CONFIRMABLE:
        raise _unexpected_state(
            intent,
            f"You cannot confirm this PaymentIntent because it has a status of {intent['status']}."
            " Only a PaymentIntent with one of the following statuses may be confirmed:"
            " requires_confirmation, requires_action.",
        )
    with world.transaction(_order_of(world, intent)):
        fields = changed_fields(world, intent, params)
        changed = world.change("payment_intent", intent["id"], fields)
        return _confirmed(world, changed, params)


def _confirmed(world: World, intent: Obj, params: Mapping[str, Any]) -> Obj:
    """Attempt the payment; raises the 402 of a decline, whose traces stay."""
    method = world.get("payment_method", intent["payment_method"] or "")
    if method is None:
        raise _unexpected_state(
            intent,
            "You cannot confirm this PaymentIntent because it's missing a payment method. You can"
            " either update the PaymentIntent with a payment method and then confirm it again, or"
            " confirm it again directly with a payment method or ConfirmationToken.",
        )
    if params.get("return_url"):
        absolute_url(params["return_url"], "return_url")
    check_return_url(intent, params)
    off = bool(params.get("off_session"))
    answered = world.kept(intent["id"]).get("answered_for")
    session = Session(
        off=off,
        authenticated=answered == method["id"],
        return_url=params.get("return_url"),
        refuses_action=off or bool(params.get("error_on_requires_action")),
    )
    if answered is not None:
        world.keep(intent["id"], answered_for=None)
    outcome = _pay(world, intent, method, session)
    if outcome.decline is not None:
        raise outcome.decline.error(
            commits=True,
            charge=outcome.intent["latest_charge"],
            payment_intent=outcome.intent,
            payment_method=method,
        )
    return outcome.intent


def _pay(world: World, intent: Obj, method: Obj, session: Session) -> Outcome:
    invoice = invoice_of(world, intent)
    if invoice is None:
        return attempt(world, intent, method, world.now(), session)
    outcome = pay_invoice(world, invoice, method, time_of(world, invoice), session)
    assert outcome is not None
    return outcome


def authenticated(world: World, intent: Obj, succeeds: bool) -> Obj:
    """The card's holder has answered on the page of 3D Secure: the payment goes on, or fails.

    One that is confirmed by hand waits for the next confirmation, which asks no more. A decline
    that follows is no refusal here; the intent says what became of it.
    """
    method = addressed(world, "payment_method", intent["payment_method"], "payment_method")
    with world.transaction(_order_of(world, intent)):
        if succeeds and intent["confirmation_method"] == "manual":
            world.keep(intent["id"], answered_for=method["id"])
            ready = {"next_action": None, "status": "requires_confirmation"}
            return world.change("payment_intent", intent["id"], ready)
        if succeeds:
            return _pay(world, intent, method, Session(authenticated=True)).intent
        failed = {
            "last_payment_error": failure(intent, method),
            "next_action": None,
            "payment_method": None,
            "status": "requires_payment_method",
        }
        return world.change("payment_intent", intent["id"], failed, "payment_intent.payment_failed")


def invoice_of(world: World, intent: Obj) -> Obj | None:
    """The invoice that an intent is meant to pay."""
    for payment in world.find("invoice_payment", "payment.payment_intent", intent["id"]):
        return world.get("invoice", payment["invoice"])
    return None


def capture(world: World, call: Call) -> Obj:
    params = call.only(
        "amount_to_capture",
        "application_fee_amount",
        "metadata",
        "statement_descriptor",
        "statement_descriptor_suffix",
    )
    intent = addressed(world, "payment_intent", call.path["intent"], "intent")
    if intent["status"] != "requires_capture":
        raise _unexpected_state(
            intent,
            "This PaymentIntent could not be captured because it has a status of"
            f" {intent['status']}. Only a PaymentIntent with one of the following statuses may be"
            " captured: requires_capture.",
        )
    charge = addressed(world, "charge", intent["latest_charge"])
    amount = charges.captured_amount(charge, params, "amount_to_capture")
    shared = ("application_fee_amount", "statement_descriptor", "statement_descriptor_suffix")
    changes: Obj = {name: unset(params[name]) for name in shared if name in params}
    done: Obj = {"amount_capturable": 0, "amount_received": amount, "status": "succeeded"}
    if "metadata" in params:
        done["metadata"] = merged_metadata(intent["metadata"], params["metadata"])
    with world.transaction():
        charges.capture(world, charge, amount, changes, world.now())
        return world.change(
            "payment_intent", intent["id"], {**changes, **done}, "payment_intent.succeeded"
        )


def cancel(world: World, call: Call) -> Obj:
    params = call.only("cancellation_reason")
    intent = addressed(world, "payment_intent", call.path["intent"], "intent")
    if intent["status"] not in _CANCELABLE:
        raise _unexpected_state(
            intent,
            f"You cannot cancel this PaymentIntent because it has a status of {intent['status']}."
            " Only a PaymentIntent with one of the following statuses may be canceled:"
            f" {', '.join(_CANCELABLE)}.",
        )
    if invoice_of(world, intent) is not None:
        raise refusal(
            "This PaymentIntent was created by an invoice and cannot be canceled directly. Void the"
            " invoice instead."
        )
    return _canceled(world, intent, params.get("cancellation_reason") or None)


def _canceled(world: World, intent: Obj, reason: str | None, *, expired: bool = False) -> Obj:
    with world.transaction():
        if intent["status"] == "requires_capture":
            charge = addressed(world, "charge", intent["latest_charge"])
            charges.release(world, charge, expired=expired)
        ended = {
            "amount_capturable": 0,
            "canceled_at": world.now(),
            "cancellation_reason": reason,
            "next_action": None,
            "status": "canceled",
        }
        return world.change("payment_intent", intent["id"], ended, "payment_intent.canceled")


def cancel_uncaptured(world: World, charge: Obj) -> None:
    """Give an authorisation back at the merchant's wish, with its intent."""
    intent = addressed(world, "payment_intent", charge["payment_intent"], "payment_intent")
    _canceled(world, intent, None)


def release_uncaptured(world: World, name: str) -> None:
    """Duty `payment_intent.release`: an authorisation that nobody captured in time is void."""
    intent = world.get("payment_intent", name)
    if intent is not None and intent["status"] == "requires_capture":
        _canceled(world, intent, "automatic", expired=True)


def _unexpected_state(intent: Obj, message: str) -> StripeError:
    return StripeError(message, code="payment_intent_unexpected_state", payment_intent=intent)


def retrieve(world: World, call: Call) -> Obj:
    call.only("client_secret")
    return addressed(world, "payment_intent", call.path["intent"], "intent")


def list_all(world: World, call: Call) -> Listing:
    params = call.only("customer", "created")
    if params.get("customer"):
        existing(world, "customer", params["customer"], "customer")
        return Listing("payment_intent", "customer", params["customer"])
    return Listing("payment_intent")


HANDLERS: dict[str, Handler] = {
    "POST /v1/payment_intents": create,
    "GET /v1/payment_intents": list_all,
    "GET /v1/payment_intents/{intent}": retrieve,
    "POST /v1/payment_intents/{intent}": update,
    "POST /v1/payment_intents/{intent}/cancel": cancel,
    "POST /v1/payment_intents/{intent}/capture": capture,
    "POST /v1/payment_intents/{intent}/confirm": confirm,
}
