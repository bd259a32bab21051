"""The plans, and which one a Stripe price stands for.

By lookup key, never by id: ids differ between accounts and change when a price is made anew. A
price that has lost its key to a newer one is known by its metadata.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

PLANS = {"basic": "Basic", "pro": "Pro"}
"""Names and titles; a later one is worth more."""

OFFERS = {"basic_monthly": "basic", "pro_monthly": "pro"}
"""Lookup keys of the prices that are sold, and the plans they buy."""

RANKS = {plan: rank for rank, plan in enumerate(PLANS)}


def plan_of(price: Mapping[str, Any]) -> str | None:
    """`None` for a price of something else on the same account."""
    plan = OFFERS.get(price.get("lookup_key") or "") or (price.get("metadata") or {}).get("plan")
    return plan if plan in PLANS else None
