"""The end of a period is reckoned from its beginning: a month has thirty days.

Pattern: F11 (date units, anchors and zones).
Mechanism: the app adds a term of its own to the day on which a period began, and does not read the
end that Stripe says. Stripe counts calendar months, and years.
Symptom: "renews on" is a day or two off, and for who pays by the year eleven months.
Breaks: `converges`.
Seen in: mozilla/fxa#13310, restrictcontentpro/restrict-content-pro#210,
OrchardCMS/OrchardCore.Commerce#513, ansvisor/ansvisor#500.
"""

from __future__ import annotations

from collections.abc import Iterable

from fastapi import FastAPI

from reference_app.billing import Billing, Reading
from reference_app.billing.entitlements import Subscription
from reference_app.settings import Settings
from reference_app.web import create_app as create_correct_app

TERM = 30 * 24 * 60 * 60


class MonthOfThirtyDays(Billing):
    """Has a calendar of its own."""

    def read(self, subscriptions: Iterable[Subscription]) -> Reading:
        return super().read(_reckoned(each) for each in subscriptions)


def _reckoned(subscription: Subscription) -> Subscription:
    items = [
        {**item, "current_period_end": item["current_period_start"] + TERM}
        for item in subscription["items"]["data"]
        if "current_period_start" in item
    ]
    return {**subscription, "items": {"data": items}} if items else subscription


def create_app(settings: Settings) -> FastAPI:
    return create_correct_app(settings, MonthOfThirtyDays)
