"""Pausing and resuming a subscription, and its collection alone."""

from __future__ import annotations

from simulator.engine import DAY, HOUR
from tests.billing.account import period
from tests.billing.transitions.stories import (
    changed,
    collection_paused,
    paused,
    pay_latest,
    resuming,
    ten_days_in,
    then,
)
from tests.billing.transitions.transition import Transition

PAUSES = [
    Transition(
        "21 paused",
        ten_days_in,
        lambda a, s: a.post(f"subscriptions/{s['id']}/pause"),
        ["invoiceitem.created", "customer.subscription.updated", "customer.subscription.paused"],
        {"customer.subscription.updated": {"items", "status", "status_details"}},
    ),
    Transition(
        "21 paused, and the credit is invoiced",
        ten_days_in,
        lambda a, s: a.post(f"subscriptions/{s['id']}/pause", invoicing_behavior="invoice"),
        [
            "invoiceitem.created",
            "invoice.created",
            "invoice.finalized",
            "invoice.paid",
            "invoice.payment_succeeded",
            "customer.updated",
            "customer.subscription.updated",
            "customer.subscription.paused",
        ],
    ),
    Transition(
        "22 resumed in its old period: active at once",
        paused,
        lambda a, s: a.post(
            f"subscriptions/{s['id']}/resume", billing_cycle_anchor={"type": "unchanged"}
        ),
        ["invoiceitem.created", "customer.subscription.updated", "customer.subscription.resumed"],
        {"customer.subscription.updated": {"items", "status", "status_details"}},
    ),
    Transition(
        "22 resumed, and paid in the request",
        paused,
        lambda a, s: a.post(
            f"subscriptions/{s['id']}/resume", payment_behavior="resume_on_payment_success"
        ),
        [
            "invoice.created",
            "invoice.finalized",
            "payment_intent.created",
            "payment_intent.succeeded",
            "charge.succeeded",
            "invoice.paid",
            "invoice.payment_succeeded",
            "customer.subscription.updated",
            "customer.subscription.resumed",
            "invoice_payment.paid",
        ],
    ),
    Transition(
        "22 resumed, and its invoice waits to be paid",
        paused,
        lambda a, s: a.post(f"subscriptions/{s['id']}/resume"),
        [
            "invoice.created",
            "invoice.finalized",
            "payment_intent.created",
            "customer.subscription.updated",
        ],
        {"customer.subscription.updated": {"latest_invoice"}},
    ),
    Transition(
        "22 the invoice of the resumption is paid",
        resuming,
        pay_latest,
        [
            "payment_intent.succeeded",
            "charge.succeeded",
            "invoice.updated",
            "invoice.paid",
            "invoice.payment_succeeded",
            "invoice_payment.paid",
            "customer.subscription.updated",
            "customer.subscription.resumed",
        ],
    ),
    Transition(
        "22 nobody pays the invoice of the resumption",
        resuming,
        lambda a, _: a.pass_time(23 * HOUR),
        ["payment_intent.canceled", "invoice.voided"],
    ),
    Transition(
        "23 collection is paused",
        lambda a: a.subscribed(),
        lambda a, s: changed(a, s, pause_collection={"behavior": "void"}),
        ["customer.subscription.updated"],
        {"customer.subscription.updated": {"pause_collection"}},
    ),
    Transition(
        "23 collection goes on",
        collection_paused("void"),
        lambda a, s: changed(a, s, pause_collection=""),
        ["customer.subscription.updated"],
        {"customer.subscription.updated": {"pause_collection"}},
    ),
    Transition(
        "23 collection goes on by itself",
        lambda a: (
            s := a.subscribed(),
            changed(a, s, pause_collection={"behavior": "void", "resumes_at": a.world.now() + DAY}),
        )[0],
        lambda a, _: a.pass_time(DAY),
        ["customer.subscription.updated"],
        {"customer.subscription.updated": {"pause_collection"}},
    ),
    Transition(
        "23 a renewal while collection is paused: void",
        then(collection_paused("void"), lambda a, s: a.pass_to(period(s)[1])),
        lambda a, _: a.pass_time(HOUR),
        [
            "invoice.finalized",
            "payment_intent.created",
            "payment_intent.canceled",
            "invoice.voided",
        ],
    ),
    Transition(
        "23 a renewal while collection is paused: keep_as_draft",
        then(collection_paused("keep_as_draft"), lambda a, s: a.pass_to(period(s)[1])),
        lambda a, _: a.pass_time(HOUR),
        [],
    ),
    Transition(
        "23 a renewal while collection is paused: mark_uncollectible",
        then(collection_paused("mark_uncollectible"), lambda a, s: a.pass_to(period(s)[1])),
        lambda a, _: a.pass_time(HOUR),
        [
            "invoice.finalized",
            "payment_intent.created",
            "invoice.updated",
            "invoice.marked_uncollectible",
        ],
    ),
]
