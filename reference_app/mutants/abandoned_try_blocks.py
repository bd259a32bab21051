"""Who has left Checkout once is told that they have bought already.

Pattern: G18 (an abandoned or failed Checkout blocks the next try).
Mechanism: a purchase is noted when it begins, and the note is taken for a subscription. Leaving the
page takes it away only when the session expires, a day later.
Symptom: who looked at Checkout and thought it over overnight cannot buy until the next day.
Breaks: `one-subscription`.
Seen in: better-auth/better-auth#2929, SELISEdigitalplatforms/blocks-utilities#253,
langwatch/langwatch#1838, Yellow-Dog-Man/Resonite-Issues#3842.
"""

from __future__ import annotations

from fastapi import FastAPI

from reference_app.billing import AlreadySubscribed, Billing
from reference_app.settings import Settings
from reference_app.tables import Organisation
from reference_app.web import create_app as create_correct_app


class AbandonedTryBlocks(Billing):
    """Takes a purchase that was begun for one that was made."""

    def refuse_second_subscription(self, tenant: Organisation, customer: str) -> None:
        if tenant.checkout_session is not None:
            raise AlreadySubscribed
        super().refuse_second_subscription(tenant, customer)


def create_app(settings: Settings) -> FastAPI:
    return create_correct_app(settings, AbandonedTryBlocks)
