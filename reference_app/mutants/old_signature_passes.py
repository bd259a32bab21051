"""A signature is good for ever.

Pattern: D4 (the timestamp tolerance is mishandled).
Mechanism: verification was written by hand, or its tolerance turned off because a host's clock was
wrong or a queue was slow. The time inside the signature is then signed, and looked at by nobody.
Symptom: whoever has seen one webhook, in a log or a proxy, can play it again a year later.
Breaks: `authentic`.
Seen in: stripe/stripe-node#407, exercism/website#1702, profullstack/sh1pt#711.
"""

from __future__ import annotations

import json

import stripe
from fastapi import FastAPI

from reference_app.billing import BadSignature, Billing, Notice, Outcome
from reference_app.billing.webhooks import handle
from reference_app.settings import Settings
from reference_app.web import create_app as create_correct_app


class OldSignaturePasses(Billing):
    """Checks who signed, and not when."""

    def receive(self, payload: bytes, signature: str | None) -> Outcome:
        secret = self.settings.stripe_webhook_secret
        try:
            stripe.WebhookSignature.verify_header(
                payload.decode(), signature or "", secret, tolerance=None
            )
        except stripe.SignatureVerificationError as error:
            raise BadSignature(f"Stripe-Signature does not fit this body: {error}") from error
        event = json.loads(payload)
        return handle(self, Notice(event["id"], event["type"], event["data"]["object"]))


def create_app(settings: Settings) -> FastAPI:
    return create_correct_app(settings, OldSignaturePasses)
