"""Subscription schedules."""

from __future__ import annotations

from simulator.engine import DAY, HOUR
from tests.billing.transitions.stories import BAD_CARD, RETRY_AFTER, scheduled, two_phases
from tests.billing.transitions.transition import Transition

SCHEDULES = [
    Transition(
        "27 a schedule takes a subscription over",
        lambda a: a.subscribed(),
        lambda a, s: a.post("subscription_schedules", from_subscription=s["id"]),
        ["subscription_schedule.created", "customer.subscription.updated"],
        {"customer.subscription.updated": {"schedule"}},
    ),
    Transition(
        "27 a schedule begins a subscription",
        lambda a: (a.payer(), a.plan(1000), a.plan(3000)),
        two_phases,
        [
            "subscription_schedule.created",
            "charge.succeeded",
            "customer.updated",
            "customer.subscription.created",
            "payment_intent.succeeded",
            "payment_intent.created",
            "invoice.created",
            "invoice.finalized",
            "invoice.paid",
            "invoice.payment_succeeded",
            "invoice_payment.paid",
            "subscription_schedule.updated",
        ],
    ),
    Transition(
        "27 a schedule is put down for later",
        lambda a: (a.payer(), a.plan(1000), a.plan(3000)),
        lambda a, held: two_phases(a, held, start_date=a.world.now() + DAY),
        ["subscription_schedule.created"],
    ),
    Transition(
        "27 the next phase begins",
        lambda a: (s := scheduled(a), a.pass_to(s["phases"][0]["end_date"] - 1))[0],
        lambda a, _: a.pass_time(1),
        [
            "subscription_schedule.updated",
            "customer.subscription.updated",
            "invoice.created",
            "customer.subscription.updated",
        ],
    ),
    Transition(
        "27 a week before the last phase ends",
        lambda a: (s := scheduled(a), a.pass_to(s["phases"][1]["end_date"] - 7 * DAY - 1))[0],
        lambda a, _: a.pass_time(1),
        ["subscription_schedule.expiring", "invoice.upcoming"],
    ),
    Transition(
        "27 after the last phase: released",
        lambda a: (s := scheduled(a), a.pass_to(s["phases"][1]["end_date"] - 1))[0],
        lambda a, _: a.pass_time(1),
        [
            "subscription_schedule.released",
            "customer.subscription.updated",
            "invoice.created",
            "customer.subscription.updated",
        ],
    ),
    Transition(
        "27 after the last phase: canceled",
        lambda a: (
            s := scheduled(a, end_behavior="cancel"),
            a.pass_to(s["phases"][1]["end_date"] - 1),
        )[0],
        lambda a, _: a.pass_time(1),
        ["subscription_schedule.completed", "customer.subscription.deleted"],
    ),
    Transition(
        "27 released",
        scheduled,
        lambda a, s: a.post(f"subscription_schedules/{s['id']}/release"),
        ["subscription_schedule.released", "customer.subscription.updated"],
        {"customer.subscription.updated": {"schedule"}},
    ),
    Transition(
        "27 canceled",
        scheduled,
        lambda a, s: a.post(
            f"subscription_schedules/{s['id']}/cancel", invoice_now=False, prorate=False
        ),
        ["subscription_schedule.canceled", "customer.subscription.deleted"],
    ),
    Transition(
        "27 aborted, as its subscription was not paid for",
        lambda a: (
            s := scheduled(a),
            a.default_card(s["customer"], BAD_CARD),
            a.pass_to(s["phases"][0]["end_date"] + HOUR + sum(RETRY_AFTER) - 1),
        )[0],
        lambda a, _: a.pass_time(1),
        [
            "charge.failed",
            "payment_intent.payment_failed",
            "invoice.payment_failed",
            "invoice.updated",
            "customer.subscription.deleted",
            "subscription_schedule.aborted",
        ],
    ),
]
