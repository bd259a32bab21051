"""Charges: one attempt to move money (docs.stripe.com/api/charges).

Shapes are those of recorded traffic (stripe_can_create_a_charge, stripe_can_authorize_a_charge,
connect_destination_charge). A PaymentIntent makes them; the legacy way of charging a token is in
`legacy_charges`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from simulator.billing import transfers
from simulator.billing.balance import enter, fee_detail, stripe_fee
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
from simulator.billing.declines import Decline
from simulator.billing.test_cards import card_of
from simulator.contract.errors import StripeError
from simulator.engine import DAY, Obj, World

HELD_FOR = 7 * DAY
"""How long an authorisation waits for its capture (docs.stripe.com/payments/place-a-hold)."""

DISPUTED_AFTER = 5  # seconds; a choice of ours, as Stripe does not say how soon
SETTLES_AFTER = 2
"""Seconds after which a payment that is captured asynchronously has its balance transaction.

Stripe says "later" (docs.stripe.com/payments/payment-intents/asynchronous-capture).
"""

_APPROVED: Obj = {
    "advice_code": None,
    "network_advice_code": None,
    "network_decline_code": None,
    "network_status": "approved_by_network",
    "reason": None,
    "risk_level": "normal",
    "risk_score": 32,
    "seller_message": "Payment complete.",
    "type": "authorized",
}
_COPIED = (
    "brand",
    "checks",
    "country",
    "exp_month",
    "exp_year",
    "fingerprint",
    "funding",
    "last4",
)


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt: what is charged to what, at which instant, and how it ends."""

    intent: Obj
    method: Obj
    at: int
    decline: Decline | None = None
    authenticated: bool = False


def new_charge(world: World, attempt: Attempt, source: Obj | None = None) -> Obj:
    """Insert the charge of an attempt, emitting `charge.succeeded` or `charge.failed`.

    `source` is the card to show when it was charged the old way. What is captured at once is
    settled at once, or a little later under `automatic_async`.
    """
    intent, decline = attempt.intent, attempt.decline
    paid, manual = decline is None, intent["capture_method"] == "manual"
    kind, amount = attempt.method["type"], intent["amount"]
    name = world.ids.new("ch" if kind == "card" else "py")
    charge: Obj = {
        **_as_intended(intent),
        "id": name,
        "object": "charge",
        "amount": amount,
        "amount_captured": amount if paid and not manual else 0,
        "amount_refunded": 0,
        "application_fee": None,
        "balance_transaction": None,
        "billing_details": attempt.method["billing_details"],
        "calculated_statement_descriptor": _descriptor(world, intent),
        "captured": paid and not manual,
        "created": attempt.at,
        "dispute": None,
        "disputed": False,
        "failure_balance_transaction": None,
        "failure_code": None if decline is None else decline.code,
        "failure_message": None if decline is None else decline.message,
        "fraud_details": {},
        "livemode": False,
        "order": None,
        "outcome": _APPROVED if decline is None else decline.outcome(),
        "paid": paid,
        "payment_intent": intent["id"],
        "payment_method": attempt.method["id"],
        "payment_method_details": {
            kind: _card_details(world, attempt) if kind == "card" else {},
            "type": kind,
        },
        "radar_options": {},
        "receipt_number": None,
        "receipt_url": f"{world.settings.public_url}/receipts/{name}" if paid else None,
        "refunded": False,
        "review": None,
        "source": source,
        "source_transfer": None,
        "status": "succeeded" if paid else "failed",
    }
    at_once = paid and intent["capture_method"] == "automatic"
    if at_once:
        charge["balance_transaction"] = world.ids.new("txn")
    with world.transaction():
        charge = world.insert(charge, "charge.succeeded" if paid else "charge.failed")
        if at_once:
            return _enter(world, charge, attempt.at)
        if paid and not manual:
            world.schedule(attempt.at + SETTLES_AFTER, "charge.settle", name)
        return charge


def _as_intended(intent: Obj) -> Obj:
    """What a charge says because its PaymentIntent does."""
    same = (
        "application",
        "application_fee_amount",
        "currency",
        "customer",
        "description",
        "metadata",
        "on_behalf_of",
        "receipt_email",
        "shipping",
        "statement_descriptor",
        "statement_descriptor_suffix",
        "transfer_group",
    )
    transfer = intent["transfer_data"]
    return {
        **{name: intent[name] for name in same},
        "destination": transfer["destination"] if transfer else None,
        "transfer_data": {"amount": None, **transfer} if transfer else None,
    }


def _descriptor(world: World, intent: Obj) -> str:
    settings = world.settings
    own = intent["statement_descriptor"] or settings.statement_descriptor or settings.account_name
    suffix = intent["statement_descriptor_suffix"]
    whole = f"{own}* {suffix}" if suffix else own
    return str(whole).upper()[:22]


def _card_details(world: World, attempt: Attempt) -> Obj:
    card, amount = attempt.method["card"], attempt.intent["amount"]
    details: Obj = {
        **{name: card[name] for name in _COPIED},
        "amount_authorized": amount,
        "authorization_code": world.ids.token(6, "0123456789"),
        "extended_authorization": {"status": "disabled"},
        "incremental_authorization": {"status": "unavailable"},
        "installments": None,
        "mandate": None,
        "multicapture": {"status": "unavailable"},
        "network": card["brand"],
        "network_token": {"used": False},
        "network_transaction_id": _network_transaction(world, card["fingerprint"]),
        "overcapture": {"maximum_amount_capturable": amount, "status": "unavailable"},
        "regulated_status": card["regulated_status"],
        "three_d_secure": three_d_secure(world) if attempt.authenticated else None,
        "wallet": None,
    }
    if attempt.decline is None and attempt.intent["capture_method"] == "manual":
        details["capture_before"] = attempt.at + HELD_FOR
    return details


def _network_transaction(world: World, fingerprint: str) -> str:
    """One for each card of an account, as in recorded test mode."""
    known = world.kept("network_transactions").get(fingerprint)
    if known is None:
        known = f"1{world.ids.token(14, '0123456789')}"
        world.keep("network_transactions", **{fingerprint: known})
    return str(known)


def three_d_secure(world: World) -> Obj:
    """What a charge says after its card's holder was authenticated (class `stripe.Charge`)."""
    return {
        "authentication_flow": "challenge",
        "electronic_commerce_indicator": "05",
        "exemption_indicator": None,
        "result": "authenticated",
        "result_reason": None,
        "transaction_id": world.ids.uuid(),
        "version": "2.2.0",
    }


def settle(world: World, name: str) -> None:
    """Duty `charge.settle`: an asynchronous capture reaches the balance (`charge.updated`)."""
    charge = world.get("charge", name)
    if charge is not None:
        ensure_settled(world, charge, world.now())


def ensure_settled(world: World, charge: Obj, at: int) -> Obj:
    """The charge with its balance transaction; made now if it is still to come."""
    if charge["balance_transaction"] is not None or not charge["captured"]:
        return charge
    with world.transaction():
        entered = {"balance_transaction": world.ids.new("txn")}
        _enter(world, world.change("charge", charge["id"], entered), at)
        return world.change("charge", charge["id"], {}, "charge.updated")


def _enter(world: World, charge: Obj, at: int) -> Obj:
    """The money of a captured charge: Stripe's fee, the platform's fee, the transfer."""
    amount, currency = charge["amount_captured"], charge["currency"]
    card = charge["payment_method_details"]["type"] == "card"
    fees = [fee_detail(stripe_fee(amount), currency)] if card else []
    platform_fee = charge["application_fee_amount"]
    changes: Obj = {}
    if platform_fee and not charge["transfer_data"]:
        fees.append(fee_detail(platform_fee, currency, "application_fee", charge["application"]))
    enter(
        world,
        "charge" if card else "payment",
        charge,
        amount,
        at,
        fees=fees,
        description=charge["description"],
        name=charge["balance_transaction"],
        at_once=_bypasses_pending(world, charge),
    )
    if charge["transfer_data"]:
        changes.update(transfers.of_destination_charge(world, charge, at))
    elif platform_fee:
        changes.update(transfers.fee_of_direct_charge(world, charge, at))
    return world.change("charge", charge["id"], changes) if changes else charge


def _bypasses_pending(world: World, charge: Obj) -> bool:
    """A test card whose money is available at once (docs.stripe.com/testing#available-balance)."""
    method = world.get("payment_method", charge["payment_method"] or "")
    card = card_of(method) if method else None
    return card is not None and "bypassPending" in card.names


def capture(world: World, charge: Obj, amount: int, changes: Obj, at: int) -> Obj:
    """Capture an authorised charge, all or part; the rest is released (`charge.captured`)."""
    held = charge["amount"]
    taken: Obj = {
        **changes,
        "amount_captured": amount,
        "amount_refunded": held - amount,
        "balance_transaction": world.ids.new("txn"),
        "captured": True,
    }
    with world.transaction():
        captured = world.change("charge", charge["id"], taken)
        captured = _enter(world, captured, at)
        return world.change("charge", charge["id"], {}, "charge.captured")


def release(world: World, charge: Obj, *, expired: bool) -> Obj:
    """Give an authorisation back (`charge.expired`, or `charge.refunded` when it was canceled)."""
    changes: Obj = {"amount_refunded": charge["amount"], "refunded": True}
    return world.change(
        "charge", charge["id"], changes, "charge.expired" if expired else "charge.refunded"
    )


def retrieve(world: World, call: Call) -> Obj:
    call.only()
    return addressed(world, "charge", call.path["charge"])


def list_all(world: World, call: Call) -> Listing:
    params = call.only("customer", "payment_intent", "transfer_group", "created")
    group = params.get("transfer_group")

    def keep(charge: Obj) -> bool:
        return not group or charge["transfer_group"] == group

    if params.get("payment_intent"):
        return Listing("charge", "payment_intent", params["payment_intent"], keep)
    if params.get("customer"):
        existing(world, "customer", params["customer"], "customer")
        return Listing("charge", "customer", params["customer"], keep)
    return Listing("charge", keep=keep)


def update(world: World, call: Call) -> Obj:
    params = call.only(
        "customer",
        "description",
        "fraud_details",
        "metadata",
        "receipt_email",
        "shipping",
        "transfer_group",
    )
    charge = addressed(world, "charge", call.path["charge"])
    return world.change("charge", charge["id"], _changes(world, charge, params), "charge.updated")


def _changes(world: World, charge: Obj, params: Mapping[str, Any]) -> Obj:
    changes: Obj = {}
    for name in ("description", "receipt_email", "shipping", "transfer_group"):
        if name in params:
            changes[name] = unset(params[name])
    if "metadata" in params:
        changes["metadata"] = merged_metadata(charge["metadata"], params["metadata"])
    if params.get("fraud_details"):
        changes["fraud_details"] = {**charge["fraud_details"], **params["fraud_details"]}
    if params.get("customer"):
        if charge["customer"] not in (None, params["customer"]):
            raise refusal("You cannot change the customer of this charge.", param="customer")
        changes["customer"] = existing(world, "customer", params["customer"], "customer")["id"]
    return changes


def captured_amount(charge: Obj, params: Mapping[str, Any], name: str) -> int:
    """How much of an authorisation to capture; `name` is the parameter that says so."""
    amount = params.get(name)
    if amount is None:
        return int(charge["amount"])
    if not 0 < amount <= charge["amount"]:
        raise StripeError(
            "Amount to capture must be positive and at most the amount that was authorized"
            f" ({charge['amount']}).",
            code="amount_too_large" if amount > charge["amount"] else "amount_too_small",
            param=name,
        )
    return int(amount)


def refunds_of(world: World, charge: Obj) -> Obj:
    """The includable list of a charge's refunds, newest first (recorded traffic: the empty one)."""
    data = list(world.find("refund", "charge", charge["id"]))
    return {
        "object": "list",
        "data": data[:10],
        "has_more": len(data) > 10,
        "total_count": len(data),
        "url": f"/v1/charges/{charge['id']}/refunds",
    }


HANDLERS: dict[str, Handler] = {
    "GET /v1/charges": list_all,
    "GET /v1/charges/{charge}": retrieve,
    "POST /v1/charges/{charge}": update,
}
