"""How Stripe behaves.

One module per resource family, and the tables that tie them to routes and time.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from simulator.billing import (
    accounts,
    balance,
    cash_balance,
    cash_reconciliation,
    catalog,
    charges,
    checkout,
    checkout_items,
    clock_limits,
    collection,
    country_specs,
    coupons,
    credit_notes,
    customer_balance,
    customers,
    discounts,
    dispute_calls,
    disputes,
    due_dates,
    due_reminders,
    entitlements,
    events,
    features,
    invoice_items,
    invoices,
    item_requests,
    legacy_charges,
    manual_invoices,
    meter_event_streams,
    meter_events,
    meter_summaries,
    meters,
    one_off_items,
    pause_requests,
    pause_schedules,
    pausing,
    payment_intents,
    payment_methods,
    pending_updates,
    plans,
    portal_configurations,
    portal_sessions,
    previews,
    price_terms,
    promotion_codes,
    refunds,
    renewals,
    resumptions,
    schedule_clock,
    schedules,
    setup_intents,
    signups,
    sources,
    subscription_items,
    subscriptions,
    tax_ids,
    tax_rates,
    test_clocks,
    tokens,
    transfer_reversals,
    transfers,
    upcoming,
    webhook_endpoints,
)
from simulator.billing.call import Call, Embedded, Handler, Listing
from simulator.engine import Laws, Obj, World

__all__ = ["CURRENT", "HANDLERS", "INCLUDABLE", "LAWS", "Call", "Embedded", "Handler", "Listing"]

HANDLERS: Mapping[str, Handler] = {
    **accounts.HANDLERS,
    **balance.HANDLERS,
    **cash_balance.HANDLERS,
    **cash_reconciliation.HANDLERS,
    **catalog.HANDLERS,
    **charges.HANDLERS,
    **checkout.HANDLERS,
    **country_specs.HANDLERS,
    **coupons.HANDLERS,
    **credit_notes.HANDLERS,
    **customer_balance.HANDLERS,
    **customers.HANDLERS,
    **dispute_calls.HANDLERS,
    **entitlements.HANDLERS,
    **events.HANDLERS,
    **features.HANDLERS,
    **invoice_items.HANDLERS,
    **invoices.HANDLERS,
    **item_requests.HANDLERS,
    **legacy_charges.HANDLERS,
    **manual_invoices.HANDLERS,
    **meter_event_streams.HANDLERS,
    **meter_events.HANDLERS,
    **meter_summaries.HANDLERS,
    **meters.HANDLERS,
    **one_off_items.HANDLERS,
    **pause_requests.HANDLERS,
    **payment_methods.HANDLERS,
    **payment_intents.HANDLERS,
    **plans.HANDLERS,
    **portal_configurations.HANDLERS,
    **portal_sessions.HANDLERS,
    **previews.HANDLERS,
    **promotion_codes.HANDLERS,
    **refunds.HANDLERS,
    **resumptions.HANDLERS,
    **schedules.HANDLERS,
    **setup_intents.HANDLERS,
    **sources.HANDLERS,
    **subscription_items.HANDLERS,
    **subscriptions.HANDLERS,
    **tax_ids.HANDLERS,
    **tax_rates.HANDLERS,
    **test_clocks.HANDLERS,
    **tokens.HANDLERS,
    **transfer_reversals.HANDLERS,
    **transfers.HANDLERS,
    **webhook_endpoints.HANDLERS,
}
"""Method and path template, as the SDK has them, to the function that carries the call out."""

INCLUDABLE: Mapping[str, Mapping[str, Callable[[World, Obj], Any]]] = {
    "billing_portal.configuration": portal_configurations.INCLUDABLE,
    "charge": {"refunds": charges.refunds_of},
    "checkout.session": checkout.INCLUDABLE,
    "coupon": coupons.INCLUDABLE,
    "customer": customers.INCLUDABLE,
    "invoice": invoices.INCLUDABLE,
    "item": checkout_items.INCLUDABLE,
    "price": price_terms.INCLUDABLE,
}
"""Fields that exist only when they are expanded, by object and dotted path."""

CURRENT: Mapping[str, Callable[[World, Obj], Obj]] = {
    "balance_transaction": balance.current,
    "dispute": balance.with_entries,
}
"""How an object of a kind looks at this moment, where time alone changes that."""


def _invoice_changed(world: World, name: str) -> None:
    """What waits for an invoice to be opened, paid, voided or given up."""
    cash_reconciliation.invoice_changed(world, name)
    clock_limits.invoice_changed(world, name)
    pending_updates.invoice_changed(world, name)
    resumptions.invoice_changed(world, name)


def _subscription_changed(world: World, name: str) -> None:
    """What a customer may have, and what it is entitled to."""
    clock_limits.subscription_changed(world, name)
    entitlements.subscription_changed(world, name)
    schedule_clock.subscription_changed(world, name)


_SUBSCRIPTION_OF_INVOICE = "parent.subscription_details.subscription"

LAWS = Laws(
    duties={
        "charge.settle": charges.settle,
        "checkout.expire": checkout.expire_unpaid,
        "coupon.expire": coupons.expire,
        "discount.end": discounts.end_discount,
        "dispute.decide": disputes.decide,
        "dispute.lapse": disputes.lapse,
        "dispute.open": disputes.open_dispute,
        "invoice.advance": collection.advance_invoice,
        "invoice.overdue": due_dates.overdue,
        "invoice.remind": due_reminders.remind,
        "invoice.retry": collection.retry_invoice,
        "payment_intent.release": payment_intents.release_uncaptured,
        "promotion_code.expire": promotion_codes.expire,
        "refund.resolve": refunds.resolve,
        "schedule.advance": schedule_clock.advance,
        "schedule.expiring": schedule_clock.expiring,
        "schedule.pause": pause_schedules.pause,
        "schedule.resume": pause_schedules.resume,
        "subscription.expire": signups.expire,
        "subscription.expire_resumption": resumptions.expire,
        "subscription.expire_update": pending_updates.expire,
        "subscription.period_end": schedule_clock.period_ended,
        "subscription.resume_collection": pausing.resume_collection,
        "subscription.trial_will_end": renewals.trial_will_end,
        "subscription.upcoming": upcoming.announce,
        "tax_id.verify": tax_ids.verify,
        "test_clock.advance": test_clocks.finish_advance,
        "test_clock.delete": test_clocks.delete_clock,
    },
    after={
        "customer": clock_limits.customer_changed,
        "invoice": _invoice_changed,
        "subscription": _subscription_changed,
    },
    paths={
        "billing.meter": ("event_name",),
        "charge": ("customer", "payment_intent"),
        "checkout.session": ("customer", "subscription"),
        "credit_note": ("invoice",),
        "customer": ("email", "test_clock"),
        "customer_balance_transaction": ("customer",),
        "customer_cash_balance_transaction": ("customer",),
        "dispute": ("charge", "payment_intent"),
        "entitlements.feature": ("lookup_key",),
        "fee_refund": ("fee",),
        "event": ("type",),
        "invoice": ("customer", _SUBSCRIPTION_OF_INVOICE),
        "invoice_payment": ("invoice", "payment.payment_intent"),
        "invoiceitem": ("customer", "invoice", _SUBSCRIPTION_OF_INVOICE),
        "payment_intent": ("customer",),
        "payment_method": ("customer",),
        "price": ("product", "lookup_key"),
        "product_feature": ("entitlement_feature.id",),
        "refund": ("charge", "payment_intent"),
        "setup_attempt": ("setup_intent",),
        "setup_intent": ("customer",),
        "subscription": ("customer", "test_clock"),
        "subscription_schedule": ("customer",),
        "tax_id": ("customer",),
        "transfer_reversal": ("transfer",),
    },
)
"""What a World is taught: its duties, and by which paths each kind is found."""
