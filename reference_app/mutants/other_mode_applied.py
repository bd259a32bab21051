"""An event of the other mode is written into this mode's accounts.

Pattern: D5 (test and live mixed).
Mechanism: one endpoint gets events of both modes, as Connect sends them. This key cannot fetch what
they are about, so what the event carries is taken instead, for the organisation that its metadata
names. Both modes count their organisations from 1.
Symptom: a test card in staging switches a plan on in production, or a tidied test account ends one.
Breaks: `tolerant`.
Seen in: opencollective/opencollective-api#309, pinax/pinax-stripe-light#547,
Subscribie/subscribie#982.
"""

from __future__ import annotations

import json

from fastapi import FastAPI

from reference_app.billing import Billing, Outcome
from reference_app.billing.entitlements import write
from reference_app.billing.webhooks import FAMILY, handle, verify
from reference_app.locks import locked
from reference_app.settings import Settings
from reference_app.tables import Organisation
from reference_app.web import create_app as create_correct_app


class OtherModeApplied(Billing):
    """Never asks in which of Stripe's two worlds something happened."""

    def receive(self, payload: bytes, signature: str | None) -> Outcome:
        notice = verify(self.stripe, payload, signature, self.settings.stripe_webhook_secret)
        live = self.settings.stripe_api_key.startswith(("sk_live_", "rk_live_"))
        same_mode = json.loads(payload)["livemode"] == live
        named = (notice.subject.get("metadata") or {}).get("organisation")
        if same_mode or named is None or not notice.type.startswith(FAMILY):
            return handle(self, notice)
        with self.database.settling() as session:
            organisation = locked(session, Organisation.id == int(named))
            if organisation is None:
                return Outcome.IGNORED
            changed = write(session, organisation, self.read([notice.subject]), notice.id)
        return Outcome.WRITTEN if changed else Outcome.UNCHANGED


def create_app(settings: Settings) -> FastAPI:
    return create_correct_app(settings, OtherModeApplied)
