"""Charging a token or a source without a PaymentIntent: the old way.

docs.stripe.com/api/charges/create. The charge is as a PaymentIntent's would be, but names no intent
and shows the card as `source`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from simulator.billing.amounts import check_chargeable, currency_of
from simulator.billing.call import Call, Handler, addressed, existing, merged_metadata, refusal
from simulator.billing.charges import Attempt, capture, captured_amount, new_charge
from simulator.billing.connect import application_of
from simulator.billing.declines import AUTHENTICATION_REQUIRED
from simulator.billing.payment_methods import from_token
from simulator.billing.sources import card_body, own_source
from simulator.billing.test_cards import card_of
from simulator.contract.errors import MissingParameter, StripeError
from simulator.engine import Obj, World

_PLAIN = (
    "application_fee_amount",
    "description",
    "on_behalf_of",
    "receipt_email",
    "shipping",
    "statement_descriptor",
    "statement_descriptor_suffix",
    "transfer_group",
)


def create(world: World, call: Call) -> Obj:
    """Charges at once; `capture=false` only authorises. A decline is a 402 whose charge stays."""
    params = call.only(*_PLAIN, "amount", "capture", "currency", "customer", "metadata", "source")
    for name in ("amount", "currency"):
        if params.get(name) is None:
            raise MissingParameter(name)
    currency = currency_of(params["currency"])
    check_chargeable(params["amount"], currency)
    with world.transaction():
        method, source = _paid_with(world, params)
        card = card_of(method)
        decline = card.decline if card else None
        if card is not None and card.authentication in ("always", "until_set_up"):
            decline = AUTHENTICATION_REQUIRED
        charge = new_charge(
            world, Attempt(_order(params, currency, world), method, world.now(), decline), source
        )
        if decline is not None:
            raise decline.error(commits=True, charge=charge["id"])
        return charge


def _paid_with(world: World, params: Mapping[str, Any]) -> tuple[Obj, Obj]:
    """The method to charge and the card to show."""
    given, customer = params.get("source"), None
    if params.get("customer"):
        customer = existing(world, "customer", params["customer"], "customer")
        given = given or customer["default_source"]
        if given is None:
            raise StripeError(
                "Cannot charge a customer that has no active card", code="missing", param="card"
            )
    if not given:
        raise refusal("Must provide source or customer.", param="source", code="parameter_missing")
    if given.startswith("card_") and customer is not None:
        own = own_source(world, customer, given)
        return existing(world, "payment_method", own, "source"), existing(
            world, "card", own, "source"
        )
    method = {**from_token(world, given, "source"), "id": world.ids.new("card")}
    world.insert(method)
    return method, card_body(method["id"], method, None)


def _order(params: Mapping[str, Any], currency: str, world: World) -> Obj:
    """What a PaymentIntent would say of the payment."""
    return {
        **{name: params.get(name) for name in _PLAIN},
        "id": None,
        "amount": params["amount"],
        "application": application_of(world),
        "capture_method": "automatic" if params.get("capture", True) else "manual",
        "currency": currency,
        "customer": params.get("customer"),
        "metadata": merged_metadata({}, params.get("metadata")),
        "transfer_data": None,
    }


def capture_call(world: World, call: Call) -> Obj:
    params = call.only("amount", "receipt_email", "statement_descriptor")
    charge = addressed(world, "charge", call.path["charge"])
    if charge["captured"]:
        raise StripeError(
            f"Charge {charge['id']} has already been captured.", code="charge_already_captured"
        )
    if charge["refunded"] or charge["status"] == "failed":
        raise StripeError(f"Charge {charge['id']} cannot be captured.")
    if charge["payment_intent"]:
        raise StripeError(
            "This Charge was created by a PaymentIntent. Capture the PaymentIntent"
            f" {charge['payment_intent']} instead."
        )
    shown = {key: params[key] for key in ("receipt_email", "statement_descriptor") if key in params}
    return capture(world, charge, captured_amount(charge, params, "amount"), shown, world.now())


HANDLERS: dict[str, Handler] = {
    "POST /v1/charges": create,
    "POST /v1/charges/{charge}/capture": capture_call,
}
