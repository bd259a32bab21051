"""Webhooks: verify, then bring the entitlement in line with Stripe
(https://docs.stripe.com/webhooks).

Stripe delivers at least once and in no particular order, so an event is taken as a hint that
something about a customer changed, not as the change itself. The handler

1. finds the organisation by the customer that was stored before the browser was sent to Stripe;
2. locks its row (on SQLite, the database), which makes steps 3 to 5 one at a time per organisation;
3. records the event's id, or stops here if it was recorded before;
4. fetches the customer's subscriptions as they are *now*, and writes what they say;
5. commits all of it together, and only then answers 2xx.

Why order does not matter. Every write holds the lock from before its fetch until its commit, so the
fetches happen in the order of the writes, and no write can put an older picture over a newer one.
And each change at Stripe is followed by an event whose fetch comes after the change. So, whichever
event is handled last, its fetch saw every change that was announced. Refetching without the lock
would not do: a handler could fetch, stall, and write its old picture over a newer one.

If Stripe cannot be asked, nothing is committed (the event's id neither) and the answer is an error:
Stripe will deliver the event again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import stripe
from sqlalchemy import select
from sqlalchemy.orm import Session

from reference_app.billing.entitlements import write
from reference_app.billing.errors import BadSignature
from reference_app.billing.subscriptions import subscriptions_of
from reference_app.tables import HandledEvent, Organisation

if TYPE_CHECKING:
    from reference_app.billing.billing import Billing

# What can change an entitlement. All other types, and those that Stripe will invent, are
# acknowledged.
FAMILY = "customer.subscription."
TYPES = frozenset(
    {
        "checkout.session.completed",
        "checkout.session.async_payment_succeeded",
        "checkout.session.async_payment_failed",
        "checkout.session.expired",
        "invoice.paid",
        "invoice.payment_failed",
    }
)
CHECKOUT_OVER = frozenset({"checkout.session.completed", "checkout.session.expired"})


class Outcome(StrEnum):
    """What an event led to; all of them are a success to Stripe."""

    WRITTEN = "written"
    UNCHANGED = "unchanged"
    DUPLICATE = "duplicate"
    IGNORED = "ignored"


@dataclass(frozen=True, slots=True)
class Notice:
    """A verified event.

    `subject` is its `data.object`: the picture at the time, perhaps an old one.
    """

    id: str
    type: str
    subject: Mapping[str, Any]

    @property
    def customer(self) -> str | None:
        """The id of the customer it is about:

        Stripe gives an id, or the object where it is expanded.
        """
        found = self.subject.get("customer")
        return found.get("id") if isinstance(found, Mapping) else found

    @property
    def matters(self) -> bool:
        return self.type.startswith(FAMILY) or self.type in TYPES


def verify(
    client: stripe.StripeClient, payload: bytes, signature: str | None, secret: str
) -> Notice:
    """The event in `payload`, the body exactly as it came. Raises `BadSignature`."""
    try:
        event = client.construct_event(payload, signature, secret)
    except stripe.SignatureVerificationError as error:
        raise BadSignature(f"Stripe-Signature does not fit this body: {error}") from error
    except ValueError as error:
        raise BadSignature(f"This body is not a Stripe event: {error}") from error
    values = event.to_dict()
    return Notice(values["id"], values["type"], values["data"]["object"])


def handle(billing: Billing, notice: Notice) -> Outcome:
    """Let `notice` have its effect, once. Raises `StripeRefused`, having changed nothing."""
    if not notice.matters or notice.customer is None:
        return Outcome.IGNORED
    with billing.database.writing() as session:
        organisation = session.scalars(
            select(Organisation)
            .where(Organisation.stripe_customer == notice.customer)
            .with_for_update()
        ).one_or_none()
        if organisation is None:
            return Outcome.IGNORED  # a customer of something else on the same Stripe account
        if session.get(HandledEvent, notice.id) is not None:
            return Outcome.DUPLICATE
        session.add(HandledEvent(id=notice.id, type=notice.type))
        if notice.type in CHECKOUT_OVER and organisation.checkout_session == notice.subject["id"]:
            organisation.checkout_session = None
        changed = billing.settle(session, organisation, notice)
    return Outcome.WRITTEN if changed else Outcome.UNCHANGED


def settle(billing: Billing, session: Session, organisation: Organisation, notice: Notice) -> bool:
    """Write what Stripe says now about the organisation; whether that was news.

    `organisation` must be locked already: see the top of this module.
    """
    assert organisation.stripe_customer is not None
    now = billing.read(subscriptions_of(billing.stripe, organisation.stripe_customer))
    if now.access:
        organisation.checkout_session = None
    return write(session, organisation, now, notice.id)
