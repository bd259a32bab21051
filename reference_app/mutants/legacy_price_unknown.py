"""A price whose lookup key has moved on is nobody's.

Pattern: F3 (an unknown, new or legacy price id).
Mechanism: a price is looked up in the table of what is for sale today. When a plan gets dearer the
lookup key goes to the new price, and the old one, which customers still pay, is in no table.
Symptom: at the next renewal all who have the old price are on the free plan, and pay.
Breaks: `paid-access-kept`.
Seen in: BasedHardware/omi#7452, papermark/papermark#1820, 2anki/2anki.net#3385,
twentyhq/twenty#25635.
"""

from __future__ import annotations

from collections.abc import Iterable

from fastapi import FastAPI

from reference_app.billing import OFFERS, Billing, Reading
from reference_app.billing.entitlements import Subscription
from reference_app.settings import Settings
from reference_app.web import create_app as create_correct_app


class LegacyPriceUnknown(Billing):
    """Knows the prices of today."""

    def read(self, subscriptions: Iterable[Subscription]) -> Reading:
        return super().read(
            each
            for each in subscriptions
            if any(item["price"].get("lookup_key") in OFFERS for item in each["items"]["data"])
        )


def create_app(settings: Settings) -> FastAPI:
    return create_correct_app(settings, LegacyPriceUnknown)
