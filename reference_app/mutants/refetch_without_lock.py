"""The subscription is fetched before the row is locked, and written after.

Mechanism: "always fetch anew" is taken for enough. One handler fetches and is held up; another
fetches newer news and writes it; then the first writes what it had fetched (bug pattern: a
refetched picture, written late).
Symptom: a state that was over minutes ago stays until the next event, which may be a month away.
Breaks: `no-phantom-grant` and `monotonic`.
"""

from __future__ import annotations

from fastapi import FastAPI
from sqlalchemy import select

from reference_app.billing import Billing, Outcome
from reference_app.billing.entitlements import write
from reference_app.billing.subscriptions import subscriptions_of
from reference_app.billing.webhooks import verify
from reference_app.settings import Settings
from reference_app.tables import HandledEvent, Organisation
from reference_app.web import create_app as create_correct_app


class RefetchWithoutLock(Billing):
    """Holds the lock for the write alone."""

    def receive(self, payload: bytes, signature: str | None) -> Outcome:
        notice = verify(self.stripe, payload, signature, self.settings.stripe_webhook_secret)
        if not notice.matters or notice.customer is None:
            return Outcome.IGNORED
        wanted = select(Organisation).where(Organisation.stripe_customer == notice.customer)
        with self.database.reading() as session:
            if session.scalars(wanted).one_or_none() is None:
                return Outcome.IGNORED
        now = self.read(subscriptions_of(self.stripe, notice.customer))
        with self.database.writing() as session:
            organisation = session.scalars(wanted).one()
            if session.get(HandledEvent, notice.id) is not None:
                return Outcome.DUPLICATE
            session.add(HandledEvent(id=notice.id, type=notice.type))
            changed = write(session, organisation, now, notice.id)
        return Outcome.WRITTEN if changed else Outcome.UNCHANGED


def create_app(settings: Settings) -> FastAPI:
    return create_correct_app(settings, RefetchWithoutLock)
