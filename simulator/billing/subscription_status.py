"""The statuses of a subscription
(docs.stripe.com/billing/subscriptions/overview#subscription-statuses).
"""

from __future__ import annotations

ENDED = frozenset({"canceled", "incomplete_expired"})
LIVE = frozenset({"active", "trialing", "past_due", "unpaid", "incomplete", "paused"})
RENEWS = frozenset({"active", "past_due", "unpaid", "trialing"})
OWING = frozenset({"past_due", "incomplete", "unpaid"})
"""Those that become active when their latest invoice is paid."""
