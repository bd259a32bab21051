"""An event in another API version than the library's own is refused.

Pattern: D6 (the webhook's API version differs from the one the SDK is pinned to).
Mechanism: a strict library throws when the version of an event is not the one it was made for, and
the handler lets it. The version belongs to the endpoint, and somebody else sets that.
Symptom: the library is updated, or an endpoint is made anew, and from then on every event is an
error.
Breaks: `truthful-ack`.
Seen in: stripe/stripe-dotnet#2611, speakeasy-api/gram#5364, stripe/stripe-go#1940.
"""

from __future__ import annotations

import json

import stripe
from fastapi import FastAPI

from reference_app.billing import Billing, Outcome
from reference_app.billing.webhooks import handle, verify
from reference_app.errors import AppError
from reference_app.settings import Settings
from reference_app.web import create_app as create_correct_app


class WrongVersion(AppError):
    status = 400
    code = "wrong_version"


class OtherVersionRefused(Billing):
    """Understands one version, and would rather understand nothing than another."""

    def receive(self, payload: bytes, signature: str | None) -> Outcome:
        notice = verify(self.stripe, payload, signature, self.settings.stripe_webhook_secret)
        version = json.loads(payload)["api_version"]
        if version != stripe.api_version:
            raise WrongVersion(f"Expected an event of {stripe.api_version}, and this is {version}.")
        return handle(self, notice)


def create_app(settings: Settings) -> FastAPI:
    return create_correct_app(settings, OtherVersionRefused)
