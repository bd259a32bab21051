"""The customer for whom the portal is opened is the last one who bought something.

Pattern: G12 (the wrong tenant, or role, behind the button).
Mechanism: "the current customer" is kept in a variable of the process instead of being looked up
for whoever is signed in. With one user at a time nobody notices.
Symptom: two customers at once, and one of them is looking at the other's invoices.
Breaks: `tenant-isolation`.
Seen in: manaflow-ai/cmux#7489, adcontextprotocol/adcp#6116, calcom/cal.diy#23451.
"""

from __future__ import annotations

import stripe
from fastapi import FastAPI

from reference_app.billing import Billing
from reference_app.database import Database
from reference_app.settings import Settings
from reference_app.tables import Organisation, User
from reference_app.web import create_app as create_correct_app


class LastCustomerWins(Billing):
    """Remembers one organisation for all."""

    def __init__(
        self, settings: Settings, database: Database, client: stripe.StripeClient | None = None
    ) -> None:
        super().__init__(settings, database, client)
        self._current: tuple[User, Organisation] | None = None

    def upgrade(self, user: User, organisation: Organisation, plan: str) -> dict[str, str]:
        self._current = user, organisation
        return super().upgrade(user, organisation, plan)

    def open_portal(
        self, user: User, organisation: Organisation, to: str | None = None
    ) -> dict[str, str]:
        user, organisation = self._current or (user, organisation)
        return super().open_portal(user, organisation, to)


def create_app(settings: Settings) -> FastAPI:
    return create_correct_app(settings, LastCustomerWins)
