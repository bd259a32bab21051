"""The address of the portal is fetched once and kept.

Pattern: G15 (a portal address is cached, prefetched or leaked).
Mechanism: a call to Stripe for each click seemed a waste, so the address is cached. It is a key to
somebody's billing, and it is short-lived.
Symptom: the second click of the day leads to "this session has expired".
Breaks: `fresh-session`.
Seen in: PostHog/posthog#23375, Cap-go/capgo.app#2892, strelov1/freehire#2401,
adammcgrogan/launchly-self-serve#316, stripe-samples/netlify-stripe-subscriptions#22.
"""

from __future__ import annotations

import stripe
from fastapi import FastAPI

from reference_app.billing import Billing
from reference_app.database import Database
from reference_app.settings import Settings
from reference_app.tables import Organisation, User
from reference_app.web import create_app as create_correct_app


class StoredPortalSession(Billing):
    """Hands out yesterday's key."""

    def __init__(
        self, settings: Settings, database: Database, client: stripe.StripeClient | None = None
    ) -> None:
        super().__init__(settings, database, client)
        self._opened: dict[int, dict[str, str]] = {}

    def open_portal(
        self, user: User, organisation: Organisation, to: str | None = None
    ) -> dict[str, str]:
        if organisation.id not in self._opened:
            self._opened[organisation.id] = super().open_portal(user, organisation, to)
        return self._opened[organisation.id]


def create_app(settings: Settings) -> FastAPI:
    return create_correct_app(settings, StoredPortalSession)
