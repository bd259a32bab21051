"""A pause in collecting payments ends access at once.

Pattern: E5 (paused mis-read, here: paid days are lost).
Mechanism: `pause_collection` leaves the status `active`; it says what happens to the next invoices.
The handler takes it for the status `paused`, which is another thing, and switches off.
Symptom: support grants a customer a free month out of goodwill, and locks them out by it.
Breaks: `paid-access-kept`.
Seen in: liberusoftware/genealogy-laravel#1605, invertase/stripe-firebase-extensions#457,
joemasilotti/railsdevs.com#623.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from fastapi import FastAPI

from reference_app.billing import Billing, Reading
from reference_app.billing.entitlements import Subscription
from reference_app.settings import Settings
from reference_app.web import create_app as create_correct_app


class CollectionPauseRevokes(Billing):
    """Knows one kind of pause."""

    def read(self, subscriptions: Iterable[Subscription]) -> Reading:
        found = list(subscriptions)
        now = super().read(found)
        on_hold = {each["id"] for each in found if each.get("pause_collection")}
        return replace(now, status="paused") if now.subscription in on_hold else now


def create_app(settings: Settings) -> FastAPI:
    return create_correct_app(settings, CollectionPauseRevokes)
