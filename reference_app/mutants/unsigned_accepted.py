"""A webhook is believed without a look at its signature.

Pattern: D1 (unsigned events accepted).
Mechanism: the body is parsed, because it is JSON and came to the right path; verification was left
for later.
Symptom: none, until somebody who knows the path posts an event of their own making.
Breaks: `authentic`.
Seen in: colophon-group/jobseek#3209, TheMorpheus407/the-dmz#307, Robert-Velhorst/013-Hire-AI#87.
"""

from __future__ import annotations

import json

from fastapi import FastAPI

from reference_app.billing import Billing, Notice, Outcome
from reference_app.billing.webhooks import handle
from reference_app.settings import Settings
from reference_app.web import create_app as create_correct_app


class UnsignedAccepted(Billing):
    """Trusts the path."""

    def receive(self, payload: bytes, signature: str | None) -> Outcome:  # noqa: ARG002
        event = json.loads(payload)
        return handle(self, Notice(event["id"], event["type"], event["data"]["object"]))


def create_app(settings: Settings) -> FastAPI:
    return create_correct_app(settings, UnsignedAccepted)
