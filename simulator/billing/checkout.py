"""Checkout Sessions in subscription mode: sold on a hosted page, told by events.

docs.stripe.com/api/checkout/sessions and payments/checkout/fulfillment; default body: recorded
traffic. Nothing is created before the customer pays; a declined card leaves the session open. On
completion the card becomes the subscription's default payment method, and
`checkout.session.completed` comes before `customer.subscription.created` (publicly posted `stripe
listen` logs).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote

from simulator.billing.call import (
    Call,
    Embedded,
    Handler,
    Listing,
    addressed,
    existing,
    merged_metadata,
    not_simulated,
    refusal,
    simulates,
    unset,
)
from simulator.billing.checkout_defaults import session_defaults
from simulator.billing.customers import new_customer
from simulator.billing.lines import described
from simulator.billing.orders import CREATED
from simulator.billing.payment_methods import attach, from_input
from simulator.billing.signups import ItemSpec, Signup, subscribe
from simulator.billing.subscriptions import billing_mode, specs, trial_end
from simulator.billing.test_cards import CardInput
from simulator.billing.timelines import time_of
from simulator.billing.urls import absolute_url
from simulator.contract.errors import MissingParameter, StripeError
from simulator.engine import DAY, MINUTE, Obj, World

KIND = "checkout.session"
PLACEHOLDER = "{CHECKOUT_SESSION_ID}"
_SUBSCRIPTION_DATA = (
    "billing_mode",
    "description",
    "metadata",
    "trial_end",
    "trial_period_days",
    "trial_settings",
)


def create(world: World, call: Call) -> Obj:
    params = call.only(
        "allow_promotion_codes",
        "billing_address_collection",
        "cancel_url",
        "client_reference_id",
        "currency",
        "customer",
        "customer_email",
        "expires_at",
        "line_items",
        "locale",
        "metadata",
        "mode",
        "payment_method_collection",
        "subscription_data",
        "success_url",
        "ui_mode",
    )
    _check(params)
    now = world.now()
    items = specs(world, params.get("line_items") or [], "line_items")
    customer = None
    if params.get("customer"):
        customer = existing(world, "customer", params["customer"], "customer")
    data = simulates(params.get("subscription_data") or {}, _SUBSCRIPTION_DATA, "subscription_data")
    ends = trial_end(data, now)
    total = 0 if ends else sum(spec.price["unit_amount"] * spec.quantity for spec in items)
    expires_at = params.get("expires_at") or now + DAY
    if not now + 30 * MINUTE <= expires_at <= now + DAY:
        raise refusal(
            "The `expires_at` timestamp must be between 30 minutes and 24 hours from Checkout"
            " Session creation.",
            param="expires_at",
        )
    name = world.ids.checkout_session()
    session: Obj = {
        **session_defaults(world),
        "id": name,
        "object": KIND,
        "amount_subtotal": total,
        "amount_total": total,
        "billing_address_collection": params.get("billing_address_collection"),
        "cancel_url": unset(params.get("cancel_url")),
        "client_reference_id": params.get("client_reference_id"),
        "created": now,
        "currency": items[0].price["currency"],
        "customer": customer["id"] if customer else None,
        "customer_creation": None if customer else "always",
        "customer_details": _details(customer, params),
        "customer_email": params.get("customer_email"),
        "expires_at": expires_at,
        "locale": params.get("locale"),
        "metadata": merged_metadata({}, params.get("metadata")),
        "mode": "subscription",
        "payment_method_collection": params.get("payment_method_collection", "always"),
        "success_url": params["success_url"],
        "url": f"{world.settings.public_url}/c/pay/{name}",
    }
    with world.transaction():
        world.keep(name, items=items, data=dict(data))
        world.schedule(expires_at, "checkout.expire", name)
        return world.insert(session)


def _check(params: Mapping[str, Any]) -> None:
    mode = params.get("mode")
    if not mode:
        raise MissingParameter("mode")
    if mode != "subscription":
        raise not_simulated(f"Checkout in {mode} mode", param="mode")
    if params.get("ui_mode", "hosted_page") != "hosted_page":
        raise not_simulated(f"ui_mode={params['ui_mode']}", param="ui_mode")
    if params.get("allow_promotion_codes"):
        raise not_simulated("promotion codes", param="allow_promotion_codes")
    if not params.get("success_url"):
        raise MissingParameter("success_url")
    for name in ("success_url", "cancel_url"):
        if params.get(name):
            absolute_url(params[name].replace(PLACEHOLDER, "id"), name)
    if params.get("customer") and params.get("customer_email"):
        raise refusal(
            "You may only specify one of these parameters: customer, customer_email.",
            param="customer",
        )


def _details(customer: Obj | None, params: Mapping[str, Any]) -> Obj | None:
    email = customer["email"] if customer else params.get("customer_email")
    if email is None:
        return None
    return {
        "address": None,
        "business_name": None,
        "email": email,
        "individual_name": None,
        "name": None,
        "phone": None,
        "tax_exempt": "none",
        "tax_ids": None,
    }


def complete(
    world: World,
    session_id: str,
    card: CardInput,
    email: str | None = None,
    name: str | None = None,
) -> Obj:
    """The customer pays on the page: customer, card, subscription and first invoice in one
    transaction.

    Raises the `CardError` to show if the card is refused; then nothing has happened and the session
    stays open.
    """
    session = addressed(world, KIND, session_id)
    if session["status"] != "open":
        raise StripeError(f"This Checkout Session is {session['status']} and cannot be paid.")
    with world.transaction(CREATED):
        customer = _buyer(world, session, email, name)
        details = {"email": customer["email"], "name": name or customer["name"]}
        method = attach(world, from_input(world, card, details), customer["id"])
        subscription = _subscribe(world, session, customer, method["id"])
        return world.change(
            KIND,
            session_id,
            {
                "customer": customer["id"],
                "customer_details": {
                    **(session["customer_details"] or _details(customer, {}) or {}),
                    "email": customer["email"],
                    "name": name or customer["name"],
                },
                "invoice": subscription["latest_invoice"],
                "payment_status": "no_payment_required" if subscription["trial_end"] else "paid",
                "status": "complete",
                "subscription": subscription["id"],
                "url": None,
            },
            "checkout.session.completed",
        )


def _buyer(world: World, session: Obj, email: str | None, name: str | None) -> Obj:
    """The session's customer, or a new one: without one, every purchase makes another."""
    if session["customer"]:
        return existing(world, "customer", session["customer"], "customer")
    address = session["customer_email"] or email
    if not address:
        raise StripeError("Enter an email address.", param="email")
    return world.insert(new_customer(world, email=address, name=name), "customer.created")


def _subscribe(world: World, session: Obj, customer: Obj, method: str) -> Obj:
    kept = world.kept(session["id"])
    data, items = kept["data"], kept["items"]
    current = [ItemSpec(world.get("price", s.price["id"]) or s.price, s.quantity) for s in items]
    fields: Obj = {
        "default_payment_method": method,
        "metadata": merged_metadata({}, data.get("metadata")),
        "description": data.get("description"),
        "payment_settings": {
            "payment_method_options": None,
            "payment_method_types": None,
            "save_default_payment_method": "off",
        },
    }
    return subscribe(
        world,
        Signup(
            customer=customer,
            items=current,
            billing_mode=billing_mode(data),
            payment_behavior="error_if_incomplete",
            trial_end=trial_end(data, time_of(world, customer)),
            fields=fields,
        ),
    )


def success_url(world: World, session: Obj) -> str:
    """Where the browser goes after paying, with `{CHECKOUT_SESSION_ID}` filled in."""
    return str(session["success_url"]).replace(PLACEHOLDER, quote(session["id"]))


def cancel_url(world: World, session: Obj) -> str | None:
    """Where the way back leads, or `None` when there is none."""
    url = session["cancel_url"]
    return url.replace(PLACEHOLDER, quote(session["id"])) if url else None


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


def list_line_items(world: World, call: Call) -> Embedded:
    call.only()
    session = addressed(world, KIND, call.path["session"], "session")
    return Embedded(tuple(_line_items(world, session)))


def _line_items(world: World, session: Obj) -> list[Obj]:
    """What is sold, as `item` objects; their ids are made once, at creation."""
    lines = []
    for position, spec in enumerate(world.kept(session["id"])["items"]):
        amount = spec.price["unit_amount"] * spec.quantity
        lines.append(
            {
                "id": f"li_1{session['id'][-22:]}{position}",
                "object": "item",
                "amount_discount": 0,
                "amount_subtotal": amount,
                "amount_tax": 0,
                "amount_total": amount,
                "currency": spec.price["currency"],
                "description": described(world, spec.price, spec.quantity).split(" (at ")[0],
                "price": spec.price,
                "quantity": spec.quantity,
            }
        )
    return lines


def _included_line_items(world: World, session: Obj) -> Obj:
    return {
        "object": "list",
        "data": _line_items(world, session),
        "has_more": False,
        "url": f"/v1/checkout/sessions/{session['id']}/line_items",
    }


INCLUDABLE: dict[str, Callable[[World, Obj], Any]] = {"line_items": _included_line_items}

HANDLERS: dict[str, Handler] = {
    "POST /v1/checkout/sessions": create,
    "GET /v1/checkout/sessions": list_all,
    "GET /v1/checkout/sessions/{session}": retrieve,
    "POST /v1/checkout/sessions/{session}/expire": expire,
    "GET /v1/checkout/sessions/{session}/line_items": list_line_items,
}
