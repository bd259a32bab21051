"""One attempt to pay: a PaymentIntent is confirmed with a payment method.

Whether it succeeds, is declined or wants its holder authenticated first follows from the test card
behind the payment method (docs.stripe.com/testing). Statuses:
docs.stripe.com/payments/paymentintents/lifecycle.
"""

from __future__ import annotations

from dataclasses import dataclass

from simulator.billing import authentication, requested_declines
from simulator.billing.call import not_simulated
from simulator.billing.charges import DISPUTED_AFTER, HELD_FOR, Attempt, new_charge
from simulator.billing.declines import AUTHENTICATION_REQUIRED, Decline
from simulator.billing.payment_methods import attach
from simulator.billing.test_cards import TestCard, card_of
from simulator.contract.errors import CardError
from simulator.engine import Obj, World


@dataclass(frozen=True, slots=True)
class Session:
    """How the customer takes part: `off` the session altogether, already `authenticated`, or at the
    page from which `return_url` leads back.

    `refuses_action`: where authentication is needed, decline instead of asking for it.
    """

    off: bool = False
    authenticated: bool = False
    return_url: str | None = None
    refuses_action: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an attempt came to: the intent as it now is, and why it was declined, if it was."""

    intent: Obj
    decline: Decline | None = None

    @property
    def paid(self) -> bool:
        return bool(self.intent["status"] == "succeeded")

    @property
    def awaits_customer(self) -> bool:
        return bool(self.intent["status"] == "requires_action")


ON_SESSION = Session()


def attempt(
    world: World, intent: Obj, method: Obj, at: int, session: Session = ON_SESSION
) -> Outcome:
    """Confirm an intent with a payment method at that instant.

    Emits the events of the charge, if there is one, and of the intent. A decline that was asked for
    comes before what the card would do.
    """
    card = _chargeable(method)
    requested = requested_declines.take(world, intent)
    if requested is not None:
        return _declined(world, intent, method, at, requested, session.authenticated)
    if not session.authenticated and _wants_holder(world, card, method, session):
        if session.refuses_action:
            return _declined(world, intent, method, at, AUTHENTICATION_REQUIRED)
        action = authentication.next_action(world, intent, session.return_url)
        asked = {
            "last_payment_error": None,
            "next_action": action,
            "payment_method": method["id"],
            "status": "requires_action",
        }
        return Outcome(
            world.change("payment_intent", intent["id"], asked, "payment_intent.requires_action")
        )
    if card.decline is not None:
        return _declined(world, intent, method, at, card.decline, session.authenticated)
    return Outcome(_paid(world, intent, method, at, session.authenticated))


def action_required(kind: str, name: str, intent: Obj) -> CardError:
    """The 402 where the holder would have to act and the request does not wait for that.

    `kind` is what is paid: `subscription` or `invoice` (docs.stripe.com/error-codes,
    `invoice_payment_intent_requires_action`).
    """
    return CardError(
        f"Payment for this {kind} requires additional user action before it can be completed"
        " successfully. Payment can be completed using the PaymentIntent associated with"
        f" {kind} `{name}`. For more details see:"
        " https://stripe.com/docs/billing/subscriptions/overview#requires-action",
        code=f"{kind}_payment_intent_requires_action",
        commits=kind == "invoice",
        payment_intent=intent,
    )


_CASH = TestCard(number="", brand="", names=())
"""Behaves as money that is there already: never declined, never asked about."""


def _chargeable(method: Obj) -> TestCard:
    card = _CASH if method["type"] == "customer_balance" else card_of(method)
    if card is None:
        raise not_simulated(f"payments by {method['type']}", param="payment_method")
    return card


def _wants_holder(world: World, card: TestCard, method: Obj, session: Session) -> bool:
    if card.authentication == "until_set_up":
        return not (session.off and world.kept(method["id"]).get("set_up"))
    if card.authentication == "on_session":
        return not session.off
    return card.authentication == "always"


def _paid(world: World, intent: Obj, method: Obj, at: int, authenticated: bool) -> Obj:
    charge = new_charge(world, Attempt(intent, method, at, None, authenticated))
    changes: Obj = {
        "last_payment_error": None,
        "latest_charge": charge["id"],
        "next_action": None,
        "payment_method": method["id"],
    }
    _save_for_later(world, intent, method)
    card = card_of(method)
    if card is not None and card.disputes:
        world.schedule(world.now() + DISPUTED_AFTER, "dispute.open", charge["id"])
    if intent["capture_method"] == "manual":
        changes.update(amount_capturable=intent["amount"], status="requires_capture")
        world.schedule(at + HELD_FOR, "payment_intent.release", intent["id"])
        event = "payment_intent.amount_capturable_updated"
    else:
        changes.update(amount_received=intent["amount"], status="succeeded")
        event = "payment_intent.succeeded"
    return world.change("payment_intent", intent["id"], changes, event)


def _save_for_later(world: World, intent: Obj, method: Obj) -> None:
    """`setup_future_usage` attaches the method to the customer and counts as setting it up."""
    if not intent["setup_future_usage"] or method["type"] == "customer_balance":
        return
    if intent["customer"] and method["customer"] is None:
        attach(world, method, intent["customer"])
    world.keep(method["id"], set_up=True)


def _declined(
    world: World,
    intent: Obj,
    method: Obj,
    at: int,
    decline: Decline,
    authenticated: bool = False,
) -> Outcome:
    charge = new_charge(world, Attempt(intent, method, at, decline, authenticated))
    failed = {
        "last_payment_error": _last_error(decline, charge, method),
        "latest_charge": charge["id"],
        "next_action": None,
        "payment_method": None,
        "status": "requires_payment_method",
    }
    changed = world.change("payment_intent", intent["id"], failed, "payment_intent.payment_failed")
    return Outcome(changed, decline)


def _last_error(decline: Decline, charge: Obj, method: Obj) -> Obj:
    shown = {
        **decline.error().shown(),
        "charge": charge["id"],
        "doc_url": f"https://stripe.com/docs/error-codes/{decline.code.replace('_', '-')}",
        "payment_method": method,
    }
    return dict(sorted(shown.items()))
