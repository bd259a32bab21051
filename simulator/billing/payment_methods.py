"""Payment methods: cards that are made, attached and detached
(docs.stripe.com/api/payment_methods).

Attaching a ready-made method such as `pm_card_visa` makes a new one each time, and a declining card
cannot be attached at all, except the `chargeCustomerFail` family (recorded traffic:
stripe_handles_card_declined).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

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
from simulator.billing.other_methods import REUSABLE, fingerprint, own_hash
from simulator.billing.test_cards import CardInput, TestCard, card_of, named, typed
from simulator.contract.errors import CardError, NoSuchObject
from simulator.engine import Obj, World

_EMPTY_BILLING_DETAILS: Obj = {
    "address": {
        "city": None,
        "country": None,
        "line1": None,
        "line2": None,
        "postal_code": None,
        "state": None,
    },
    "email": None,
    "name": None,
    "phone": None,
    "tax_id": None,
}


def new_card(
    world: World,
    card: TestCard,
    *,
    exp_month: int | None = None,
    exp_year: int | None = None,
    details: Obj | None = None,
) -> Obj:
    """A card payment method with Stripe's defaults, not yet held by the World."""
    today = datetime.fromtimestamp(world.now(), UTC)
    return {
        **_plain(world, "card"),
        "billing_details": _billing_details(_EMPTY_BILLING_DETAILS, details or {}),
        "card": {
            "brand": card.brand,
            "checks": {
                "address_line1_check": None,
                "address_postal_code_check": None,
                "cvc_check": "pass",
            },
            "country": card.country,
            "display_brand": card.brand,
            "exp_month": exp_month or today.month,
            "exp_year": exp_year or today.year + 1,
            "fingerprint": fingerprint(world, card.number),
            "funding": card.funding,
            "generated_from": None,
            "last4": card.last4,
            "networks": {"available": [card.brand], "preferred": None},
            "regulated_status": "unregulated",
            "three_d_secure_usage": {"supported": True},
            "wallet": None,
        },
    }


def _plain(world: World, kind: str) -> Obj:
    """What methods of every type say."""
    return {
        "id": world.ids.new("pm"),
        "object": "payment_method",
        "allow_redisplay": "unspecified",
        "created": world.now(),
        "customer": None,
        "customer_account": None,
        "livemode": False,
        "metadata": {},
        "type": kind,
    }


def _billing_details(old: Obj, given: Mapping[str, Any]) -> Obj:
    """`given` over `old`, the address part by part; an empty value unsets."""
    new = {name: unset(value) for name, value in given.items() if name != "address"}
    address = given.get("address") or {}
    parts = {name: unset(value) for name, value in address.items()}
    empty = _EMPTY_BILLING_DETAILS["address"]
    kept = empty if given.get("address") == "" else old["address"]
    return {**old, **new, "address": {**kept, **parts}}


def from_input(world: World, given: CardInput, details: Obj | None = None) -> Obj:
    """A payment method from what somebody typed; a `CardError` says what is wrong with it."""
    card = typed(given.number)
    today = datetime.fromtimestamp(world.now(), UTC)
    if not 1 <= given.exp_month <= 12:
        raise CardError(
            "Your card's expiration month is invalid.",
            code="invalid_expiry_month",
            param="exp_month",
        )
    year = given.exp_year + 2000 if given.exp_year < 100 else given.exp_year
    if (year, given.exp_month) < (today.year, today.month):
        raise CardError(
            "Your card's expiration year is invalid.", code="invalid_expiry_year", param="exp_year"
        )
    if not (given.cvc.isascii() and given.cvc.isdigit() and len(given.cvc) in (3, 4)):
        raise CardError("Your card's security code is invalid.", code="invalid_cvc", param="cvc")
    return new_card(world, card, exp_month=given.exp_month, exp_year=year, details=details)


def resolve(world: World, name: str, param: str, *, in_path: bool = False) -> Obj:
    """The method with that id, or a new one for a ready-made name such as `pm_card_visa`.

    The new one is not held by the World yet.
    """
    card = named(name) if name.startswith("pm_card_") else None
    if card is not None:
        return new_card(world, card)
    held = world.get("payment_method", name)
    if held is None:
        raise NoSuchObject("payment_method", name, param, in_path=in_path)
    return held


def attach(world: World, method: Obj, customer: str) -> Obj:
    """Attach to a customer; a card that Stripe would decline on saving raises its `CardError`."""
    if method["customer"] == customer:
        return method
    if method["customer"] is not None:
        raise refusal(
            "The payment method you provided has already been attached to a customer.",
            param="payment_method",
        )
    card = card_of(method)
    if card is None and method["type"] not in REUSABLE:
        # Stripe documents which types can be saved; the words are ours.
        raise refusal(
            f"Payment methods of type `{method['type']}` cannot be attached to a customer.",
            param="payment_method",
        )
    if card is not None and card.decline is not None and not card.attaches:
        raise card.decline.error(param="")
    attached = {"customer": customer}
    if world.get("payment_method", method["id"]) is None:
        return world.insert({**method, **attached}, "payment_method.attached")
    return world.change("payment_method", method["id"], attached, "payment_method.attached")


def create(world: World, call: Call) -> Obj:
    return world.insert(made_of(world, call.params, ""))


def made_of(world: World, params: Mapping[str, Any], under: str = "payment_method_data") -> Obj:
    """A new method, not held by the World, from the parameters of `POST /v1/payment_methods`.

    `under` is the bracket path they stand in, for refusals.
    """
    kind = params.get("type", "card")
    given = {key: value for key, value in params.items() if key not in ("radar_options", kind)}
    simulates(given, ("type", "card", "billing_details", "metadata", "allow_redisplay"), under)
    if kind == "card":
        method = _card_of(world, params)
    else:
        details = _billing_details(_EMPTY_BILLING_DETAILS, params.get("billing_details") or {})
        method = {
            **_plain(world, kind),
            "billing_details": details,
            kind: own_hash(world, kind, params),
        }
    return {
        **method,
        "metadata": merged_metadata({}, params.get("metadata")),
        "allow_redisplay": params.get("allow_redisplay", "unspecified"),
    }


def _card_of(world: World, params: Mapping[str, Any]) -> Obj:
    given = simulates(
        params.get("card") or {},
        ("token", "number", "exp_month", "exp_year", "cvc", "networks"),
        "card",
    )
    details = params.get("billing_details")
    if given.get("token"):
        return from_token(world, given["token"], "card[token]", details)
    if given.get("number"):
        typed_card = CardInput(
            given["number"],
            given.get("exp_month", 0),
            given.get("exp_year", 0),
            given.get("cvc", "123"),
        )
        return from_input(world, typed_card, details)
    raise refusal(
        "Missing required param: card[number].", param="card[number]", code="parameter_missing"
    )


def from_token(world: World, token: str, param: str, details: Obj | None = None) -> Obj:
    """The card behind `tok_visa`, or behind a token that was made; not held by the World yet."""
    card = named(token) if token.startswith("tok_") else None
    if card is not None:
        return new_card(world, card, details=details)
    made = world.get("token", token)
    if made is None:
        raise NoSuchObject("token", token, param)
    if made["used"]:
        raise refusal(
            f"You cannot use a Stripe token more than once: {token}.",
            param=param,
            code="token_already_used",
        )
    world.change("token", token, {"used": True})
    number = world.kept(token)["number"]
    face = made["card"]
    return new_card(
        world,
        typed(number),
        exp_month=face["exp_month"],
        exp_year=face["exp_year"],
        details=details,
    )


def retrieve(world: World, call: Call) -> Obj:
    call.only()
    return addressed(world, "payment_method", call.path["payment_method"], "payment_method")


def update(world: World, call: Call) -> Obj:
    params = call.only("metadata", "billing_details", "allow_redisplay", "card")
    method = addressed(world, "payment_method", call.path["payment_method"], "payment_method")
    changes: Obj = {}
    if "metadata" in params:
        changes["metadata"] = merged_metadata(method["metadata"], params["metadata"])
    if "allow_redisplay" in params:
        changes["allow_redisplay"] = params["allow_redisplay"]
    if "billing_details" in params:
        changes["billing_details"] = _billing_details(
            method["billing_details"], params["billing_details"]
        )
    if "card" in params:
        card = simulates(params["card"], ("exp_month", "exp_year"), "card")
        changes["card"] = {**method["card"], **card}
    return world.change("payment_method", method["id"], changes, "payment_method.updated")


def attach_call(world: World, call: Call) -> Obj:
    params = call.only("customer")
    method = resolve(world, call.path["payment_method"], "payment_method", in_path=True)
    customer = params.get("customer")
    if not customer:
        raise refusal(
            "Missing required param: customer.", param="customer", code="parameter_missing"
        )
    existing(world, "customer", customer, "customer")
    return attach(world, method, customer)


def detach(world: World, call: Call) -> Obj:
    """Detaches; wherever the method was a default, the default becomes null."""
    call.only()
    method = addressed(world, "payment_method", call.path["payment_method"], "payment_method")
    customer = method["customer"]
    if customer is None:
        raise refusal(
            "The payment method you provided is not attached to a customer so detachment is"
            " impossible."
        )
    with world.transaction():
        detached = world.change(
            "payment_method", method["id"], {"customer": None}, "payment_method.detached"
        )
        _forget_default(world, customer, method["id"])
    return detached


def _forget_default(world: World, customer: str, method: str) -> None:
    held = world.get("customer", customer)
    if held and held["invoice_settings"]["default_payment_method"] == method:
        settings = {**held["invoice_settings"], "default_payment_method": None}
        world.change("customer", customer, {"invoice_settings": settings}, "customer.updated")
    for subscription in world.find("subscription", "customer", customer):
        if subscription["default_payment_method"] == method:
            world.change(
                "subscription",
                subscription["id"],
                {"default_payment_method": None},
                "customer.subscription.updated",
            )


def list_all(world: World, call: Call) -> Listing:
    params = call.only("customer", "type", "allow_redisplay")
    customer = params.get("customer")
    if not customer:
        raise refusal(
            "Missing required param: customer.", param="customer", code="parameter_missing"
        )
    existing(world, "customer", customer, "customer")
    return _of_customer(customer, params)


def list_of_customer(world: World, call: Call) -> Listing:
    params = call.only("type", "allow_redisplay")
    customer = addressed(world, "customer", call.path["customer"], "customer")
    return _of_customer(customer["id"], params)


def retrieve_of_customer(world: World, call: Call) -> Obj:
    call.only()
    customer = addressed(world, "customer", call.path["customer"], "customer")
    method = addressed(world, "payment_method", call.path["payment_method"], "payment_method")
    if method["customer"] != customer["id"]:
        raise NoSuchObject("payment_method", method["id"], "payment_method", in_path=True)
    return method


def _of_customer(customer: str, params: Any) -> Listing:
    wanted = {key: value for key, value in params.items() if key in ("type", "allow_redisplay")}
    return Listing(
        "payment_method",
        "customer",
        customer,
        lambda method: all(method[key] == value for key, value in wanted.items()),
    )


def own_method(world: World, customer: str, name: str) -> str:
    """The id of a payment method, if it is attached to this customer."""
    method = existing(world, "payment_method", name, "default_payment_method")
    if method["customer"] != customer:
        raise refusal(
            f"The customer does not have a payment method with the ID {name}. The payment method"
            " must be attached to the customer.",
            param="default_payment_method",
            code="resource_missing",
        )
    return name


def default_of(world: World, subscription: Obj | None, customer: str) -> Obj | None:
    """The method an invoice is charged to: the subscription's own, then the customer's default.

    docs.stripe.com/billing/subscriptions/payment-methods-setting#payment-method-priority
    """
    held = world.get("customer", customer)
    assert held is not None
    own = subscription or {}
    name = (
        own.get("default_payment_method")
        or own.get("default_source")
        or held["invoice_settings"]["default_payment_method"]
        or held["default_source"]
    )
    return world.get("payment_method", name) if name else None


HANDLERS: dict[str, Handler] = {
    "POST /v1/payment_methods": create,
    "GET /v1/payment_methods": list_all,
    "GET /v1/payment_methods/{payment_method}": retrieve,
    "POST /v1/payment_methods/{payment_method}": update,
    "POST /v1/payment_methods/{payment_method}/attach": attach_call,
    "POST /v1/payment_methods/{payment_method}/detach": detach,
    "GET /v1/customers/{customer}/payment_methods": list_of_customer,
    "GET /v1/customers/{customer}/payment_methods/{payment_method}": retrieve_of_customer,
}
