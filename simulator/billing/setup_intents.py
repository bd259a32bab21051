"""SetupIntents: the saving of a card for later (docs.stripe.com/api/setup_intents).

Confirming one checks the card, asks its holder where the issuer wants that, attaches it to the
customer and remembers that it was set up, so that later payments off session need no holder.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from simulator.billing import authentication
from simulator.billing.authentication import failure
from simulator.billing.call import (
    Call,
    Handler,
    Listing,
    addressed,
    existing,
    merged_metadata,
    unset,
)
from simulator.billing.intent_parameters import given_method
from simulator.billing.orders import SET_UP
from simulator.billing.payment_methods import attach
from simulator.billing.setup_bodies import new_attempt, setup_body
from simulator.billing.test_cards import card_of
from simulator.billing.urls import absolute_url
from simulator.contract.errors import MissingParameter, StripeError
from simulator.engine import Obj, World

_WRITABLE = ("customer", "description", "metadata", "payment_method", "payment_method_data")
_CONFIRMABLE = ("requires_payment_method", "requires_confirmation", "requires_action")


def create(world: World, call: Call) -> Obj:
    params = call.only(
        *_WRITABLE,
        "allowed_payment_method_types",
        "automatic_payment_methods",
        "confirm",
        "excluded_payment_method_types",
        "on_behalf_of",
        "payment_method_options",
        "payment_method_types",
        "return_url",
        "usage",
        "use_stripe_sdk",
    )
    with world.transaction(SET_UP):
        intent = setup_body(world, params)
        intent.update(_changed_fields(world, intent, params))
        if intent["payment_method"]:
            intent["status"] = "requires_confirmation"
        world.insert(intent, "setup_intent.created")
        return _confirmed(world, intent, params) if params.get("confirm") else intent


def _changed_fields(world: World, intent: Obj, params: Mapping[str, Any]) -> Obj:
    changes: Obj = {}
    if "description" in params:
        changes["description"] = unset(params["description"])
    if "metadata" in params:
        changes["metadata"] = merged_metadata(intent["metadata"], params["metadata"])
    if params.get("customer"):
        changes["customer"] = existing(world, "customer", params["customer"], "customer")["id"]
    method = given_method(world, params, changes.get("customer", intent["customer"]))
    if method is not None:
        changes["payment_method"] = method["id"]
    return changes


def update(world: World, call: Call) -> Obj:
    params = call.only(*_WRITABLE)
    intent = addressed(world, "setup_intent", call.path["intent"], "intent")
    if intent["status"] not in _CONFIRMABLE and set(params) - {"description", "metadata"}:
        raise _unexpected_state(
            intent,
            "You passed an invalid parameter: this SetupIntent can no longer be updated because it"
            f" has a status of {intent['status']}.",
        )
    changes = _changed_fields(world, intent, params)
    if changes.get("payment_method"):
        changes.update(next_action=None, status="requires_confirmation")
    return world.change("setup_intent", intent["id"], changes)


def confirm(world: World, call: Call) -> Obj:
    params = call.only("payment_method", "payment_method_data", "return_url", "use_stripe_sdk")
    intent = addressed(world, "setup_intent", call.path["intent"], "intent")
    if intent["status"] not in _CONFIRMABLE:
        raise _unexpected_state(
            intent,
            f"You cannot confirm this SetupIntent because it has already {intent['status']}.",
        )
    with world.transaction(SET_UP):
        fields = _changed_fields(world, intent, params)
        return _confirmed(world, world.change("setup_intent", intent["id"], fields), params)


def _confirmed(world: World, intent: Obj, params: Mapping[str, Any]) -> Obj:
    """Save the method, or ask its holder first; raises the 402 of a card that is refused."""
    method = world.get("payment_method", intent["payment_method"] or "")
    if method is None:
        raise _unexpected_state(
            intent,
            "You cannot confirm this SetupIntent because it's missing a payment method. Update the"
            " SetupIntent with a payment method and then confirm it again.",
        )
    if params.get("return_url"):
        absolute_url(params["return_url"], "return_url")
    card = card_of(method)
    if card is not None and card.authentication in ("always", "until_set_up"):
        asked = {
            "last_setup_error": None,
            "latest_attempt": new_attempt(world, intent, method, "requires_action")["id"],
            "next_action": authentication.next_action(world, intent, params.get("return_url")),
            "status": "requires_action",
        }
        return world.change("setup_intent", intent["id"], asked, "setup_intent.requires_action")
    if card is not None and card.decline is not None and not card.attaches:
        decline = card.decline
        error = {**decline.error().shown(), "payment_method": method}
        failed = _failed(world, intent, method, dict(sorted(error.items())))
        raise decline.error(commits=True, setup_intent=failed, payment_method=method)
    return _saved(world, intent, method)


def _saved(world: World, intent: Obj, method: Obj) -> Obj:
    with world.transaction():
        if intent["customer"]:
            attach(world, method, intent["customer"])
        world.keep(method["id"], set_up=True)
        done = {
            "last_setup_error": None,
            "latest_attempt": new_attempt(world, intent, method, "succeeded")["id"],
            "next_action": None,
            "payment_method": method["id"],
            "status": "succeeded",
        }
        return world.change("setup_intent", intent["id"], done, "setup_intent.succeeded")


def _failed(world: World, intent: Obj, method: Obj, error: Obj) -> Obj:
    failed = {
        "last_setup_error": error,
        "latest_attempt": new_attempt(world, intent, method, "failed", error)["id"],
        "next_action": None,
        "payment_method": None,
        "status": "requires_payment_method",
    }
    return world.change("setup_intent", intent["id"], failed, "setup_intent.setup_failed")


def authenticated(world: World, intent: Obj, succeeds: bool) -> Obj:
    """The card's holder has answered on the page of 3D Secure."""
    method = addressed(world, "payment_method", intent["payment_method"], "payment_method")
    with world.transaction(SET_UP):
        if succeeds:
            return _saved(world, intent, method)
        return _failed(world, intent, method, failure(intent, method))


def set_up(world: World, customer: Obj, method: Obj, intent: Obj | None = None) -> Obj:
    """A SetupIntent, new unless given, that has saved `method` on a hosted page.

    Emits `setup_intent.created` for a new one, and `.succeeded`.
    """
    with world.transaction():
        if intent is None:
            intent = {**setup_body(world, {}), "customer": customer["id"]}
            world.insert(intent, "setup_intent.created")
        return _saved(world, intent, method)


def cancel(world: World, call: Call) -> Obj:
    params = call.only("cancellation_reason")
    intent = addressed(world, "setup_intent", call.path["intent"], "intent")
    if intent["status"] not in _CONFIRMABLE:
        raise _unexpected_state(
            intent,
            f"You cannot cancel this SetupIntent because it has a status of {intent['status']}."
            " Only a SetupIntent with one of the following statuses may be canceled:"
            f" {', '.join(_CONFIRMABLE)}.",
        )
    ended = {
        "cancellation_reason": params.get("cancellation_reason") or None,
        "next_action": None,
        "status": "canceled",
    }
    return world.change("setup_intent", intent["id"], ended, "setup_intent.canceled")


def _unexpected_state(intent: Obj, message: str) -> StripeError:
    return StripeError(message, code="setup_intent_unexpected_state", setup_intent=intent)


def retrieve(world: World, call: Call) -> Obj:
    call.only("client_secret")
    return addressed(world, "setup_intent", call.path["intent"], "intent")


def list_all(world: World, call: Call) -> Listing:
    params = call.only("customer", "payment_method", "created")
    method = params.get("payment_method")

    def keep(intent: Obj) -> bool:
        return method is None or intent["payment_method"] == method

    if params.get("customer"):
        existing(world, "customer", params["customer"], "customer")
        return Listing("setup_intent", "customer", params["customer"], keep)
    return Listing("setup_intent", keep=keep)


def list_attempts(world: World, call: Call) -> Listing:
    params = call.only("setup_intent", "created")
    if not params.get("setup_intent"):
        raise MissingParameter("setup_intent")
    existing(world, "setup_intent", params["setup_intent"], "setup_intent")
    return Listing("setup_attempt", "setup_intent", params["setup_intent"])


HANDLERS: dict[str, Handler] = {
    "GET /v1/setup_attempts": list_attempts,
    "POST /v1/setup_intents": create,
    "GET /v1/setup_intents": list_all,
    "GET /v1/setup_intents/{intent}": retrieve,
    "POST /v1/setup_intents/{intent}": update,
    "POST /v1/setup_intents/{intent}/cancel": cancel,
    "POST /v1/setup_intents/{intent}/confirm": confirm,
}
