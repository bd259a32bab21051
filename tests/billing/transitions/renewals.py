"""Renewals, and what follows when they fail."""

from __future__ import annotations

from simulator.engine import DAY, HOUR
from tests.billing.account import period
from tests.billing.transitions.sequences import (
    PAID_AT_LAST,
    RENEWAL_FAILED,
    RENEWAL_PAID,
    RETRY_FAILED,
)
from tests.billing.transitions.stories import (
    ASKING_CARD,
    RETRY_AFTER,
    credited,
    latest,
    losing_card,
    lost,
    new_card_and_pay,
    past_due,
    past_last_retry,
    renewed,
    renewing,
    set_up,
    without_cards,
)
from tests.billing.transitions.transition import Transition

RENEWALS = [
    Transition(
        "11a the period ends",
        renewing,
        lambda a, _: a.pass_time(1),
        ["invoice.created", "customer.subscription.updated"],
        {"customer.subscription.updated": {"items", "latest_invoice"}},
    ),
    Transition("11b the renewal is paid", renewed, lambda a, _: a.pass_time(HOUR), RENEWAL_PAID),
    Transition(
        "11c the renewal fails",
        losing_card,
        lambda a, _: a.pass_time(HOUR),
        RENEWAL_FAILED,
        {
            "invoice.updated": {"next_payment_attempt"},
            "customer.subscription.updated": {"status"},
            "customer.updated": {"delinquent", "next_invoice_sequence"},
        },
    ),
    Transition(
        "12 a retry fails",
        past_due,
        lambda a, _: a.pass_time(RETRY_AFTER[0]),
        RETRY_FAILED,
        {"invoice.updated": {"next_payment_attempt"}},
    ),
    Transition(
        "13 paid by hand with a new card",
        past_due,
        new_card_and_pay,
        PAID_AT_LAST,
        {
            "customer.subscription.updated": {"status"},
            "customer.updated": {"delinquent"},
        },
    ),
    Transition(
        "14 the last retry fails",
        past_last_retry,
        lambda a, _: a.pass_time(1),
        [*RETRY_FAILED, "customer.subscription.deleted"],
        {"invoice.updated": {"auto_advance", "next_payment_attempt"}},
    ),
    Transition(
        "11b a renewal of nothing",
        lambda a: (s := a.subscribed(a.plan(0)), a.pass_to(period(s)[1]))[0],
        lambda a, _: a.pass_time(HOUR),
        [
            "invoice.updated",
            "invoice.finalized",
            "invoice.paid",
            "invoice.payment_succeeded",
        ],
    ),
    Transition(
        "11b the renewal uses up credit",
        lambda a: (s := renewed(a), credited(a, s, 1000))[0],
        lambda a, _: a.pass_time(HOUR),
        [
            "payment_intent.created",
            "payment_intent.succeeded",
            "charge.succeeded",
            "invoice.updated",
            "invoice.finalized",
            "invoice.paid",
            "invoice.payment_succeeded",
            "customer.updated",
            "invoice_payment.paid",
        ],
        {"customer.updated": {"balance"}},
    ),
    Transition(
        "11c the renewal wants its card's holder",
        lambda a: losing_card(a, ASKING_CARD),
        lambda a, _: a.pass_time(HOUR),
        [
            "payment_intent.created",
            "payment_intent.requires_action",
            "invoice.finalized",
            "invoice.payment_action_required",
            "invoice.payment_failed",
            "invoice.updated",
            "customer.subscription.updated",
            "customer.updated",
        ],
        {"customer.subscription.updated": {"status"}},
    ),
    Transition(
        "11c the renewal has no card",
        lambda a: (s := renewed(a), without_cards(a, s))[0],
        lambda a, _: a.pass_time(HOUR),
        [
            "payment_intent.created",
            "invoice.finalized",
            "invoice.payment_failed",
            "invoice.updated",
            "customer.subscription.updated",
            "customer.updated",
        ],
    ),
    Transition(
        "12 a retry after a hard decline makes no charge",
        lambda a: (s := renewed(a), lost(a, s), a.pass_time(HOUR))[0],
        lambda a, _: a.pass_time(RETRY_AFTER[0]),
        ["invoice.updated"],
        {"invoice.updated": {"attempt_count", "next_payment_attempt"}},
    ),
    Transition(
        "13 a retry succeeds with a new card",
        lambda a: (s := past_due(a), a.default_card(s["customer"], "pm_card_visa"))[0],
        lambda a, _: a.pass_time(RETRY_AFTER[0]),
        PAID_AT_LAST,
        {"customer.subscription.updated": {"status"}},
    ),
    Transition(
        "13 given up by hand",
        past_due,
        lambda a, s: a.post(f"invoices/{latest(a, s)}/mark_uncollectible"),
        ["invoice.updated", "invoice.marked_uncollectible", "customer.subscription.updated"],
        {"customer.subscription.updated": {"status"}},
    ),
    Transition(
        "13 voided by hand",
        past_due,
        lambda a, s: a.post(f"invoices/{latest(a, s)}/void"),
        ["payment_intent.canceled", "invoice.voided"],
    ),
    Transition(
        "14' the last retry fails: unpaid",
        lambda a: (set_up(a, after_retries="unpaid"), past_last_retry(a))[1],
        lambda a, _: a.pass_time(1),
        [
            "charge.failed",
            "payment_intent.payment_failed",
            "invoice.payment_failed",
            "invoice.updated",
            "customer.subscription.updated",
        ],
        {"customer.subscription.updated": {"status"}},
    ),
    Transition(
        "14' the last retry fails: left past_due",
        lambda a: (set_up(a, after_retries="past_due"), past_last_retry(a))[1],
        lambda a, _: a.pass_time(1),
        RETRY_FAILED,
    ),
    Transition(
        "14' the last retry fails: the invoice is given up",
        lambda a: (set_up(a, invoice_after_retries="uncollectible"), past_last_retry(a))[1],
        lambda a, _: a.pass_time(1),
        [
            "charge.failed",
            "payment_intent.payment_failed",
            "invoice.payment_failed",
            "invoice.updated",
            "invoice.updated",
            "invoice.marked_uncollectible",
            "customer.subscription.deleted",
        ],
    ),
    Transition(
        "25 a week before the renewal",
        lambda a: (s := a.subscribed(), a.pass_to(period(s)[1] - 7 * DAY - 1))[0],
        lambda a, _: a.pass_time(1),
        ["invoice.upcoming"],
    ),
    Transition(
        "25 a week before the end: nothing",
        lambda a: (
            s := a.subscribed(cancel_at_period_end=True),
            a.pass_to(period(s)[1] - 7 * DAY - 1),
        )[0],
        lambda a, _: a.pass_time(1),
        [],
    ),
]
