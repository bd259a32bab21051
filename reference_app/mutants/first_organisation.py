"""The portal opens for the first organisation there is.

Pattern: G12 (the wrong tenant, or role, behind the button).
Mechanism: the page checks the role in the organisation that is selected, and then takes the
customer of the first one that a list of organisations begins with. While there is one, that is it.
Symptom: the portal shows somebody else's invoices, cards and plan, and can cancel it.
Breaks: `tenant-isolation`.
Seen in: manaflow-ai/cmux#7489, adcontextprotocol/adcp#6116, calcom/cal.diy#23451.
"""

from __future__ import annotations

from fastapi import FastAPI
from sqlalchemy import select

from reference_app.accounts import require_owner
from reference_app.billing import Billing, NoCustomer
from reference_app.billing.client import refusals
from reference_app.billing.portal import RETURN_PATH
from reference_app.settings import Settings
from reference_app.tables import Organisation, User
from reference_app.web import create_app as create_correct_app


class FirstOrganisation(Billing):
    """Forgets whom it has just checked."""

    def open_portal(
        self,
        user: User,
        organisation: Organisation,
        to: str | None = None,  # noqa: ARG002
    ) -> dict[str, str]:
        with self.database.reading() as session:
            require_owner(session, user, organisation)
            first = session.scalars(select(Organisation).order_by(Organisation.id)).first()
        if first is None or first.stripe_customer is None:
            raise NoCustomer
        with refusals():
            opened = self.stripe.v1.billing_portal.sessions.create(
                {"customer": first.stripe_customer, "return_url": self.settings.url(RETURN_PATH)}
            )
        return {"url": opened.url}


def create_app(settings: Settings) -> FastAPI:
    return create_correct_app(settings, FirstOrganisation)
