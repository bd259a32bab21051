"""The endpoint is told of purchases and ends, and of nothing in between.

Pattern: C9 (the event never arrives).
Mechanism: the three types of the first tutorial are ticked in the dashboard. What happens to a
subscription between its beginning and its end never arrives, and nothing else ever asks.
Symptom: a renewal, a switched plan and a scheduled cancellation are unknown until the very end.
Breaks: `converges`.
Seen in: arogan178/macrotrackr#174, 2anki/2anki.net#3903, invertase/stripe-firebase-extensions#250.
"""

from __future__ import annotations

from fastapi import FastAPI

from reference_app.billing import Billing, Outcome
from reference_app.billing.webhooks import handle, verify
from reference_app.settings import Settings
from reference_app.web import create_app as create_correct_app

SUBSCRIBED = frozenset(
    {
        "checkout.session.completed",
        "customer.subscription.created",
        "customer.subscription.deleted",
    }
)


class TypesNotSubscribed(Billing):
    """Might as well not be sent the others."""

    def receive(self, payload: bytes, signature: str | None) -> Outcome:
        notice = verify(self.stripe, payload, signature, self.settings.stripe_webhook_secret)
        return handle(self, notice) if notice.type in SUBSCRIBED else Outcome.IGNORED


def create_app(settings: Settings) -> FastAPI:
    return create_correct_app(settings, TypesNotSubscribed)
