"""An event is claimed before it is handled, and a claim is for ever.

Pattern: C5 (claim never released).
Mechanism: so that two workers never handle one event, the first commits a claim. If it then fails,
the claim stays behind: it has no owner and no end, and every redelivery is told "in progress".
Symptom: one hiccup at Stripe, and this event is answered with an error for three days, then lost.
Breaks: `truthful-ack`.
Seen in: 2witstudios/PageSpace#1588, Robert-Velhorst/013-Hire-AI#61, buttondown/roadmap#3109.
"""

from __future__ import annotations

from fastapi import FastAPI

from reference_app.billing import Billing, Outcome
from reference_app.billing.webhooks import handle, verify
from reference_app.errors import AppError
from reference_app.settings import Settings
from reference_app.tables import HandledEvent
from reference_app.web import create_app as create_correct_app


class InProgress(AppError):
    status = 503
    code = "in_progress"


class ClaimNeverReleased(Billing):
    """Counts on finishing what it begins."""

    def receive(self, payload: bytes, signature: str | None) -> Outcome:
        notice = verify(self.stripe, payload, signature, self.settings.stripe_webhook_secret)
        claim = f"claim {notice.id}"
        with self.database.settling() as session:
            if session.get(HandledEvent, notice.id) is not None:
                return Outcome.DUPLICATE
            if session.get(HandledEvent, claim) is not None:
                raise InProgress(f"{notice.id} is being handled.")
            session.add(HandledEvent(id=claim, type=notice.type))
        outcome = handle(self, notice)
        with self.database.settling() as session:
            session.delete(session.get_one(HandledEvent, claim))
        return outcome


def create_app(settings: Settings) -> FastAPI:
    return create_correct_app(settings, ClaimNeverReleased)
