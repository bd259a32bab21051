"""A trial that was paused for want of a card goes on for ever.

Pattern: E5 (paused mis-read, here: service without payment).
Mechanism: `paused` is not on the list of ends, and what has not ended is served. Stripe pauses a
trial that runs out without a card and waits; it has no reason to send anything more.
Symptom: whoever gives no card has the plan for nothing, and for longer than the trial.
Breaks: `unpaid-access-ends`.
Seen in: invertase/stripe-firebase-extensions#457, joemasilotti/railsdevs.com#623.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from fastapi import FastAPI

from reference_app.billing import Billing, Reading
from reference_app.billing.entitlements import Subscription
from reference_app.settings import Settings
from reference_app.web import create_app as create_correct_app


class PausedTrialGoesOn(Billing):
    """Serves what has not ended."""

    def read(self, subscriptions: Iterable[Subscription]) -> Reading:
        now = super().read(subscriptions)
        return replace(now, status="active") if now.status == "paused" else now


def create_app(settings: Settings) -> FastAPI:
    return create_correct_app(settings, PausedTrialGoesOn)
