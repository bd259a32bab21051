"""Stripe is told to send customers back to another origin than the app's own.

Pattern: A8 (return URL on the wrong origin).
Mechanism: the addresses are put together from a variable that was set on the developer's machine,
and a fallback hides that it is not set anywhere else.
Symptom: who has paid lands on nothing, or signed out on the host of some deployment.
Breaks: `fresh-session`.
Seen in: BloopAI/vibe-kanban#2453, vercel/nextjs-subscription-payments#208, gitpod-io/gitpod#13372.
"""

from __future__ import annotations

from dataclasses import replace

import stripe
from fastapi import FastAPI

from reference_app.billing import Billing
from reference_app.database import Database
from reference_app.settings import Settings
from reference_app.web import create_app as create_correct_app


class ReturnToLocalhost(Billing):
    """Was only ever tried at home."""

    def __init__(
        self, settings: Settings, database: Database, client: stripe.StripeClient | None = None
    ) -> None:
        super().__init__(replace(settings, app_url="http://localhost:3000"), database, client)


def create_app(settings: Settings) -> FastAPI:
    return create_correct_app(settings, ReturnToLocalhost)
