"""The end of the period is read where it was until 2025.

Pattern: D7 (the period's end moved to the items).
Mechanism: `current_period_end` left the subscription for its items with API version
2025-03-31.basil. Where it was there is nothing now, and nothing becomes 0.
Symptom: billing pages say that the plan renews on 1 January 1970.
Breaks: `converges`.
Seen in: ansvisor/ansvisor#4, cacheplane/threadplane#534, better-auth/better-auth#2087,
laravel/cashier-stripe#1751.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from fastapi import FastAPI

from reference_app.billing import Billing, Reading
from reference_app.billing.entitlements import Subscription
from reference_app.settings import Settings
from reference_app.web import create_app as create_correct_app


class PeriodAtTheOldPlace(Billing):
    """Was right for years."""

    def read(self, subscriptions: Iterable[Subscription]) -> Reading:
        found = list(subscriptions)
        now = super().read(found)
        old_place = {each["id"]: each.get("current_period_end") for each in found}
        if now.subscription is None:
            return now
        return replace(now, current_period_end=int(old_place[now.subscription] or 0))


def create_app(settings: Settings) -> FastAPI:
    return create_correct_app(settings, PeriodAtTheOldPlace)
