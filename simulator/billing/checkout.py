"""Checkout Sessions: sold on a hosted page, told by events.

docs.stripe.com/api/checkout/sessions; default bodies: recorded traffic (checkout_setup_session for
mode `setup`). What happens when the customer pays is in `checkout_completion`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from simulator.billing import checkout_items
from simulator.billing.amounts import currency_of
from simulator.billing.call import (
    Call,
    Handler,
    Listing,
    addressed,
    existing,
    merged_metadata,
    not_simulated,
    refusal,
    simulates,
)
from simulator.billing.checkout_carts import NOBODY, cart_of, sums_today, with_discount
from simulator.billing.checkout_completion import KIND, HolderWanted, blank_details, complete
from simulator.billing.checkout_defaults import session_defaults
from simulator.billing.checkout_items import included_breakdown, included_line_items, keep_items
from simulator.billing.checkout_pages import PAGE_PARAMETERS, check_page, page_fields
from simulator.billing.payment_method_options import (
    SAVED_BY_CHECKOUT,
    checkout_options,
    configuration_details,
    offered,
)
from simulator.billing.setup_bodies import setup_body
from simulator.billing.trials import trial_end
from simulator.contract.errors import MissingParameter, StripeError
from simulator.engine import DAY, MINUTE, Obj, World

__all__ = ["HANDLERS", "INCLUDABLE", "KIND", "HolderWanted", "complete"]

_SUBSCRIPTION_DATA = (
    "billing_mode",
    "description",
    "metadata",
    "trial_end",
    "trial_period_days",
    "trial_settings",
)
_PAYMENT_DATA = (
    "application_fee_amount",
    "capture_method",
    "description",
    "metadata",
    "on_behalf_of",
    "receipt_email",
    "setup_future_usage",
    "shipping",
    "statement_descriptor",
    "statement_descriptor_suffix",
    "transfer_data",
    "transfer_group",
)
_SWITCHES = ("automatic_tax", "phone_number_collection", "tax_id_collection")
"""What can be switched on at Stripe, and only be left off here."""
_DATA = {
    "payment": ("payment_intent_data", _PAYMENT_DATA),
    "setup": ("setup_intent_data", ("description", "metadata", "on_behalf_of")),
    "subscription": ("subscription_data", _SUBSCRIPTION_DATA),
}


def create(world: World, call: Call) -> Obj:
    params = call.only(
        *PAGE_PARAMETERS,
        *_SWITCHES,
        "allow_promotion_codes",
        "allowed_payment_method_types",
        "billing_address_collection",
        "client_reference_id",
        "currency",
        "customer",
        "customer_creation",
        "customer_email",
        "customer_update",
        "discounts",
        "expires_at",
        "line_items",
        "locale",
        "metadata",
        "mode",
        "payment_intent_data",
        "payment_method_collection",
        "payment_method_types",
        "setup_intent_data",
        "submit_type",
        "subscription_data",
    )
    _check(params)
    customer = None
    if params.get("customer"):
        customer = existing(world, "customer", params["customer"], "customer")
    name, mode = world.ids.checkout_session(), params["mode"]
    if mode == "setup":
        name = name.replace("cs_test_a1", "cs_test_c1")
    field, simulated = _DATA[mode]
    data = simulates(params.get(field) or {}, simulated, field)
    with world.transaction():
        session = {**_blank(world, name, customer, params), **_offered(world, mode, params)}
        session.update(page_fields(world, name, params, session["payment_method_types"]))
        world.keep(name, data=dict(data), customer_update=params.get("customer_update") or {})
        if mode == "setup":
            session.update(_setup(world, customer, data, params))
        else:
            session.update(_sale(world, name, customer, data, params))
        world.schedule(session["expires_at"], "checkout.expire", name)
        return world.insert(session)


def _blank(world: World, name: str, customer: Obj | None, params: Mapping[str, Any]) -> Obj:
    """What sessions of every mode say."""
    now, always = world.now(), params["mode"] == "subscription"
    expires_at = params.get("expires_at") or now + DAY
    if not now + 30 * MINUTE <= expires_at <= now + DAY:
        raise refusal(
            "The `expires_at` timestamp must be between 30 minutes and 24 hours from Checkout"
            " Session creation.",
            param="expires_at",
        )
    created = params.get("customer_creation") or ("always" if always else "if_required")
    return {
        **session_defaults(world),
        "id": name,
        "object": KIND,
        "billing_address_collection": params.get("billing_address_collection"),
        "client_reference_id": params.get("client_reference_id"),
        "created": now,
        "customer": customer["id"] if customer else None,
        "customer_creation": None if customer else created,
        "customer_details": _details(customer, params),
        "customer_email": params.get("customer_email"),
        "expires_at": expires_at,
        "locale": params.get("locale"),
        "metadata": merged_metadata({}, params.get("metadata")),
        "mode": params["mode"],
    }


def _sale(
    world: World,
    name: str,
    customer: Obj | None,
    data: Mapping[str, Any],
    params: Mapping[str, Any],
) -> Obj:
    """The fields of a session that sells: the cart, its discount and what is due today."""
    cart = cart_of(world, params)
    given = params.get("discounts") or []
    if len(given) > 1 or (given and params.get("allow_promotion_codes")):
        raise refusal(
            "You may only specify one discount, and none together with `allow_promotion_codes`.",
            param="discounts",
        )
    entry = dict(given[0]) if given else None
    cart = with_discount(world, cart, entry, customer or NOBODY, "discounts[0]")
    always = params["mode"] == "subscription"
    trial = always and trial_end(data, world.now()) is not None
    world.keep(name, cart=cart, discount=entry, trial=trial)
    keep_items(world, name, cart)
    return {
        **sums_today(world, cart, entry, customer or NOBODY, trial=trial),
        "allow_promotion_codes": params.get("allow_promotion_codes"),
        "currency": cart.currency,
        "discounts": [{"coupon": None, "promotion_code": None, **entry}] if entry else [],
        "invoice_creation": None if always else _INVOICE_CREATION,
        "payment_method_collection": params.get(
            "payment_method_collection", "always" if always else "if_required"
        ),
        "submit_type": params.get("submit_type"),
    }


_INVOICE_CREATION: Obj = {
    "enabled": False,
    "invoice_data": {
        "account_tax_ids": None,
        "custom_fields": None,
        "description": None,
        "footer": None,
        "issuer": None,
        "metadata": {},
        "rendering_options": None,
    },
}


def _setup(
    world: World, customer: Obj | None, data: Mapping[str, Any], params: Mapping[str, Any]
) -> Obj:
    """The fields of a session that saves a card (recorded traffic: checkout_setup_session)."""
    types = [kind for kind in offered(world) if kind in SAVED_BY_CHECKOUT]
    named = params.get("payment_method_types") or types
    intent: Obj = {
        **setup_body(world, {"payment_method_types": named, **data}),
        "customer": customer["id"] if customer else None,
        "description": data.get("description"),
        "metadata": merged_metadata({}, data.get("metadata")),
    }
    world.insert(intent, "setup_intent.created")
    details = _details(customer, params)
    currency = params.get("currency")
    return {
        "adaptive_pricing": {"enabled": False},
        "amount_subtotal": None,
        "amount_total": None,
        "currency": currency_of(currency) if currency else None,
        "customer_details": {**details, "tax_exempt": None} if details else None,
        "discounts": None,
        "payment_method_collection": "always",
        "payment_method_configuration_details": configuration_details(world),
        "payment_status": "no_payment_required",
        "saved_payment_method_options": None,
        "setup_intent": intent["id"],
        "total_details": None,
    }


def _offered(world: World, mode: str, params: Mapping[str, Any]) -> Obj:
    """The payment methods to choose from: those asked for (`payment_method_types`, a parameter of
    versions before 2026-09-30.endive), or those of the account that are allowed.
    """
    named, allowed = params.get("payment_method_types"), params.get("allowed_payment_method_types")
    types = list(world.settings.payment_method_types)
    if mode != "subscription":
        types = offered(world)
    if mode == "setup":
        types = [kind for kind in types if kind in SAVED_BY_CHECKOUT]
    fields: Obj = {}
    if named:
        types = list(named)
    elif allowed:
        types = [kind for kind in types if kind in allowed]
        fields = {"allowed_payment_method_types": list(allowed)}
    return {
        **fields,
        "payment_method_options": checkout_options(types),
        "payment_method_types": types,
    }


def _check(params: Mapping[str, Any]) -> None:
    mode = params.get("mode")
    if not mode:
        raise MissingParameter("mode")
    check_page(params)
    for name in _SWITCHES:
        if (params.get(name) or {}).get("enabled"):
            raise not_simulated(f"{name} in Checkout", param=f"{name}[enabled]")
        simulates(params.get(name) or {}, ("enabled",), name)
    if params.get("customer") and params.get("customer_email"):
        raise refusal(
            "You may only specify one of these parameters: customer, customer_email.",
            param="customer",
        )
    if params.get("customer_update") and not params.get("customer"):
        raise refusal(
            "`customer_update` can only be used with `customer`.", param="customer_update"
        )
    for other, (field, _) in _DATA.items():
        if other != mode and params.get(field):
            raise refusal(f"You can not pass `{field}` in `{mode}` mode.", param=field)
    if mode == "setup" and params.get("line_items"):
        raise refusal("You can not pass `line_items` in `setup` mode.", param="line_items")


def _details(customer: Obj | None, params: Mapping[str, Any]) -> Obj | None:
    email = customer["email"] if customer else params.get("customer_email")
    return None if email is None else blank_details(email)


def find_session(world: World, session_id: str) -> Obj | None:
    return world.get(KIND, session_id)


def retrieve(world: World, call: Call) -> Obj:
    call.only()
    return addressed(world, KIND, call.path["session"], "session")


def list_all(world: World, call: Call) -> Listing:
    params = call.only("customer", "customer_details", "subscription", "status", "created")
    status, buyer = params.get("status"), params.get("customer_details") or {}

    def keep(session: Obj) -> bool:
        email = (session["customer_details"] or {}).get("email")
        return (not status or session["status"] == status) and (
            not buyer or email == buyer.get("email")
        )

    for name in ("subscription", "customer"):
        if params.get(name):
            return Listing(KIND, name, params[name], keep)
    return Listing(KIND, keep=keep)


def expire(world: World, call: Call) -> Obj:
    call.only()
    session = addressed(world, KIND, call.path["session"], "session")
    if session["status"] != "open":
        raise StripeError(
            'Only Checkout Sessions with a status in ["open"] can be expired. This Checkout'
            f" Session has a status of {session['status']}."
        )
    return _expired(world, session)


def expire_unpaid(world: World, name: str) -> None:
    """Duty `checkout.expire`: a session that nobody paid ends at `expires_at`."""
    session = world.get(KIND, name)
    if session is not None and session["status"] == "open":
        _expired(world, session)


def _expired(world: World, session: Obj) -> Obj:
    ended = {"status": "expired", "url": None}
    return world.change(KIND, session["id"], ended, "checkout.session.expired")


INCLUDABLE: dict[str, Callable[[World, Obj], Any]] = {
    "line_items": included_line_items,
    "total_details.breakdown": included_breakdown,
}

HANDLERS: dict[str, Handler] = {
    "POST /v1/checkout/sessions": create,
    "GET /v1/checkout/sessions": list_all,
    "GET /v1/checkout/sessions/{session}": retrieve,
    "POST /v1/checkout/sessions/{session}/expire": expire,
    **checkout_items.HANDLERS,
}
