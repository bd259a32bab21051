"""What a transfer is to the connected account that receives it: a payment (`py_...`).

docs.stripe.com/connect/destination-charges; class `stripe.Charge`, `source_transfer`: "the transfer
ID which created this charge. Only present if the charge came from another Stripe account". It is a
charge of the connected account's own, paid by the platform's account. Which of its other fields are
filled is our choice: nothing of the customer's reaches it.
"""

from __future__ import annotations

from simulator.billing.balance import enter, fee_detail
from simulator.billing.connect import application_of
from simulator.engine import Obj, World

_EMPTY = (
    "customer",
    "description",
    "destination",
    "dispute",
    "failure_balance_transaction",
    "failure_code",
    "failure_message",
    "on_behalf_of",
    "order",
    "outcome",
    "payment_intent",
    "payment_method",
    "receipt_email",
    "receipt_number",
    "review",
    "shipping",
    "source",
    "statement_descriptor",
    "statement_descriptor_suffix",
    "transfer_data",
)
_NOBODY: Obj = {
    "address": dict.fromkeys(("city", "country", "line1", "line2", "postal_code", "state")),
    "email": None,
    "name": None,
    "phone": None,
    "tax_id": None,
}


def receive(world: World, transfer: Obj, fee: Obj | None, at: int) -> Obj | None:
    """The payment in the connected account's World, and on its balance less the application fee.

    `None` where the account's World is nowhere to be had.
    """
    connected = world.relatives(transfer["destination"])
    if connected is None:
        return None
    application, currency = application_of(connected), transfer["currency"]
    taken = fee["amount"] if fee else 0
    payment: Obj = {
        **dict.fromkeys(_EMPTY),
        "id": transfer["destination_payment"],
        "object": "charge",
        "amount": transfer["amount"],
        "amount_captured": transfer["amount"],
        "amount_refunded": 0,
        "application": application,
        "application_fee": fee["id"] if fee else None,
        "application_fee_amount": taken or None,
        "balance_transaction": connected.ids.new("txn"),
        "billing_details": _NOBODY,
        "calculated_statement_descriptor": None,
        "captured": True,
        "created": at,
        "currency": currency,
        "disputed": False,
        "fraud_details": {},
        "livemode": False,
        "metadata": {},
        "paid": True,
        "payment_method_details": {"stripe_account": {}, "type": "stripe_account"},
        "radar_options": {},
        "receipt_url": None,
        "refunded": False,
        "source_transfer": transfer["id"],
        "status": "succeeded",
        "transfer_group": transfer["transfer_group"],
    }
    fees = [fee_detail(taken, currency, "application_fee", application)] if taken else []
    with connected.transaction():
        connected.insert(payment)
        name = payment["balance_transaction"]
        enter(connected, "payment", payment, transfer["amount"], at, fees=fees, name=name)
    return payment
