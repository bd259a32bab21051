"""The portal is told to send its visitor back to a path.

Pattern: G16 (the portal's configuration or return_url is missing).
Mechanism: the address of the app is not set where the portal is opened, so what should be a URL is
its last part only. Stripe opens no portal that leads nowhere.
Symptom: "manage billing" is an error page for every customer.
Breaks: `answers`.
Seen in: AntonioErdeljac/next13-ai-saas#41, fjordllc/bootcamp#4623, jesushzv/business-helper#346.
"""

from __future__ import annotations

from copy import copy
from dataclasses import replace

from fastapi import FastAPI

from reference_app.billing import Billing
from reference_app.billing.portal import open_portal
from reference_app.settings import Settings
from reference_app.tables import Organisation, User
from reference_app.web import create_app as create_correct_app


class ReturnUrlWithoutAHost(Billing):
    """Does not know where it is."""

    def open_portal(
        self, user: User, organisation: Organisation, to: str | None = None
    ) -> dict[str, str]:
        lost = copy(self)
        lost.settings = replace(self.settings, app_url="")
        return open_portal(lost, user, organisation, to)


def create_app(settings: Settings) -> FastAPI:
    return create_correct_app(settings, ReturnUrlWithoutAHost)
