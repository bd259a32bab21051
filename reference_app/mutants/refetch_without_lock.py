"""The subscription is fetched before the row is locked, and written after.

Pattern: B8 (refetched snapshot written late).
Mechanism: "always fetch anew" is taken for enough. One handler fetches and is held up; another
fetches newer news and writes it; then the first writes what it had fetched.
Symptom: a state that was over minutes ago stays until the next event, which may be a month away.
Breaks: `no-phantom-grant` and `monotonic`.
Seen in: invertase/stripe-firebase-extensions#119, mozilla/fxa#21122, pay-rails/pay#377.
"""

from __future__ import annotations

from fastapi import FastAPI
from sqlalchemy import select

from reference_app.billing import Billing, Outcome
from reference_app.billing.entitlements import write
from reference_app.billing.subscriptions import last_subscriptions_of, subscriptions_of
from reference_app.billing.webhooks import CUSTOMER_DELETED, LAST_NEWS, handle, verify
from reference_app.settings import Settings
from reference_app.tables import HandledEvent, Organisation
from reference_app.web import create_app as create_correct_app


class RefetchWithoutLock(Billing):
    """Holds the lock for the write alone."""

    def receive(self, payload: bytes, signature: str | None) -> Outcome:
        notice = verify(self.stripe, payload, signature, self.settings.stripe_webhook_secret)
        if not notice.matters or notice.customer is None:
            return Outcome.IGNORED
        if notice.type == CUSTOMER_DELETED:
            return handle(self, notice)
        wanted = select(Organisation).where(Organisation.stripe_customer == notice.customer)
        with self.database.reading() as session:
            if session.scalars(wanted).one_or_none() is None:
                return Outcome.IGNORED
        ask = last_subscriptions_of if notice.type in LAST_NEWS else subscriptions_of
        now = self.read(ask(self.stripe, notice.customer))
        with self.database.settling() as session:
            organisation = session.scalars(wanted).one()
            if session.get(HandledEvent, notice.id) is not None:
                return Outcome.DUPLICATE
            session.add(HandledEvent(id=notice.id, type=notice.type))
            changed = write(session, organisation, now, notice.id)
        return Outcome.WRITTEN if changed else Outcome.UNCHANGED


def create_app(settings: Settings) -> FastAPI:
    return create_correct_app(settings, RefetchWithoutLock)
