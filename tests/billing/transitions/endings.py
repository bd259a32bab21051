"""How a subscription ends, is set to end, and is kept after all."""

from __future__ import annotations

from simulator.engine import DAY
from tests.billing.account import period
from tests.billing.transitions.stories import (
    changed,
    on_trial,
    past_due,
    switchable,
    ten_days_in,
    to_come,
)
from tests.billing.transitions.transition import Transition

ENDINGS = [
    Transition(
        "15 canceled now",
        lambda a: a.subscribed(),
        lambda a, s: a.delete(f"subscriptions/{s['id']}"),
        ["customer.subscription.deleted"],
    ),
    Transition(
        "16 set to end with the period",
        lambda a: a.subscribed(),
        lambda a, s: a.post(f"subscriptions/{s['id']}", cancel_at_period_end=True),
        ["customer.subscription.updated"],
        {
            "customer.subscription.updated": {
                "cancel_at",
                "cancel_at_period_end",
                "canceled_at",
                "cancellation_details",
            }
        },
    ),
    Transition(
        "16 reactivated",
        lambda a: a.subscribed(cancel_at_period_end=True),
        lambda a, s: a.post(f"subscriptions/{s['id']}", cancel_at_period_end=False),
        ["customer.subscription.updated"],
        {
            "customer.subscription.updated": {
                "cancel_at",
                "cancel_at_period_end",
                "canceled_at",
                "cancellation_details",
            }
        },
    ),
    Transition(
        "17 the scheduled end is reached",
        lambda a: a.subscribed(cancel_at_period_end=True),
        lambda a, s: a.pass_to(to_come(s)),
        ["customer.subscription.deleted"],
    ),
    Transition(
        "15 canceled now, prorated and invoiced",
        ten_days_in,
        lambda a, s: a.delete(f"subscriptions/{s['id']}", prorate=True, invoice_now=True),
        [
            "invoiceitem.created",
            "invoice.created",
            "invoice.finalized",
            "invoice.paid",
            "invoice.payment_succeeded",
            "customer.subscription.deleted",
            "customer.updated",
        ],
    ),
    Transition(
        "15 canceled now, prorated",
        ten_days_in,
        lambda a, s: a.delete(f"subscriptions/{s['id']}", prorate=True),
        ["invoiceitem.created", "customer.subscription.deleted"],
    ),
    Transition(
        "15 canceled now, and pending prorations are dropped",
        lambda a: (held := switchable(a), a.switch(*held))[1],
        lambda a, s: a.delete(f"subscriptions/{s['id']}"),
        ["invoiceitem.deleted", "invoiceitem.deleted", "customer.subscription.deleted"],
    ),
    Transition(
        "15 canceled now while past due",
        past_due,
        lambda a, s: a.delete(f"subscriptions/{s['id']}"),
        ["customer.subscription.deleted", "invoice.updated"],
        {"invoice.updated": {"auto_advance", "next_payment_attempt"}},
    ),
    Transition(
        "15 canceled now while on trial",
        on_trial,
        lambda a, s: a.delete(f"subscriptions/{s['id']}"),
        ["customer.subscription.deleted"],
    ),
    Transition(
        "16 set to end at an instant inside the period",
        lambda a: a.subscribed(),
        lambda a, s: changed(a, s, cancel_at=period(s)[1] - DAY, proration_behavior="none"),
        ["customer.subscription.updated"],
        {
            "customer.subscription.updated": {
                "cancel_at",
                "canceled_at",
                "cancellation_details",
                "items",
            }
        },
    ),
    Transition(
        "16 set to end inside the period, prorated",
        lambda a: a.subscribed(),
        lambda a, s: changed(a, s, cancel_at=period(s)[1] - DAY),
        ["invoiceitem.created", "customer.subscription.updated"],
    ),
    Transition(
        "17 the scheduled end is reached with something pending",
        lambda a: (
            held := switchable(a),
            a.switch(*held),
            changed(a, held[0], cancel_at_period_end=True),
        )[2],
        lambda a, s: a.pass_to(period(s)[1]),
        [
            "invoice.created",
            "charge.succeeded",
            "payment_intent.created",
            "payment_intent.succeeded",
            "invoice.finalized",
            "invoice.paid",
            "invoice.payment_succeeded",
            "customer.subscription.deleted",
            "invoice_payment.paid",
        ],
    ),
    Transition(
        "15 the customer is deleted",
        lambda a: a.subscribed(),
        lambda a, s: a.delete(f"customers/{s['customer']}"),
        ["customer.subscription.deleted", "customer.deleted"],
    ),
]
