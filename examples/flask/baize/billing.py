"""All that talks to Stripe. The webhook handler is the only code that writes an entitlement.

An event is a hint that something about a customer changed, not the change: Stripe delivers at least
once and in no particular order (https://docs.stripe.com/webhooks). So what holds now is fetched,
and fetch and write are one thing under the organisation's lock: fetches happen in the order of
writes, and no older picture is ever put over a newer one. If Stripe cannot be asked, nothing is
kept, and the error makes Stripe deliver the event again.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager, suppress
from dataclasses import astuple
from typing import Any

import stripe

from baize.accounts import Member
from baize.database import Database
from baize.entitlements import Entitlement, is_live, reading
from baize.locks import locked
from baize.plans import OFFERS
from baize.refusals import Refusal
from baize.settings import Settings

FAMILY = "customer.subscription."
CUSTOMER_DELETED = "customer.deleted"
CHECKOUT_OVER = {"checkout.session.completed", "checkout.session.expired"}
TYPES = CHECKOUT_OVER | {
    CUSTOMER_DELETED,
    "checkout.session.async_payment_failed",
    "checkout.session.async_payment_succeeded",
    "invoice.paid",
    "invoice.payment_failed",
}
TIMEOUT_SECONDS = 10
"""Stripe waits about as long for the answer to a webhook, and we call it meanwhile."""

Event = Mapping[str, Any]
Subscriptions = list[dict[str, Any]]


def stripe_client(api_key: str, api_base: str | None) -> stripe.StripeClient:
    """Retries are safe: the SDK sends one idempotency key with all attempts of a call."""
    return stripe.StripeClient(
        api_key,
        base_addresses={"api": api_base} if api_base else {},
        max_network_retries=2,
        http_client=stripe.RequestsClient(timeout=TIMEOUT_SECONDS),
    )


class Billing:
    def __init__(self, settings: Settings, database: Database) -> None:
        self.settings = settings
        self.database = database
        self.stripe = stripe_client(settings.stripe_api_key, settings.stripe_api_base)

    # What pages read. None of it changes anything.

    def entitlement(self, organisation: int) -> dict[str, Any]:
        """What the organisation may use, as the last webhook left it."""
        with self.database.reading() as db:
            told = db.execute(
                "SELECT plan, status, access, cancel_at_period_end, cancel_at, current_period_end"
                " FROM entitlements WHERE organisation = ?",
                [organisation],
            ).fetchone()
            checkout = _organisation(db, organisation)["checkout"]
        if told is None:
            return Entitlement().shown(bought=checkout is not None)
        plan, status, access, at_period_end, *times = told
        kept = Entitlement(plan, status, bool(access), bool(at_period_end), *times)
        return kept.shown(bought=checkout is not None)

    def returned(self, organisation: int) -> dict[str, Any]:
        """What the return page shows. Coming back proves nothing: its address can be typed."""
        return self.entitlement(organisation)

    # What a signed-in owner does.

    def upgrade(self, member: Member, lookup_key: str) -> str:
        """The address of a Checkout page that sells this price. Raises `Refusal`."""
        _require_owner(member)
        if lookup_key not in OFFERS:
            raise Refusal(422, "unknown_plan", f'There is no plan "{lookup_key}".')
        with self.alone(member.organisation):
            customer = self._customer(member)
            self._refuse_second(member.organisation, customer)
            session = self.stripe.v1.checkout.sessions.create(
                {
                    "mode": "subscription",
                    "customer": customer,
                    "line_items": [{"price": self._price(lookup_key), "quantity": 1}],
                    # Stripe fills in the braces: they must reach it as they are.
                    "success_url": self._url("/billing/return?session_id={CHECKOUT_SESSION_ID}"),
                    "cancel_url": self._url("/billing/plans"),
                    "subscription_data": {"metadata": {"organisation": str(member.organisation)}},
                }
            )
            with self.database.writing() as db:
                _change(db, member.organisation, checkout=session.id)
        assert session.url is not None
        return session.url

    def open_portal(self, member: Member) -> str:
        """The address of a fresh portal session; neither stored nor logged: it is a key to
        somebody's billing. Raises `Refusal` before Stripe is asked.
        """
        _require_owner(member)
        with self.database.reading() as db:
            customer = _organisation(db, member.organisation)["customer"]
        if customer is None:
            told = "You have no subscription yet. Choose a plan first."
            raise Refusal(409, "no_customer", told)
        asked: Any = {"customer": customer, "return_url": self._url("/billing/return?from=portal")}
        if self.settings.portal_configuration:
            asked["configuration"] = self.settings.portal_configuration
        return self.stripe.v1.billing_portal.sessions.create(asked).url

    # What a webhook does.

    def receive(self, payload: bytes, signature: str) -> str:
        """What the event led to. `payload` is the body exactly as it came. Raises `Refusal`."""
        try:
            secret = self.settings.stripe_webhook_secret
            event = self.stripe.construct_event(payload, signature, secret)
        except (stripe.SignatureVerificationError, ValueError) as error:
            raise Refusal(400, "bad_signature", f"This is not from Stripe: {error}") from error
        return self.handle(event.to_dict())

    def handle(self, event: Event) -> str:
        if not (event["type"].startswith(FAMILY) or event["type"] in TYPES):
            return "ignored"
        organisation = self.organisation_of(event)
        if organisation is None:
            return "ignored"  # a customer of something else on the same Stripe account
        with self.alone(organisation):
            return self.settle(event, organisation)

    def settle(self, event: Event, organisation: int) -> str:
        """Bring the entitlement in line with Stripe. The caller holds the organisation's lock."""
        if self.knows(event):
            return "duplicate"
        # While this waited, the customer may have been deleted: then it is nobody's any more.
        if self.organisation_of(event) != organisation:
            return "ignored"
        self.keep(event, organisation, reading(self.subscriptions_of(event)))
        return "written"

    def alone(self, organisation: int) -> AbstractContextManager[None]:
        return locked(self.settings.database, organisation)

    def organisation_of(self, event: Event) -> int | None:
        """Whose customer it is about."""
        wanted = "SELECT id FROM organisations WHERE customer = ?"
        with self.database.reading() as db:
            found = db.execute(wanted, [customer_of(event)]).fetchone()
        return found["id"] if found else None

    def knows(self, event: Event) -> bool:
        with self.database.reading() as db:
            found = db.execute("SELECT 1 FROM events WHERE id = ?", [event["id"]]).fetchone()
        return found is not None

    def subscriptions_of(self, event: Event) -> Subscriptions:
        """All that the event's customer has now. Of one who was deleted all have ended, and Stripe
        may have nothing left to say.
        """
        customer = customer_of(event)
        assert customer is not None
        try:
            return self._subscriptions(customer)
        except stripe.InvalidRequestError as error:
            if event["type"] != CUSTOMER_DELETED or error.code != "resource_missing":
                raise
            return []

    def keep(self, event: Event, organisation: int, now: Entitlement) -> None:
        """The single writer: the event and all that it leads to, together or not at all."""
        kind, subject = event["type"], event["data"]["object"]
        with self.database.settling() as db:
            db.execute("INSERT OR IGNORE INTO events VALUES (?, ?)", [event["id"], kind])
            db.execute(
                "INSERT OR REPLACE INTO entitlements VALUES (?, ?, ?, ?, ?, ?, ?)",
                [organisation, *astuple(now)],
            )
            checkout = _organisation(db, organisation)["checkout"]
            if now.access or (kind in CHECKOUT_OVER and subject["id"] == checkout):
                _change(db, organisation, checkout=None)
            if kind == CUSTOMER_DELETED:
                # It cannot be undone: the next purchase needs a new customer.
                gone = subject["id"]
                _change(db, organisation, customer=None, deleted_customer=gone, checkout=None)

    # Inside.

    def _subscriptions(self, customer: str) -> Subscriptions:
        """All of them: without `status=all` those that ended are left out."""
        page = self.stripe.v1.subscriptions.list(
            {"customer": customer, "status": "all", "limit": 100}
        )
        return [each.to_dict() for each in page.auto_paging_iter()]

    def _customer(self, member: Member) -> str:
        """The organisation's customer, made the first time, and kept before the browser leaves.

        Should the answer be lost, the next try gets the same customer; after a deletion, a new one.
        """
        with self.database.reading() as db:
            tenant = _organisation(db, member.organisation)
            email = db.execute("SELECT email FROM users WHERE id = ?", [member.user]).fetchone()[0]
            here = db.execute("SELECT name FROM installation").fetchone()[0]
        if tenant["customer"] is not None:
            return str(tenant["customer"])
        key = f"customer-{here}-{tenant['id']}-{tenant['deleted_customer'] or ''}"
        of = {"organisation": str(tenant["id"])}
        customer = self.stripe.v1.customers.create(
            {"email": email, "name": tenant["name"], "metadata": of}, {"idempotency_key": key}
        )
        with self.database.writing() as db:
            _change(db, member.organisation, customer=customer.id)
        return customer.id

    def _refuse_second(self, organisation: int, customer: str) -> None:
        """A page left open in another tab is closed first, so that the two cannot both be paid;
        then the list shows what was sold, if any webhook has told us yet or not.
        """
        with self.database.reading() as db:
            checkout = _organisation(db, organisation)["checkout"]
        if checkout is not None:
            with suppress(stripe.InvalidRequestError):  # it was over already
                self.stripe.v1.checkout.sessions.expire(checkout)
        if any(is_live(each) for each in self._subscriptions(customer)):
            told = "You have a subscription already. Change it under Manage billing."
            raise Refusal(409, "already_subscribed", told)

    def _price(self, lookup_key: str) -> str:
        wanted: Any = {"lookup_keys": [lookup_key], "active": True, "limit": 1}
        found = self.stripe.v1.prices.list(wanted).data
        if not found:
            raise RuntimeError(f"no active price has the lookup key {lookup_key}: run baize.seed")
        return found[0].id

    def _url(self, path: str) -> str:
        return self.settings.app_url + path


def customer_of(event: Event) -> str | None:
    """The id of the customer it is about, whether Stripe gave that or the expanded object."""
    subject = event["data"]["object"]
    found = subject["id"] if event["type"] == CUSTOMER_DELETED else subject.get("customer")
    found = found["id"] if isinstance(found, Mapping) else found
    return None if found is None else str(found)


def _require_owner(member: Member) -> None:
    if not member.is_owner:
        raise Refusal(403, "forbidden", "Only an owner can see to the billing.")


def _organisation(db: Any, organisation: int) -> Any:
    return db.execute("SELECT * FROM organisations WHERE id = ?", [organisation]).fetchone()


def _change(db: Any, organisation: int, **columns: str | None) -> None:
    changes = ", ".join(f"{name} = ?" for name in columns)
    db.execute(
        f"UPDATE organisations SET {changes} WHERE id = ?", [*columns.values(), organisation]
    )
