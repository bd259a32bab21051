"""A scheduled cancellation is treated as a cancellation.

Pattern: E9 (a scheduled cancel treated as cancelled now).
Mechanism: "will be cancelled" and "is cancelled" are folded into one boolean, so the update that
only announces the end is handled as the end.
Symptom: who cancels on the second day of a paid month is locked out for the other twenty-eight.
Breaks: `paid-access-kept`.
Seen in: mozilla/fxa#981, mozilla/subhub#33, thoughtbot/upcase#278, HabitRPG/habitica#8600.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from fastapi import FastAPI

from reference_app.billing import Billing, Reading
from reference_app.billing.entitlements import Subscription
from reference_app.settings import Settings
from reference_app.web import create_app as create_correct_app


class CancelRevokesNow(Billing):
    """Reads a subscription that is winding down as one that has ended."""

    def read(self, subscriptions: Iterable[Subscription]) -> Reading:
        now = super().read(subscriptions)
        return replace(now, status="canceled") if now.winding_down else now


def create_app(settings: Settings) -> FastAPI:
    return create_correct_app(settings, CancelRevokesNow)
