"""How a subscription begins: paid at once, not yet, never."""

from __future__ import annotations

from simulator.engine import HOUR
from tests.billing.transitions.sequences import PAID, PAID_AT_LAST
from tests.billing.transitions.stories import (
    ASKING_CARD,
    BAD_CARD,
    answered,
    bought,
    incomplete,
    new_card_and_pay,
    refused,
    to_buy,
    to_buy_with,
)
from tests.billing.transitions.transition import Transition

BEGINNINGS = [
    Transition(
        "1 created and paid at once",
        lambda a: (a.payer(), a.plan()),
        lambda a, held: a.subscribed(held[1], customer=held[0]),
        PAID,
        {"customer.updated": {"currency"}},
    ),
    Transition(
        "3 created default_incomplete",
        lambda a: (a.payer(), a.plan()),
        lambda a, held: a.subscribed(
            held[1], customer=held[0], payment_behavior="default_incomplete"
        ),
        [
            "customer.updated",
            "customer.subscription.created",
            "invoice.created",
            "invoice.finalized",
            "payment_intent.created",
        ],
    ),
    Transition(
        "4 created and declined",
        lambda a: (a.payer(BAD_CARD), a.plan()),
        lambda a, held: a.subscribed(held[1], customer=held[0]),
        [
            "customer.updated",
            "customer.subscription.created",
            "invoice.created",
            "invoice.finalized",
            "payment_intent.created",
            "charge.failed",
            "payment_intent.payment_failed",
            "invoice.payment_failed",
        ],
    ),
    Transition(
        "5 incomplete becomes active",
        incomplete,
        new_card_and_pay,
        [event for event in PAID_AT_LAST if event != "customer.updated"],
        {"customer.subscription.updated": {"status"}},
    ),
    Transition(
        "6 incomplete expires after 23 hours",
        incomplete,
        lambda a, _: a.pass_time(23 * HOUR),
        ["invoice.voided", "payment_intent.canceled", "customer.subscription.updated"],
        {"customer.subscription.updated": {"status", "ended_at"}},
    ),
    Transition(
        "3 created with a card that asks its holder",
        to_buy_with(ASKING_CARD),
        bought,
        [
            "customer.updated",
            "customer.subscription.created",
            "invoice.created",
            "invoice.finalized",
            "payment_intent.created",
            "payment_intent.requires_action",
            "invoice.payment_action_required",
            "invoice.payment_failed",
        ],
    ),
    Transition(
        "3 created default_incomplete with a card",
        to_buy,
        lambda a, held: bought(a, held, payment_behavior="default_incomplete"),
        [
            "customer.updated",
            "customer.subscription.created",
            "invoice.created",
            "invoice.finalized",
            "payment_intent.created",
        ],
    ),
    Transition(
        "4 created and declined with error_if_incomplete: nothing",
        to_buy_with(BAD_CARD),
        lambda a, held: refused(
            lambda: bought(a, held, payment_behavior="error_if_incomplete"), 402
        ),
        [],
    ),
    Transition(
        "5 incomplete becomes active as the holder confirms",
        lambda a: a.subscribed(customer=a.payer(ASKING_CARD)),
        lambda a, s: answered(a, s, True),
        [
            "payment_intent.succeeded",
            "charge.succeeded",
            "invoice.updated",
            "invoice.paid",
            "invoice.payment_succeeded",
            "customer.subscription.updated",
            "invoice_payment.paid",
        ],
        {"customer.subscription.updated": {"status"}},
    ),
    Transition(
        "5 the holder of the card refuses",
        lambda a: a.subscribed(customer=a.payer(ASKING_CARD)),
        lambda a, s: answered(a, s, False),
        ["payment_intent.payment_failed"],
    ),
    Transition(
        "5 incomplete becomes active, and its card the default",
        lambda a: a.subscribed(
            customer=a.payer(BAD_CARD),
            payment_settings={"save_default_payment_method": "on_subscription"},
        ),
        new_card_and_pay,
        [
            "payment_intent.succeeded",
            "charge.succeeded",
            "invoice.updated",
            "invoice.paid",
            "invoice.payment_succeeded",
            "customer.subscription.updated",
            "invoice_payment.paid",
        ],
        {"customer.subscription.updated": {"status", "default_payment_method"}},
    ),
    Transition(
        "6 an incomplete subscription is canceled",
        incomplete,
        lambda a, s: a.delete(f"subscriptions/{s['id']}"),
        ["customer.subscription.deleted"],
    ),
    Transition(
        "1 created with send_invoice",
        to_buy,
        lambda a, held: bought(a, held, collection_method="send_invoice", days_until_due=30),
        ["customer.updated", "customer.subscription.created", "invoice.created"],
    ),
    Transition(
        "1 created with a coupon",
        lambda a: (*to_buy(a), a.post("coupons", percent_off=10, duration="forever")["id"]),
        lambda a, held: bought(a, held[:2], discounts=[{"coupon": held[2]}]),
        [
            "charge.succeeded",
            "customer.updated",
            "customer.discount.created",
            "customer.subscription.created",
            "payment_intent.succeeded",
            "payment_intent.created",
            "invoice.created",
            "invoice.finalized",
            "invoice.paid",
            "invoice.payment_succeeded",
            "invoice_payment.paid",
        ],
    ),
    Transition(
        "1 created by a customer who had one before",
        lambda a: (s := a.subscribed(), (s["customer"], a.plan()))[1],
        bought,
        [
            "charge.succeeded",
            "customer.subscription.created",
            "payment_intent.succeeded",
            "payment_intent.created",
            "invoice.created",
            "invoice.finalized",
            "invoice.paid",
            "invoice.payment_succeeded",
            "invoice_payment.paid",
        ],
    ),
]
