"""A webhook may be signed with a second secret, which nobody has set.

Pattern: D2 (verification fails open when a secret is unset or empty).
Mechanism: while a secret is rolled, or for a second endpoint, the handler tries two. Where the
second is not set it is the empty string, and that is a key like any other: everybody has it. (The
SDK refuses to verify with an empty secret; whoever counts the digest themselves does not.)
Symptom: none in the delivery log; whoever knows the trick writes their own subscription events.
Breaks: `authentic`.
Seen in: managoat/fountain#390, NorthlandPositronics/Cogtrix#119,
liberusoftware/genealogy-laravel#1602.
"""

from __future__ import annotations

import hashlib
import hmac
import json

from fastapi import FastAPI

from reference_app.billing import BadSignature, Billing, Notice, Outcome
from reference_app.billing.webhooks import handle
from reference_app.settings import Settings
from reference_app.web import create_app as create_correct_app

SECOND_SECRET = ""
"""What `os.environ.get(..., "")` gives where the variable is not set."""


class EmptySecretSigns(Billing):
    """Tries one key after another, and one of them is none."""

    def receive(self, payload: bytes, signature: str | None) -> Outcome:
        try:
            return super().receive(payload, signature)
        except BadSignature:
            if not signed_with(SECOND_SECRET, payload, signature or ""):
                raise
        event = json.loads(payload)
        return handle(self, Notice(event["id"], event["type"], event["data"]["object"]))


def signed_with(secret: str, payload: bytes, signature: str) -> bool:
    parts = dict(part.split("=", 1) for part in signature.split(",") if "=" in part)
    said = f"{parts.get('t')}.".encode() + payload
    wanted = hmac.new(secret.encode(), said, hashlib.sha256).hexdigest()
    return hmac.compare_digest(wanted, parts.get("v1", ""))


def create_app(settings: Settings) -> FastAPI:
    return create_correct_app(settings, EmptySecretSigns)
