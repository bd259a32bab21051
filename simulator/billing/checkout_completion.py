"""The customer pays, subscribes or saves a card on the Checkout page.

docs.stripe.com/payments/checkout/fulfillment. A subscription: customer, card, subscription and
first invoice; a payment: a PaymentIntent; a set-up: the session's SetupIntent. All of it is one
transaction: a refused card leaves nothing behind and the session open, which for payments is our
simplification.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from simulator.billing.call import addressed, existing, merged_metadata
from simulator.billing.checkout_carts import NOBODY, Cart, sums_today, with_discount
from simulator.billing.customers import new_customer
from simulator.billing.discounts import Holder, redeem
from simulator.billing.intent_parameters import new_intent
from simulator.billing.orders import CREATED, PURCHASED, SAVED_BY_CHECKOUT
from simulator.billing.payment_methods import attach, from_input
from simulator.billing.payments import Session, attempt
from simulator.billing.promotion_codes import by_code
from simulator.billing.setup_intents import set_up
from simulator.billing.signups import ItemSpec, Signup, subscribe
from simulator.billing.subscriptions import billing_mode
from simulator.billing.test_cards import CardInput, typed
from simulator.billing.timelines import time_of
from simulator.billing.trials import trial_end, trial_settings
from simulator.contract.errors import CardError, StripeError
from simulator.engine import Obj, World

KIND = "checkout.session"
_ORDERS = {"payment": PURCHASED, "setup": SAVED_BY_CHECKOUT, "subscription": CREATED}


@dataclass(frozen=True, slots=True)
class Buyer:
    """Who pays: what they typed beside the card, and what their bank heard from them.

    `authenticated` is the answer to 3D Secure, `None` while nobody asked.
    """

    email: str | None = None
    name: str | None = None
    promotion_code: str | None = None
    authenticated: bool | None = None


class HolderWanted(CardError):
    """The bank wants its customer to confirm before the payment goes on. Nothing has happened."""

    def __init__(self) -> None:
        super().__init__(
            "Your bank wants you to confirm this payment.", code="authentication_required"
        )


def complete(
    world: World,
    session_id: str,
    card: CardInput,
    email: str | None = None,
    name: str | None = None,
    *,
    promotion_code: str | None = None,
    authenticated: bool | None = None,
) -> Obj:
    """Carry out what the session is for and emit `checkout.session.completed`.

    Raises the `CardError` to show if the card is refused, `HolderWanted` if the bank has to be
    answered first; then nothing has happened and the session stays open.
    """
    session = addressed(world, KIND, session_id)
    if session["status"] != "open":
        raise StripeError(f"This Checkout Session is {session['status']} and cannot be paid.")
    _check_holder(card, authenticated)
    buyer = Buyer(email, name, promotion_code, authenticated)
    with world.transaction(_ORDERS[session["mode"]]):
        customer = _customer(world, session, buyer)
        who = customer or {"id": None, "email": session["customer_email"] or email, "name": name}
        details = {"email": who["email"], "name": name or who["name"]}
        method = from_input(world, card, details)
        done = _CARRY_OUT[session["mode"]](world, session, customer, method, buyer)
        shown = {
            **(session["customer_details"] or blank_details(who["email"])),
            "email": who["email"],
            "name": name or who["name"],
        }
        finished = {
            "customer": customer["id"] if customer else None,
            "customer_details": shown,
            "status": "complete",
            "url": None,
            **done,
        }
        return world.change(KIND, session_id, finished, "checkout.session.completed")


def _check_holder(card: CardInput, authenticated: bool | None) -> None:
    """Banks are asked on the page, before anything happens."""
    if typed(card.number).authentication == "never":
        return
    if authenticated is None:
        raise HolderWanted
    if not authenticated:
        raise CardError(
            "We are unable to authenticate your payment method. Please choose a different payment"
            " method and try again.",
            code="payment_intent_authentication_failure",
        )


def blank_details(email: str | None) -> Obj:
    """`customer_details` before anything but an address is known."""
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


def _customer(world: World, session: Obj, buyer: Buyer) -> Obj | None:
    """The session's customer, or a new one: without one, every purchase makes another.

    A payment whose customer is made only if required stays a guest's.
    """
    if session["customer"]:
        customer = existing(world, "customer", session["customer"], "customer")
        return _updated(world, session, customer, buyer)
    address = session["customer_email"] or buyer.email
    if not address and session["mode"] != "setup":
        raise StripeError("Enter an email address.", param="email")
    saves = world.kept(session["id"])["data"].get("setup_future_usage")
    if session["mode"] == "setup" and session["customer_creation"] != "always":
        return None
    if session["customer_creation"] == "if_required" and not saves:
        return None
    return world.insert(new_customer(world, email=address, name=buyer.name), "customer.created")


def _updated(world: World, session: Obj, customer: Obj, buyer: Buyer) -> Obj:
    """The customer with what `customer_update` lets them change: of its fields, the page asks for
    the name alone.
    """
    asked = world.kept(session["id"])["customer_update"].get("name") == "auto"
    if not asked or buyer.name in (None, customer["name"]):
        return customer
    return world.change("customer", customer["id"], {"name": buyer.name}, "customer.updated")


def _discount_entry(world: World, session: Obj, customer: Obj | None, buyer: Buyer) -> Obj | None:
    """The one entry of `discounts`: the session's, or the code that the customer typed."""
    entry: Obj | None = world.kept(session["id"]).get("discount")
    if buyer.promotion_code and session["allow_promotion_codes"]:
        code = by_code(world, buyer.promotion_code, customer["id"] if customer else None)
        return {"promotion_code": code["id"]}
    return entry


def _totals(world: World, session: Obj, customer: Obj | None, entry: Obj | None) -> Obj:
    """The sums again, now that the code is known."""
    kept, who = world.kept(session["id"]), customer or NOBODY
    cart: Cart = kept["cart"]
    world.keep(session["id"], cart=with_discount(world, cart, entry, who, "discounts[0]"))
    shown = {"coupon": None, "promotion_code": None, **(entry or {})}
    return {
        **sums_today(world, cart, entry, who, trial=kept["trial"]),
        "discounts": [shown] if entry else [],
    }


def _subscribe(world: World, session: Obj, customer: Obj | None, method: Obj, buyer: Buyer) -> Obj:
    assert customer is not None
    kept = world.kept(session["id"])
    cart: Cart = kept["cart"]
    data: Mapping[str, Any] = kept["data"]
    entry = _discount_entry(world, session, customer, buyer)
    totals = _totals(world, session, customer, entry)
    attached = attach(world, method, customer["id"])
    items = [
        ItemSpec(world.get("price", spec.price["id"]) or spec.price, spec.quantity)
        for spec in cart.recurring
    ]
    once = [{"price": spec.price["id"], "quantity": spec.quantity} for spec in cart.one_off]
    fields: Obj = {
        "default_payment_method": attached["id"],
        "metadata": merged_metadata({}, data.get("metadata")),
        "description": data.get("description"),
        "payment_settings": {
            "payment_method_options": None,
            "payment_method_types": None,
            "save_default_payment_method": "off",
        },
    }
    if data.get("trial_settings"):
        fields["trial_settings"] = trial_settings(data["trial_settings"])
    subscription = subscribe(
        world,
        Signup(
            customer=customer,
            items=items,
            billing_mode=billing_mode(data),
            payment_behavior="error_if_incomplete",
            trial_end=trial_end(data, time_of(world, customer)),
            session=Session(authenticated=bool(buyer.authenticated)),
            added=once,
            discounts=[entry] if entry else (),
            fields=fields,
        ),
    )
    later = subscription["trial_end"] or subscription["latest_invoice"] is None
    waits = later and not totals["amount_total"]
    return {
        **totals,
        "invoice": subscription["latest_invoice"],
        "payment_status": "no_payment_required" if waits else "paid",
        "subscription": subscription["id"],
    }


def _purchase(world: World, session: Obj, customer: Obj | None, method: Obj, buyer: Buyer) -> Obj:
    """One payment of everything in the cart; free carts need none."""
    data: Mapping[str, Any] = world.kept(session["id"])["data"]
    entry = _discount_entry(world, session, customer, buyer)
    totals = _totals(world, session, customer, entry)
    if entry is not None:
        fields = {"checkout_session": session["id"]}
        holder = Holder(
            customer or NOBODY, world.now(), session["currency"], session["amount_subtotal"], fields
        )
        redeem(world, entry, holder, "discounts[0]")
    if not totals["amount_total"]:
        return {**totals, "payment_status": "no_payment_required"}
    asked = {**data, "amount": totals["amount_total"], "currency": session["currency"]}
    if customer is not None:
        asked["customer"] = customer["id"]
    held = world.insert(method)
    intent = {**new_intent(world, asked), "payment_method": held["id"]}
    world.insert(intent, "payment_intent.created")
    answered = Session(authenticated=bool(buyer.authenticated))
    outcome = attempt(world, intent, held, world.now(), answered)
    if outcome.decline is not None:
        raise outcome.decline.error(param="", payment_intent=outcome.intent)
    return {
        **totals,
        "payment_intent": outcome.intent["id"],
        "payment_status": "paid" if outcome.paid else "unpaid",
    }


def _set_up(world: World, session: Obj, customer: Obj | None, method: Obj, buyer: Buyer) -> Obj:
    """The session's own SetupIntent saves the card; it becomes no default by itself."""
    intent = addressed(world, "setup_intent", session["setup_intent"], "setup_intent")
    if customer is not None and intent["customer"] is None:
        intent = world.change("setup_intent", intent["id"], {"customer": customer["id"]})
    if customer is None:
        world.insert(method)
    set_up(world, customer or NOBODY, method, intent)
    return {}


_CARRY_OUT = {"payment": _purchase, "setup": _set_up, "subscription": _subscribe}
