"""The first payment that fails ends access.

Pattern: E1 (the first failed charge cuts access).
Mechanism: the list of statuses that count was copied without `past_due`. Stripe tries for weeks,
and most of these payments succeed in the end.
Symptom: a card is replaced by the bank, and a customer of many years is locked out the same night,
before they have heard of it.
Breaks: `paid-access-kept`.
Seen in: superset-sh/superset#6732, different-ai/openwork#2512, laravel/cashier-stripe#768,
mysociety/alaveteli#5517.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from fastapi import FastAPI

from reference_app.billing import Billing, Reading
from reference_app.billing.entitlements import Subscription
from reference_app.settings import Settings
from reference_app.web import create_app as create_correct_app


class FirstDeclineRevokes(Billing):
    """Knows paid and not paid, and nothing between."""

    def read(self, subscriptions: Iterable[Subscription]) -> Reading:
        now = super().read(subscriptions)
        return replace(now, status="unpaid") if now.status == "past_due" else now


def create_app(settings: Settings) -> FastAPI:
    return create_correct_app(settings, FirstDeclineRevokes)
