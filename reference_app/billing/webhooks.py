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

All of it runs in the database role of the billing writer (`settling`); no other code does.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import stripe
from sqlalchemy.orm import Session

from reference_app.billing.entitlements import write
from reference_app.billing.errors import BadSignature
from reference_app.billing.subscriptions import last_subscriptions_of, subscriptions_of
from reference_app.locks import locked
from reference_app.tables import HandledEvent, Organisation

if TYPE_CHECKING:
    from reference_app.billing.billing import Billing

# What can change an entitlement. All other types, and those that Stripe will invent, are
# acknowledged.
FAMILY = "customer.subscription."
CUSTOMER_DELETED = "customer.deleted"
TYPES = frozenset(
    {
        CUSTOMER_DELETED,
        "checkout.session.completed",
        "checkout.session.async_payment_succeeded",
        "checkout.session.async_payment_failed",
        "checkout.session.expired",
        "invoice.paid",
        "invoice.payment_failed",
    }
)
# Deleting a customer ends every subscription first, and those events may come in any order.
LAST_NEWS = frozenset({CUSTOMER_DELETED, "customer.subscription.deleted"})
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
        if self.type == CUSTOMER_DELETED:
            return str(self.subject["id"])
        found = self.subject.get("customer")
        return found.get("id") if isinstance(found, Mapping) else found

    @property
    def matters(self) -> bool:
        return self.type.startswith(FAMILY) or self.type in TYPES


def verify(
    _client: stripe.StripeClient, payload: bytes, signature: str | None, secret: str
) -> Notice:
    """The event in `payload`, the body exactly as it came. Raises `BadSignature`.

    The body is read as plain JSON, as Stripe wrote it: `construct_event` would verify it in the
    same way, then build objects of its version of the API, which nothing here needs.
    """
    tolerance = stripe.Webhook.DEFAULT_TOLERANCE
    try:
        stripe.WebhookSignature.verify_header(payload, signature, secret, tolerance)
        event = json.loads(payload)
        return Notice(event["id"], event["type"], event["data"]["object"])
    except stripe.SignatureVerificationError as error:
        raise BadSignature(f"Stripe-Signature does not fit this body: {error}") from error
    except (ValueError, KeyError, TypeError) as error:
        raise BadSignature(f"This body is not a Stripe event: {error}") from error


def handle(billing: Billing, notice: Notice) -> Outcome:
    """Let `notice` have its effect, once. Raises `StripeRefused`, having changed nothing."""
    if not notice.matters or notice.customer is None:
        return Outcome.IGNORED
    with billing.database.settling() as session:
        organisation = locked(session, Organisation.stripe_customer == notice.customer)
        if organisation is None:
            return Outcome.IGNORED  # a customer of something else on the same Stripe account
        if session.get(HandledEvent, notice.id) is not None:
            return Outcome.DUPLICATE
        session.add(HandledEvent(id=notice.id, type=notice.type))
        if notice.type in CHECKOUT_OVER and organisation.checkout_session == notice.subject["id"]:
            organisation.checkout_session = None
        changed = billing.settle(session, organisation, notice)
        if notice.type == CUSTOMER_DELETED:
            _forget_customer(organisation)
    return Outcome.WRITTEN if changed else Outcome.UNCHANGED


def settle(billing: Billing, session: Session, organisation: Organisation, notice: Notice) -> bool:
    """Write what Stripe says now about the organisation; whether that was news.

    `organisation` must be locked already: see the top of this module.
    """
    assert organisation.stripe_customer is not None
    ask = last_subscriptions_of if notice.type in LAST_NEWS else subscriptions_of
    now = billing.read(ask(billing.stripe, organisation.stripe_customer))
    if now.access:
        organisation.checkout_session = None
    return write(session, organisation, now, notice.id)


def _forget_customer(organisation: Organisation) -> None:
    """A deletion cannot be undone and has ended every subscription
    (https://docs.stripe.com/api/customers/delete): the next purchase needs a new customer, and what
    is still on its way about the old one is about nobody.
    """
    organisation.deleted_customer = organisation.stripe_customer
    organisation.stripe_customer = None
    organisation.checkout_session = None
