"""A customer's subscriptions, as Stripe has them now."""

from __future__ import annotations

from typing import Any

import stripe

from reference_app.billing.client import refusals
from reference_app.billing.errors import StripeRefused


def subscriptions_of(client: stripe.StripeClient, customer: str) -> list[dict[str, Any]]:
    """All of them, as plain dicts: `status=all`, because the default leaves out those that ended.

    The SDK's objects are not dicts, and `subscription.items` would be their attribute, not a
    method.
    """
    with refusals():
        page = client.v1.subscriptions.list({"customer": customer, "status": "all", "limit": 100})
        return [each.to_dict() for each in page.auto_paging_iter()]


def last_subscriptions_of(client: stripe.StripeClient, customer: str) -> list[dict[str, Any]]:
    """The same for a customer who was deleted: all have ended. None, if Stripe will not say any
    more. Deleted customers stay readable (https://docs.stripe.com/api/customers/delete); whether
    their subscriptions can be listed is written nowhere, so both answers are understood.
    """
    try:
        return subscriptions_of(client, customer)
    except StripeRefused as refused:
        cause = refused.__cause__
        if isinstance(cause, stripe.InvalidRequestError) and cause.code == "resource_missing":
            return []
        raise
