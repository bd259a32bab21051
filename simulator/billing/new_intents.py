"""The body of a new PaymentIntent (docs.stripe.com/api/payment_intents).

Two kinds: those made through the API (recorded traffic: stripe_can_create_a_charge) and those that
an invoice makes for itself (stripe_can_swap_and_invoice_a_subscription).
"""

from __future__ import annotations

from simulator.billing.connect import application_of
from simulator.billing.payment_method_options import options_of
from simulator.engine import Obj, World


def intent_body(world: World, *, amount: int, currency: str, created: int) -> Obj:
    """A PaymentIntent with Stripe's defaults, not yet held by the World."""
    name = world.ids.new("pi")
    return {
        "id": name,
        "object": "payment_intent",
        "allowed_payment_method_types": None,
        "amount": amount,
        "amount_capturable": 0,
        "amount_details": {"tip": {}},
        "amount_received": 0,
        "application": application_of(world),
        "application_fee_amount": None,
        "automatic_payment_methods": None,
        "canceled_at": None,
        "cancellation_reason": None,
        "capture_method": "automatic_async",
        "client_secret": world.ids.secret(name),
        "confirmation_method": "automatic",
        "created": created,
        "currency": currency,
        "customer": None,
        "customer_account": None,
        "description": None,
        "excluded_payment_method_types": None,
        "last_payment_error": None,
        "latest_charge": None,
        "livemode": False,
        "metadata": {},
        "next_action": None,
        "on_behalf_of": None,
        "payment_method": None,
        "payment_method_configuration_details": None,
        "payment_method_options": {},
        "payment_method_types": [],
        "payment_record": None,
        "processing": None,
        "receipt_email": None,
        "review": None,
        "setup_future_usage": None,
        "shipping": None,
        "source": None,
        "statement_descriptor": None,
        "statement_descriptor_suffix": None,
        "status": "requires_payment_method",
        "transfer_data": None,
        "transfer_group": None,
    }


def new_invoice_intent(
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
    types = list(world.settings.payment_method_types)
    return world.insert(
        {
            **intent_body(world, amount=amount, currency=currency, created=created),
            "capture_method": "automatic",
            "customer": customer,
            "description": description,
            "payment_details": {"customer_reference": None, "order_reference": invoice},
            "payment_method_options": options_of(types, invoice=True),
            "payment_method_types": types,
            "setup_future_usage": "off_session",
        },
        "payment_intent.created",
    )
