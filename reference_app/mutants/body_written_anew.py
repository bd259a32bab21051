"""The signature is checked over the body as it was parsed and written again.

Pattern: D3 (the raw body is altered before verification).
Mechanism: a JSON parser in front of the handler takes the bytes, so the handler writes the values
out again in the layout that it has always seen. That is the same, until a word is not ASCII: one
writer escapes what the other does not. The lines of an invoice say "1 × Pro".
Symptom: events about subscriptions work, and those about invoices fail with "no signatures found"
for days, until somebody turns verification off.
Breaks: `truthful-ack`.
Seen in: stripe/stripe-node#356, stripe/stripe-node#341, stripe/stripe-php#884.
"""

from __future__ import annotations

import json

from fastapi import FastAPI

from reference_app.billing import BadSignature, Billing, Outcome
from reference_app.settings import Settings
from reference_app.web import create_app as create_correct_app


class BodyWrittenAnew(Billing):
    """Verifies what it would have sent, and not what came."""

    def receive(self, payload: bytes, signature: str | None) -> Outcome:
        try:
            parsed = json.loads(payload)
        except ValueError as error:
            raise BadSignature(f"This body is not JSON: {error}") from error
        return super().receive(json.dumps(parsed, indent=2).encode(), signature)


def create_app(settings: Settings) -> FastAPI:
    return create_correct_app(settings, BodyWrittenAnew)
