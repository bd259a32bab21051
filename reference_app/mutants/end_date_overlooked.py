"""A cancellation for a date is not seen.

Pattern: E10 (`cancel_at` is set while `cancel_at_period_end` is false).
Mechanism: one boolean is read, and it was enough for years. Under flexible billing mode the portal
announces the end by `cancel_at` alone.
Symptom: who has cancelled is told "renews on the 9th", cancels again, writes to support, and is
gone on the 9th.
Breaks: `converges`.
Seen in: stripe/stripe-node#2470, get-convex/stripe#18, better-auth/better-auth#5780,
shorebirdtech/shorebird#3883.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from fastapi import FastAPI

from reference_app.billing import Billing, Reading
from reference_app.billing.entitlements import Subscription
from reference_app.settings import Settings
from reference_app.web import create_app as create_correct_app


class EndDateOverlooked(Billing):
    """Knows the classic shape only."""

    def read(self, subscriptions: Iterable[Subscription]) -> Reading:
        return replace(super().read(subscriptions), cancel_at=None)


def create_app(settings: Settings) -> FastAPI:
    return create_correct_app(settings, EndDateOverlooked)
