"""Sequences of events that several transitions share.

The orders are those of publicly posted `stripe listen` logs where there are any, else those of the
documentation's lists (docs.stripe.com/billing/subscriptions/webhooks).
"""

from __future__ import annotations

PAID = [
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
]
RENEWAL_PAID = [
    "payment_intent.created",
    "payment_intent.succeeded",
    "charge.succeeded",
    "invoice.updated",
    "invoice.finalized",
    "invoice.paid",
    "invoice.payment_succeeded",
    "invoice_payment.paid",
]
RENEWAL_FAILED = [
    "charge.failed",
    "payment_intent.created",
    "payment_intent.payment_failed",
    "invoice.finalized",
    "invoice.payment_failed",
    "invoice.updated",
    "customer.subscription.updated",
    "customer.updated",
]
RETRY_FAILED = [
    "charge.failed",
    "payment_intent.payment_failed",
    "invoice.payment_failed",
    "invoice.updated",
]
PAID_AT_LAST = [
    "payment_intent.succeeded",
    "charge.succeeded",
    "invoice.updated",
    "invoice.paid",
    "invoice.payment_succeeded",
    "customer.updated",
    "customer.subscription.updated",
    "invoice_payment.paid",
]
