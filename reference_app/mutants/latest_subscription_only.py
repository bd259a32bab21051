"""Only the newest subscription of a customer is looked at.

Pattern: G6 (the wrong subscription is picked from several).
Mechanism: the handler lists with `limit: 1`, whatever the status and whatever was sold. The newest
may be one that was never paid, or one to something else.
Symptom: a customer who buys another product on the same account loses the plan.
Breaks: `paid-access-kept`.
Seen in: t3dotgg/stripe-recommendations#40, t3dotgg/stripe-recommendations#27,
dj-stripe/dj-stripe#1951, pay-rails/pay#221.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice

from fastapi import FastAPI

from reference_app.billing import Billing, Reading
from reference_app.billing.entitlements import Subscription
from reference_app.settings import Settings
from reference_app.web import create_app as create_correct_app


class LatestSubscriptionOnly(Billing):
    """Reads the first line of a list that has the newest first."""

    def read(self, subscriptions: Iterable[Subscription]) -> Reading:
        return super().read(islice(subscriptions, 1))


def create_app(settings: Settings) -> FastAPI:
    return create_correct_app(settings, LatestSubscriptionOnly)
