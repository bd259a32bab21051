"""A field that holds an id is read as the object that it names.

Pattern: D9 (an id where an object was expected).
Mechanism: the handler was written against an answer that was asked for with `expand`. Events are
never expanded: there the field is a string, and reading an attribute of it throws.
Symptom: one type of event is answered with 500 each time, for as long as Stripe cares to try.
Breaks: `truthful-ack`.
Seen in: webrenew/memories#404, Subscribie/subscribie#746,
invertase/stripe-firebase-extensions#368, stripe/stripe-dotnet#1579.
"""

from __future__ import annotations

import logging

from fastapi import FastAPI
from sqlalchemy.orm import Session

from reference_app.billing import Billing, Notice
from reference_app.settings import Settings
from reference_app.tables import Organisation
from reference_app.web import create_app as create_correct_app

log = logging.getLogger(__name__)


class IdTakenForAnObject(Billing):
    """Says in the log which subscription was sold."""

    def settle(self, session: Session, organisation: Organisation, notice: Notice) -> bool:
        if notice.type == "checkout.session.completed":
            log.info("Sold %s", notice.subject["subscription"]["id"])
        return super().settle(session, organisation, notice)


def create_app(settings: Settings) -> FastAPI:
    return create_correct_app(settings, IdTakenForAnObject)
