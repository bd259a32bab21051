"""How Stripe behaves.

One module per resource family, and the tables that tie them to routes and time.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from simulator.billing import (
    catalog,
    checkout,
    collection,
    customers,
    events,
    invoice_items,
    invoices,
    payment_methods,
    payments,
    portal_configurations,
    portal_sessions,
    previews,
    renewals,
    setup_intents,
    signups,
    subscription_items,
    subscriptions,
    test_clocks,
    webhook_endpoints,
)
from simulator.billing.call import Call, Embedded, Handler, Listing
from simulator.engine import Laws, Obj, World

__all__ = ["HANDLERS", "INCLUDABLE", "LAWS", "Call", "Embedded", "Handler", "Listing"]

HANDLERS: Mapping[str, Handler] = {
    **catalog.HANDLERS,
    **checkout.HANDLERS,
    **customers.HANDLERS,
    **events.HANDLERS,
    **invoice_items.HANDLERS,
    **invoices.HANDLERS,
    **payment_methods.HANDLERS,
    **payments.HANDLERS,
    **portal_configurations.HANDLERS,
    **portal_sessions.HANDLERS,
    **previews.HANDLERS,
    **setup_intents.HANDLERS,
    **subscription_items.HANDLERS,
    **subscriptions.HANDLERS,
    **test_clocks.HANDLERS,
    **webhook_endpoints.HANDLERS,
}
"""Method and path template, as the SDK has them, to the function that carries the call out."""

INCLUDABLE: Mapping[str, Mapping[str, Callable[[World, Obj], Any]]] = {
    "billing_portal.configuration": portal_configurations.INCLUDABLE,
    "charge": {"refunds": payments.refunds_of},
    "checkout.session": checkout.INCLUDABLE,
    "customer": customers.INCLUDABLE,
    "invoice": invoices.INCLUDABLE,
}
"""Fields that exist only when they are expanded, by object and dotted path."""

_SUBSCRIPTION_OF_INVOICE = "parent.subscription_details.subscription"

LAWS = Laws(
    duties={
        "checkout.expire": checkout.expire_unpaid,
        "invoice.advance": collection.advance_invoice,
        "invoice.retry": collection.retry_invoice,
        "subscription.expire": signups.expire,
        "subscription.period_end": renewals.period_ended,
        "subscription.trial_will_end": renewals.trial_will_end,
        "test_clock.advance": test_clocks.finish_advance,
        "test_clock.delete": test_clocks.delete_clock,
    },
    paths={
        "charge": ("customer", "payment_intent"),
        "checkout.session": ("customer", "subscription"),
        "customer": ("email", "test_clock"),
        "event": ("type",),
        "invoice": ("customer", _SUBSCRIPTION_OF_INVOICE),
        "invoice_payment": ("invoice", "payment.payment_intent"),
        "invoiceitem": ("customer", "invoice", _SUBSCRIPTION_OF_INVOICE),
        "payment_intent": ("customer",),
        "payment_method": ("customer",),
        "price": ("product", "lookup_key"),
        "setup_intent": ("customer",),
        "subscription": ("customer", "test_clock"),
    },
)
"""What a World is taught: its duties, and by which paths each kind is found."""
