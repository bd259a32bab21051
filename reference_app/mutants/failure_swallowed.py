"""What goes wrong in the webhook handler is logged, and answered with 2xx.

Pattern: C7 (failure swallowed).
Mechanism: errors look bad in the delivery log, so the handler catches them. Stripe takes 2xx for
done and never delivers the event again.
Symptom: after a rate limit or an outage some customers keep their old plan, and nothing is red.
Breaks: `truthful-ack`.
Seen in: firezone/firezone#9869, stripe/sync-engine#337, webrenew/unicon#42.
"""

from __future__ import annotations

import logging

from fastapi import FastAPI

from reference_app.billing import Billing, Outcome, StripeRefused
from reference_app.settings import Settings
from reference_app.web import create_app as create_correct_app

log = logging.getLogger(__name__)


class FailureSwallowed(Billing):
    """Never tells Stripe that it failed."""

    def receive(self, payload: bytes, signature: str | None) -> Outcome:
        try:
            return super().receive(payload, signature)
        except StripeRefused:
            log.exception("A webhook could not be handled")
            return Outcome.IGNORED


def create_app(settings: Settings) -> FastAPI:
    return create_correct_app(settings, FailureSwallowed)
