"""Charging a card: the PaymentIntent, the charge and the balance transaction of one attempt.

Shapes are those of recorded traffic (stripe_can_swap_and_invoice_a_subscription). Whether a charge
succeeds follows from the test card behind the payment method.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from simulator.billing.call import Call, Handler, Listing, addressed, existing
from simulator.billing.test_cards import Decline, decline_of
from simulator.engine import DAY, Obj, World

_FEE_BASIS_POINTS = 290
_FEE_FIXED = 30  # the US account of the recordings: 2.9 % + 30 cents


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an attempt came to: the intent as it now is, and why it was declined, if it was."""

    intent: Obj
    decline: Decline | None = None


def new_intent(
    world: World,
    *,
    customer: str,
    amount: int,
    currency: str,
    description: str,
    invoice: str,
    created: int,
) -> Obj:
    """Insert an unpaid PaymentIntent for an invoice, emitting `payment_intent.created`."""
    name = world.ids.new("pi")
    return world.insert(
        {
            "id": name,
            "object": "payment_intent",
            "allowed_payment_method_types": None,
            "amount": amount,
            "amount_capturable": 0,
            "amount_details": {"tip": {}},
            "amount_received": 0,
            "application": None,
            "application_fee_amount": None,
            "automatic_payment_methods": None,
            "canceled_at": None,
            "cancellation_reason": None,
            "capture_method": "automatic",
            "client_secret": world.ids.secret(name),
            "confirmation_method": "automatic",
            "created": created,
            "currency": currency,
            "customer": customer,
            "customer_account": None,
            "description": description,
            "excluded_payment_method_types": None,
            "last_payment_error": None,
            "latest_charge": None,
            "livemode": False,
            "metadata": {},
            "next_action": None,
            "on_behalf_of": None,
            "payment_details": {"customer_reference": None, "order_reference": invoice},
            "payment_method": None,
            "payment_method_configuration_details": None,
            "payment_method_options": {
                "card": {
                    "installments": None,
                    "mandate_options": None,
                    "network": None,
                    "request_three_d_secure": "automatic",
                }
            },
            "payment_method_types": list(world.settings.payment_method_types),
            "payment_record": None,
            "processing": None,
            "receipt_email": None,
            "review": None,
            "setup_future_usage": "off_session",
            "shipping": None,
            "source": None,
            "statement_descriptor": None,
            "statement_descriptor_suffix": None,
            "status": "requires_payment_method",
            "transfer_data": None,
            "transfer_group": None,
        },
        "payment_intent.created",
    )


def attempt(world: World, intent: Obj, method: Obj, at: int) -> Outcome:
    """Confirm an intent with a payment method at that instant.

    Emits the charge's and the intent's event.
    """
    decline = decline_of(method)
    charge = _charge(world, intent, method, at, decline)
    if decline is None:
        _settle(world, charge, at)
        paid = {
            "amount_received": intent["amount"],
            "last_payment_error": None,
            "latest_charge": charge["id"],
            "payment_method": method["id"],
            "status": "succeeded",
        }
        return Outcome(
            world.change("payment_intent", intent["id"], paid, "payment_intent.succeeded")
        )
    failed = {
        "last_payment_error": _last_error(decline, charge, method),
        "latest_charge": charge["id"],
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


def _charge(world: World, intent: Obj, method: Obj, at: int, decline: Decline | None) -> Obj:
    """Insert the charge of one attempt, emitting `charge.succeeded` or `charge.failed`."""
    name = world.ids.new("ch")
    paid = decline is None
    amount = intent["amount"]
    charge: Obj = {
        "id": name,
        "object": "charge",
        "amount": amount,
        "amount_captured": amount if paid else 0,
        "amount_refunded": 0,
        "application": None,
        "application_fee": None,
        "application_fee_amount": None,
        "balance_transaction": world.ids.new("txn") if paid else None,
        "billing_details": method["billing_details"],
        "calculated_statement_descriptor": world.settings.account_name.upper()[:22],
        "captured": paid,
        "created": at,
        "currency": intent["currency"],
        "customer": intent["customer"],
        "description": intent["description"],
        "destination": None,
        "dispute": None,
        "disputed": False,
        "failure_balance_transaction": None,
        "failure_code": None if decline is None else decline.code,
        "failure_message": None if decline is None else decline.message,
        "fraud_details": {},
        "livemode": False,
        "metadata": {},
        "on_behalf_of": None,
        "order": None,
        "outcome": _outcome(decline),
        "paid": paid,
        "payment_intent": intent["id"],
        "payment_method": method["id"],
        "payment_method_details": {"card": _card_details(world, method, amount), "type": "card"},
        "radar_options": {},
        "receipt_email": None,
        "receipt_number": None,
        "receipt_url": f"{world.settings.public_url}/receipts/{name}" if paid else None,
        "refunded": False,
        "review": None,
        "shipping": None,
        "source": None,
        "source_transfer": None,
        "statement_descriptor": None,
        "statement_descriptor_suffix": None,
        "status": "succeeded" if paid else "failed",
        "transfer_data": None,
        "transfer_group": None,
    }
    return world.insert(charge, "charge.succeeded" if paid else "charge.failed")


def _outcome(decline: Decline | None) -> Obj:
    if decline is None:
        return {
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
    return {
        "advice_code": "try_again_later",
        "network_advice_code": None,
        "network_decline_code": "01",
        "network_status": "declined_by_network",
        "reason": decline.decline_code or decline.code,
        "risk_level": "normal",
        "risk_score": 32,
        "seller_message": "The bank did not return any further details with this decline.",
        "type": "issuer_declined",
    }


def _card_details(world: World, method: Obj, amount: int) -> Obj:
    card = method["card"]
    copied = (
        "brand",
        "checks",
        "country",
        "exp_month",
        "exp_year",
        "fingerprint",
        "funding",
        "last4",
    )
    return {
        **{name: card[name] for name in copied},
        "amount_authorized": amount,
        "authorization_code": world.ids.token(6, "0123456789"),
        "extended_authorization": {"status": "disabled"},
        "incremental_authorization": {"status": "unavailable"},
        "installments": None,
        "mandate": None,
        "multicapture": {"status": "unavailable"},
        "network": card["brand"],
        "network_token": {"used": False},
        "network_transaction_id": world.ids.token(15, "0123456789"),
        "overcapture": {"maximum_amount_capturable": amount, "status": "unavailable"},
        "regulated_status": card["regulated_status"],
        "three_d_secure": None,
        "wallet": None,
    }


def _settle(world: World, charge: Obj, at: int) -> None:
    """Insert the balance transaction of a paid charge: Stripe's fee and the net amount."""
    amount = charge["amount"]
    fee = (amount * _FEE_BASIS_POINTS + 5000) // 10000 + _FEE_FIXED
    world.insert(
        {
            "id": charge["balance_transaction"],
            "object": "balance_transaction",
            "amount": amount,
            "available_on": (at // DAY + 7) * DAY,
            "balance_type": "payments",
            "created": at,
            "currency": charge["currency"],
            "description": charge["description"],
            "exchange_rate": None,
            "fee": fee,
            "fee_details": [
                {
                    "amount": fee,
                    "application": None,
                    "currency": charge["currency"],
                    "description": "Stripe processing fees",
                    "type": "stripe_fee",
                }
            ],
            "net": amount - fee,
            "reporting_category": "charge",
            "source": charge["id"],
            "status": "pending",
            "type": "charge",
        }
    )


def retrieve_intent(world: World, call: Call) -> Obj:
    call.only("client_secret")
    return addressed(world, "payment_intent", call.path["intent"], "intent")


def list_intents(world: World, call: Call) -> Listing:
    params = call.only("customer", "created")
    return _of_customer(world, "payment_intent", params)


def retrieve_charge(world: World, call: Call) -> Obj:
    call.only()
    return addressed(world, "charge", call.path["charge"])


def list_charges(world: World, call: Call) -> Listing:
    params = call.only("customer", "payment_intent", "created")
    if params.get("payment_intent"):
        return Listing("charge", "payment_intent", params["payment_intent"])
    return _of_customer(world, "charge", params)


def retrieve_balance_transaction(world: World, call: Call) -> Obj:
    call.only()
    return addressed(world, "balance_transaction", call.path["id"])


def _of_customer(world: World, kind: str, params: Any) -> Listing:
    if params.get("customer"):
        existing(world, "customer", params["customer"], "customer")
        return Listing(kind, "customer", params["customer"])
    return Listing(kind)


def refunds_of(world: World, charge: Obj) -> Obj:
    """The includable list of a charge's refunds, empty while refunds are not simulated."""
    return {
        "object": "list",
        "data": [],
        "has_more": False,
        "total_count": 0,
        "url": f"/v1/charges/{charge['id']}/refunds",
    }


HANDLERS: dict[str, Handler] = {
    "GET /v1/payment_intents": list_intents,
    "GET /v1/payment_intents/{intent}": retrieve_intent,
    "GET /v1/charges": list_charges,
    "GET /v1/charges/{charge}": retrieve_charge,
    "GET /v1/balance_transactions/{id}": retrieve_balance_transaction,
}
