"""Checkout and the Customer Portal."""

from __future__ import annotations

from simulator.billing import portal
from simulator.engine import DAY
from tests.billing.account import period
from tests.billing.transitions.page_stories import (
    BAD,
    VISA,
    declined,
    in_checkout,
    in_portal,
    offering,
    one_off,
    pay_in_checkout,
)
from tests.billing.transitions.stories import nothing, then
from tests.billing.transitions.transition import Transition

PAGES = [
    Transition(
        "2 Checkout completes for somebody new",
        in_checkout,
        pay_in_checkout,
        [
            "charge.succeeded",
            "payment_method.attached",
            "customer.created",
            "customer.updated",
            "checkout.session.completed",
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
        "2 Checkout completes for a customer",
        lambda a: in_checkout(a, customer=a.payer()),
        pay_in_checkout,
        [
            "charge.succeeded",
            "payment_method.attached",
            "customer.updated",
            "checkout.session.completed",
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
        "2 Checkout completes with a trial",
        lambda a: in_checkout(a, subscription_data={"trial_period_days": 7}),
        pay_in_checkout,
        [
            "payment_method.attached",
            "customer.created",
            "customer.updated",
            "checkout.session.completed",
            "customer.subscription.created",
            "invoice.created",
            "invoice.finalized",
            "invoice.paid",
            "invoice.payment_succeeded",
        ],
    ),
    Transition(
        "Checkout opens: nothing",
        lambda a: a.plan(),
        lambda a, price: in_checkout(a, price=price),
        [],
    ),
    Transition(
        "Checkout declines: nothing",
        in_checkout,
        lambda a, s: declined(lambda: pay_in_checkout(a, s, BAD)),
        [],
    ),
    Transition(
        "Checkout is paid once",
        lambda a: in_checkout(a, "payment", price=one_off(a)),
        pay_in_checkout,
        [
            "charge.succeeded",
            "payment_intent.succeeded",
            "payment_intent.created",
            "checkout.session.completed",
        ],
    ),
    Transition(
        "Checkout saves a card",
        lambda a: in_checkout(a, "setup", currency="usd", customer=a.payer()),
        pay_in_checkout,
        ["payment_method.attached", "setup_intent.succeeded", "checkout.session.completed"],
    ),
    Transition(
        "Checkout is expired",
        in_checkout,
        lambda a, s: a.post(f"checkout/sessions/{s['id']}/expire"),
        ["checkout.session.expired"],
    ),
    Transition(
        "Checkout expires by itself",
        in_checkout,
        lambda a, _: a.pass_time(DAY),
        ["checkout.session.expired"],
    ),
    Transition(
        "the portal is configured",
        nothing,
        lambda a, _: a.post(
            "billing_portal/configurations", features={"invoice_history": {"enabled": True}}
        ),
        ["billing_portal.configuration.created"],
    ),
    Transition(
        "the portal's configuration is changed",
        lambda a: a.post(
            "billing_portal/configurations", features={"invoice_history": {"enabled": True}}
        ),
        lambda a, made: a.post(f"billing_portal/configurations/{made['id']}", active=False),
        ["billing_portal.configuration.updated"],
        {"billing_portal.configuration.updated": {"active"}},
    ),
    Transition(
        "the portal is opened",
        then(lambda a: a.payer(), lambda a, _: a.get("billing_portal/configurations")),
        lambda a, customer: a.post("billing_portal/sessions", customer=customer),
        ["billing_portal.session.created"],
    ),
    Transition(
        "16 portal: canceled with the period's end",
        in_portal,
        lambda a, held: portal.cancel(a.world, held[0], held[1]["id"]),
        ["customer.subscription.updated"],
        {"customer.subscription.updated": {"cancel_at", "canceled_at", "cancellation_details"}},
    ),
    Transition(
        "16 portal: not canceled after all",
        then(in_portal, lambda a, held: portal.cancel(a.world, held[0], held[1]["id"])),
        lambda a, held: portal.renew(a.world, held[0], held[1]["id"]),
        ["customer.subscription.updated"],
        {"customer.subscription.updated": {"cancel_at", "canceled_at", "cancellation_details"}},
    ),
    Transition(
        "15 portal: canceled at once",
        lambda a: in_portal(a, subscription_cancel={"enabled": True, "mode": "immediately"}),
        lambda a, held: portal.cancel(a.world, held[0], held[1]["id"]),
        ["customer.subscription.deleted"],
    ),
    Transition(
        "portal: a card is added",
        in_portal,
        lambda a, held: portal.add_card(a.world, held[0], VISA),
        [
            "setup_intent.created",
            "payment_method.attached",
            "setup_intent.succeeded",
            "customer.updated",
        ],
        {"customer.updated": {"invoice_settings", "next_invoice_sequence"}},
    ),
    Transition(
        "18 portal: another plan",
        lambda a: offering(a, "create_prorations"),
        lambda a, held: portal.switch(a.world, held[0], held[1]["id"], held[2]),
        ["invoiceitem.created", "invoiceitem.created", "customer.subscription.updated"],
        {"customer.subscription.updated": {"items", "plan"}},
    ),
    Transition(
        "19 portal: another plan, invoiced",
        lambda a: offering(a, "always_invoice"),
        lambda a, held: portal.switch(a.world, held[0], held[1]["id"], held[2]),
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
    ),
    Transition(
        "27 portal: a lower plan waits for the period's end",
        lambda a: offering(a, "none", amount=100, waits=True),
        lambda a, held: portal.switch(a.world, held[0], held[1]["id"], held[2]),
        [
            "subscription_schedule.created",
            "customer.subscription.updated",
            "subscription_schedule.updated",
        ],
        {"customer.subscription.updated": {"schedule"}},
    ),
    Transition(
        "27 portal: the lower plan begins",
        then(
            lambda a: offering(a, "none", amount=100, waits=True),
            lambda a, held: (
                portal.switch(a.world, held[0], held[1]["id"], held[2]),
                a.pass_to(period(held[1])[1] - 1),
            ),
        ),
        lambda a, _: a.pass_time(1),
        [
            "subscription_schedule.updated",
            "customer.subscription.updated",
            "subscription_schedule.released",
            "customer.subscription.updated",
            "invoice.created",
            "customer.subscription.updated",
        ],
    ),
]
