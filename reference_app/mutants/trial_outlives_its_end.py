"""A trial that was cancelled is a trial until its date.

Pattern: E6 (the trial's timestamp outlives the trial).
Mechanism: `trial_end` stays set when a subscription ends, and the handler looks at the date before
the status: who was promised a trial until Friday has it until Friday.
Symptom: a subscription that was ended on the second day grants access for the rest of the trial, or
for good where nobody looks at the date again.
Breaks: `unpaid-access-ends`.
Seen in: tierrun/tier#231, laravel/cashier-stripe#1442, managoat/fountain#244.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from fastapi import FastAPI

from reference_app.billing import Billing, Reading
from reference_app.billing.entitlements import Subscription
from reference_app.settings import Settings
from reference_app.web import create_app as create_correct_app


class TrialOutlivesItsEnd(Billing):
    """Looks at the date first."""

    def read(self, subscriptions: Iterable[Subscription]) -> Reading:
        found = list(subscriptions)
        now = super().read(found)
        if now.status != "canceled":
            return now
        ended = next(each for each in found if each["id"] == now.subscription)
        on_trial = (ended.get("trial_end") or 0) > (ended.get("ended_at") or 0)
        return replace(now, status="trialing") if on_trial else now


def create_app(settings: Settings) -> FastAPI:
    return create_correct_app(settings, TrialOutlivesItsEnd)
