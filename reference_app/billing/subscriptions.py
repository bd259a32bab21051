"""A customer's subscriptions, as Stripe has them now."""

from __future__ import annotations

from typing import Any

import stripe

from reference_app.billing.client import refusals


def subscriptions_of(client: stripe.StripeClient, customer: str) -> list[dict[str, Any]]:
    """All of them, as plain dicts: `status=all`, because the default leaves out those that ended.

    The SDK's objects are not dicts, and `subscription.items` would be their attribute, not a
    method.
    """
    with refusals():
        page = client.v1.subscriptions.list({"customer": customer, "status": "all", "limit": 100})
        return [each.to_dict() for each in page.auto_paging_iter()]
