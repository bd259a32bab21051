"""Accounts in the place of customers."""

from simulator.api.versions.change import Change
from simulator.api.versions.shape import Shape

CHANGE = Change(
    version="2025-12-15.clover",
    summary="What has a `customer` has a `customer_account` too.",
    page="https://docs.stripe.com/changelog/clover",
    shapes={
        "billing_portal.session": Shape(added=("customer_account",)),
        "checkout.session": Shape(added=("customer_account",)),
        "credit_note": Shape(added=("customer_account",)),
        "customer": Shape(added=("customer_account",)),
        "customer_balance_transaction": Shape(added=("customer_account",)),
        "discount": Shape(added=("customer_account",)),
        "invoice": Shape(added=("customer_account",)),
        "invoiceitem": Shape(added=("customer_account",)),
        "payment_intent": Shape(added=("customer_account",)),
        "payment_method": Shape(added=("customer_account",)),
        "promotion_code": Shape(added=("customer_account",)),
        "quote": Shape(added=("customer_account",)),
        "setup_intent": Shape(added=("customer_account",)),
        "subscription": Shape(added=("customer_account",)),
        "subscription_schedule": Shape(added=("customer_account",)),
    },
)
