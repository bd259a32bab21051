"""Each visit of the success page grants what was bought.

Pattern: A6 (the return page fires again).
Mechanism: the page calls what belongs to a success, and is called by a reload, the back button, a
prefetch and the second drawing of the page. The webhook had granted it already.
Symptom: credits grow with each reload.
Breaks: `grant-once`.
Seen in: farming-labs/farm.js#1309, corsego/corsego#30.
"""

from __future__ import annotations

from fastapi import FastAPI

from reference_app.billing import Entitlement
from reference_app.mutants._credits import Crediting, grant
from reference_app.settings import Settings
from reference_app.tables import Organisation
from reference_app.web import create_app as create_correct_app


class ReturnCreditsAgain(Crediting):
    """Takes a page for an event."""

    def returned(self, organisation: Organisation) -> Entitlement:
        if self.entitlement(organisation).access:
            with self.database.settling() as session:
                grant(session, organisation, "success page")
        return self.entitlement(organisation)


def create_app(settings: Settings) -> FastAPI:
    return create_correct_app(settings, ReturnCreditsAgain)
