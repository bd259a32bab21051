"""What a customer may use is looked up when they sign in, and kept.

Pattern: F12 (an entitlement is frozen in a session or token).
Mechanism: the entitlement is copied to where the session is, because it is asked for on every page.
Webhooks change the original.
Symptom: a purchase shows after signing out and in again; who has cancelled keeps the plan for as
long as they stay signed in.
Breaks: `converges`.
Seen in: denoland/saaskit#686, TryGhost/Members#1, wpsharks/s2member#536, Automattic/jetpack#47773.
"""

from __future__ import annotations

import stripe
from fastapi import FastAPI

from reference_app.billing import Billing, Entitlement
from reference_app.database import Database
from reference_app.settings import Settings
from reference_app.tables import Organisation
from reference_app.web import create_app as create_correct_app


class PlanOfTheSignIn(Billing):
    """Remembers the first answer."""

    def __init__(
        self, settings: Settings, database: Database, client: stripe.StripeClient | None = None
    ) -> None:
        super().__init__(settings, database, client)
        self._kept: dict[int, Entitlement] = {}

    def entitlement(self, organisation: Organisation) -> Entitlement:
        if organisation.id not in self._kept:
            self._kept[organisation.id] = super().entitlement(organisation)
        return self._kept[organisation.id]


def create_app(settings: Settings) -> FastAPI:
    return create_correct_app(settings, PlanOfTheSignIn)
