"""Changes of price, quantity, card and discount, and updates that wait to be paid."""

from __future__ import annotations

from simulator.engine import HOUR
from tests.billing.account import period
from tests.billing.transitions.stories import (
    BAD_CARD,
    changed,
    new_card_and_pay,
    switchable,
    wait_to_be_paid,
    waiting,
)
from tests.billing.transitions.transition import Transition

CHANGES = [
    Transition(
        "18 another price, create_prorations",
        switchable,
        lambda a, held: a.switch(*held),
        ["invoiceitem.created", "invoiceitem.created", "customer.subscription.updated"],
        {"customer.subscription.updated": {"items", "plan"}},
    ),
    Transition(
        "18 another quantity, create_prorations",
        switchable,
        lambda a, held: a.switch(held[0], held[1], item={"quantity": 5}),
        ["invoiceitem.created", "invoiceitem.created", "customer.subscription.updated"],
        {"customer.subscription.updated": {"items", "plan", "quantity"}},
    ),
    Transition(
        "19 another price, always_invoice",
        switchable,
        lambda a, held: a.switch(*held, proration_behavior="always_invoice"),
        [
            "invoiceitem.created",
            "invoiceitem.created",
            "invoice.created",
            "invoice.finalized",
            "payment_intent.created",
            "payment_intent.succeeded",
            "charge.succeeded",
            "invoice.paid",
            "invoice.payment_succeeded",
            "customer.subscription.updated",
            "invoice_payment.paid",
        ],
        {"customer.subscription.updated": {"items", "plan", "latest_invoice"}},
    ),
    Transition(
        "24 another default payment method",
        lambda a: (
            s := a.subscribed(),
            a.post("payment_methods/pm_card_mastercard/attach", customer=s["customer"])["id"],
        ),
        lambda a, held: a.post(f"subscriptions/{held[0]['id']}", default_payment_method=held[1]),
        ["customer.subscription.updated"],
        {"customer.subscription.updated": {"default_payment_method"}},
    ),
    Transition(
        "18 another price, none",
        switchable,
        lambda a, held: a.switch(*held, proration_behavior="none"),
        ["customer.subscription.updated"],
        {"customer.subscription.updated": {"items", "plan"}},
    ),
    Transition(
        "18 an item is added",
        switchable,
        lambda a, held: changed(a, held[0], items=[{"price": held[1]}]),
        ["invoiceitem.created", "customer.subscription.updated"],
        {"customer.subscription.updated": {"items", "plan", "quantity"}},
    ),
    Transition(
        "19 the billing cycle begins anew, always_invoice",
        switchable,
        lambda a, held: changed(
            a,
            held[0],
            billing_cycle_anchor={"type": "now"},
            proration_behavior="always_invoice",
        ),
        [
            "invoiceitem.created",
            "invoice.created",
            "invoice.finalized",
            "payment_intent.created",
            "payment_intent.succeeded",
            "charge.succeeded",
            "invoice.paid",
            "invoice.payment_succeeded",
            "customer.subscription.updated",
            "invoice_payment.paid",
        ],
    ),
    Transition(
        "19 another price, always_invoice, and the card fails",
        lambda a: (held := switchable(a), a.default_card(held[0]["customer"], BAD_CARD))[0],
        lambda a, held: a.switch(*held, proration_behavior="always_invoice"),
        [
            "invoiceitem.created",
            "invoiceitem.created",
            "invoice.created",
            "invoice.finalized",
            "payment_intent.created",
            "charge.failed",
            "payment_intent.payment_failed",
            "invoice.payment_failed",
            "invoice.updated",
            "customer.subscription.updated",
            "customer.subscription.updated",
            "customer.updated",
        ],
    ),
    Transition(
        "19 a lower price, always_invoice: credit",
        lambda a: (held := switchable(a), (held[0], a.plan(100)))[1],
        lambda a, held: a.switch(*held, proration_behavior="always_invoice"),
        [
            "invoiceitem.created",
            "invoiceitem.created",
            "invoice.created",
            "invoice.finalized",
            "invoice.paid",
            "invoice.payment_succeeded",
            "customer.subscription.updated",
            "customer.updated",
        ],
        {"customer.updated": {"balance", "next_invoice_sequence"}},
    ),
    Transition(
        "20 an update waits to be paid",
        lambda a: (held := switchable(a), a.default_card(held[0]["customer"], BAD_CARD))[0],
        wait_to_be_paid,
        [
            "invoiceitem.created",
            "invoiceitem.created",
            "invoice.created",
            "invoice.finalized",
            "payment_intent.created",
            "charge.failed",
            "payment_intent.payment_failed",
            "invoice.payment_failed",
            "customer.subscription.updated",
        ],
        {"customer.subscription.updated": {"latest_invoice", "pending_update"}},
    ),
    Transition(
        "20 the pending update is paid and applied",
        waiting,
        new_card_and_pay,
        [
            "payment_intent.succeeded",
            "charge.succeeded",
            "invoice.updated",
            "invoice.paid",
            "invoice.payment_succeeded",
            "invoice_payment.paid",
            "customer.subscription.updated",
            "customer.subscription.pending_update_applied",
        ],
        {"customer.subscription.updated": {"items", "pending_update", "plan"}},
    ),
    Transition(
        "20 the pending update expires",
        waiting,
        lambda a, _: a.pass_time(23 * HOUR),
        [
            "payment_intent.canceled",
            "invoice.voided",
            "customer.subscription.pending_update_expired",
        ],
    ),
    Transition(
        "26 a coupon is put on",
        lambda a: (a.subscribed(), a.post("coupons", percent_off=10, duration="forever")["id"]),
        lambda a, held: changed(a, held[0], discounts=[{"coupon": held[1]}]),
        ["customer.discount.created", "customer.subscription.updated"],
        {"customer.subscription.updated": {"discounts"}},
    ),
    Transition(
        "26 a coupon is taken off",
        lambda a: a.subscribed(
            discounts=[{"coupon": a.post("coupons", percent_off=10, duration="forever")["id"]}]
        ),
        lambda a, s: changed(a, s, discounts=""),
        ["customer.discount.deleted", "customer.subscription.updated"],
        {"customer.subscription.updated": {"discounts"}},
    ),
    Transition(
        "26 a repeating coupon runs out",
        lambda a: (
            s := a.subscribed(
                discounts=[
                    {
                        "coupon": a.post(
                            "coupons", percent_off=10, duration="repeating", duration_in_months=1
                        )["id"]
                    }
                ]
            ),
            a.pass_to(period(s)[1] - 1),
        )[0],
        lambda a, _: a.pass_time(1),
        [
            "customer.discount.deleted",
            "customer.subscription.updated",
            "invoice.created",
            "customer.subscription.updated",
        ],
    ),
]
