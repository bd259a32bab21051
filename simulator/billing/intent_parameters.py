"""What parameters make of a PaymentIntent (docs.stripe.com/api/payment_intents/create)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from simulator.billing.amounts import check_chargeable, currency_of
from simulator.billing.call import existing, merged_metadata, refusal, unset
from simulator.billing.new_intents import intent_body
from simulator.billing.payment_method_options import (
    REDIRECTING,
    configuration_details,
    offered,
    options_of,
)
from simulator.billing.payment_methods import made_of, resolve
from simulator.contract.errors import NoSuchObject
from simulator.engine import Obj, World

_PLAIN = (
    "application_fee_amount",
    "description",
    "on_behalf_of",
    "receipt_email",
    "setup_future_usage",
    "shipping",
    "statement_descriptor",
    "statement_descriptor_suffix",
    "transfer_group",
)
WRITABLE = (
    *_PLAIN,
    "amount",
    "capture_method",
    "currency",
    "customer",
    "metadata",
    "payment_method",
    "payment_method_data",
    "payment_method_options",
    "transfer_data",
)
CREATABLE = (
    *WRITABLE,
    "allowed_payment_method_types",
    "automatic_payment_methods",
    "confirm",
    "confirmation_method",
    "error_on_requires_action",
    "excluded_payment_method_types",
    "off_session",
    "payment_method_types",
    "return_url",
    "use_stripe_sdk",
)


def new_intent(world: World, params: Mapping[str, Any]) -> Obj:
    """A PaymentIntent as the parameters describe it, not yet held by the World."""
    currency = currency_of(params["currency"])
    check_chargeable(params["amount"], currency)
    intent = intent_body(world, amount=params["amount"], currency=currency, created=world.now())
    intent.update(changed_fields(world, intent, params))
    intent.update(_methods(world, intent, params))
    intent["confirmation_method"] = params.get("confirmation_method", "automatic")
    if intent["transfer_data"] and not intent["transfer_group"]:
        intent["transfer_group"] = f"group_{intent['id']}"
    if intent["payment_method"]:
        intent["status"] = "requires_confirmation"
    if params.get("off_session") and not params.get("confirm"):
        raise refusal(
            "You cannot set `off_session` when creating a PaymentIntent without also setting"
            " `confirm` to `true`.",
            param="off_session",
        )
    return intent


def changed_fields(world: World, intent: Obj, params: Mapping[str, Any]) -> Obj:
    """The fields that the parameters of a creation, an update or a confirmation change."""
    changes: Obj = {name: unset(params[name]) for name in _PLAIN if name in params}
    if "metadata" in params:
        changes["metadata"] = merged_metadata(intent["metadata"], params["metadata"])
    if "currency" in params:
        changes["currency"] = currency_of(params["currency"])
    if "amount" in params:
        check_chargeable(params["amount"], changes.get("currency") or intent["currency"])
        changes["amount"] = params["amount"]
    if params.get("customer"):
        changes["customer"] = existing(world, "customer", params["customer"], "customer")["id"]
    if params.get("capture_method"):
        changes["capture_method"] = params["capture_method"]
    if params.get("transfer_data"):
        changes["transfer_data"] = _transfer(world, intent, params["transfer_data"])
    _check_fee({**intent, **changes})
    owner = changes.get("customer", intent["customer"])
    method = given_method(world, params, owner)
    if method is not None:
        changes["payment_method"] = method["id"]
    if params.get("payment_method_options"):
        changes["payment_method_options"] = _options(
            intent["payment_method_options"], params["payment_method_options"]
        )
    return changes


def _transfer(world: World, intent: Obj, given: Mapping[str, Any]) -> Obj:
    """Where the money goes; the destination must be one of the platform's accounts."""
    before = intent["transfer_data"] or {}
    destination = given.get("destination")
    if destination and world.get("account", destination) is None:
        raise NoSuchObject("destination", destination, "transfer_data[destination]")
    return {**before, **given}


def _check_fee(intent: Obj) -> None:
    fee, transfer = intent["application_fee_amount"], intent["transfer_data"]
    if fee is None:
        return
    if fee > intent["amount"]:
        raise refusal(
            "The application fee cannot exceed the amount of the PaymentIntent.",
            param="application_fee_amount",
        )
    if transfer is None and intent["application"] is None:
        raise refusal(
            "Can only apply an application_fee_amount when the PaymentIntent is attempting a direct"
            " payment (using an OAuth key or Stripe-Account header) or destination payment (using"
            " `transfer_data[destination]`).",
            param="application_fee_amount",
        )


def given_method(world: World, params: Mapping[str, Any], customer: str | None) -> Obj | None:
    """The method that `payment_method` or `payment_method_data` names, held by the World."""
    if params.get("payment_method"):
        method = resolve(world, params["payment_method"], "payment_method")
    elif params.get("payment_method_data"):
        method = made_of(world, params["payment_method_data"])
    else:
        return None
    owner = method["customer"]
    if owner is not None and customer is None:
        raise refusal(
            f"The PaymentMethod {method['id']} belongs to the Customer {owner}. Please include the"
            " Customer in the `customer` parameter on the PaymentIntent.",
            param="payment_method",
        )
    if owner is not None and owner != customer:
        raise refusal(
            f"The customer does not have a payment method with the ID {method['id']}. The payment"
            " method must be attached to the customer.",
            param="payment_method",
            code="resource_missing",
        )
    if world.get("payment_method", method["id"]) is None:
        world.insert(method)
    return method


def _methods(world: World, intent: Obj, params: Mapping[str, Any]) -> Obj:
    """Which types it offers: those named, or the account's own (`automatic_payment_methods`)."""
    named = params.get("payment_method_types") or params.get("allowed_payment_method_types")
    automatic = params.get("automatic_payment_methods")
    excluded = params.get("excluded_payment_method_types") or []
    manual = intent["capture_method"] == "manual"
    dynamic = not named and (automatic is None or automatic["enabled"])
    types = list(named) if named else offered(world, manual_capture=manual)
    fields: Obj = {"payment_method_types": [kind for kind in types if kind not in excluded]}
    if params.get("allowed_payment_method_types"):
        fields["allowed_payment_method_types"] = list(params["allowed_payment_method_types"])
    if excluded:
        fields["excluded_payment_method_types"] = list(excluded)
    if dynamic:
        redirects = (automatic or {}).get("allow_redirects", "always")
        if redirects == "never":
            left = [kind for kind in fields["payment_method_types"] if kind not in REDIRECTING]
            fields["payment_method_types"] = left
        fields["automatic_payment_methods"] = {"allow_redirects": redirects, "enabled": True}
        if intent["application"] is None:
            fields["payment_method_configuration_details"] = configuration_details(world)
    shown = options_of(fields["payment_method_types"])
    fields["payment_method_options"] = _options(shown, params.get("payment_method_options") or {})
    return fields


def _options(shown: Obj, given: Mapping[str, Any]) -> Obj:
    """The options shown, with those given over them, type by type."""
    changed = {
        kind: {**shown[kind], **{name: unset(value) for name, value in own.items()}}
        for kind, own in given.items()
        if kind in shown and own
    }
    return {**shown, **changed}


def check_return_url(intent: Obj, params: Mapping[str, Any]) -> None:
    """Methods that may redirect need a place to come back to."""
    automatic = intent["automatic_payment_methods"]
    if not automatic or automatic["allow_redirects"] == "never" or params.get("return_url"):
        return
    if REDIRECTING.isdisjoint(intent["payment_method_types"]):
        return
    raise refusal(
        "This PaymentIntent is configured to accept payment methods enabled in your Dashboard."
        " Because some of these payment methods might redirect your customer off of your page, you"
        " must provide a `return_url`. If you don't want to accept redirect-based payment methods,"
        " set `automatic_payment_methods[enabled]` to `true` and"
        " `automatic_payment_methods[allow_redirects]` to `never` when creating Setup Intents and"
        " Payment Intents."
    )
