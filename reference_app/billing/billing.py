"""`Billing`: all that the rest of the app can ask, and the seams at which it can be taken apart.

Each method is one decision, made in the module of its name; a variant of the app is a subclass that
overrides one of them.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import stripe
from sqlalchemy.orm import Session

from reference_app.billing import checkout, entitlements, plans, portal, reactivation, webhooks
from reference_app.billing.client import refusals, stripe_client
from reference_app.billing.entitlements import Entitlement, Reading, Subscription
from reference_app.billing.webhooks import Notice, Outcome
from reference_app.database import Database
from reference_app.settings import Settings
from reference_app.tables import Organisation, User

if TYPE_CHECKING:
    from stripe.params.checkout import SessionCreateParams


class Billing:
    """The billing of one app: its settings, its database and its Stripe client."""

    def __init__(
        self, settings: Settings, database: Database, client: stripe.StripeClient | None = None
    ) -> None:
        self.settings = settings
        self.database = database
        self.stripe = client or stripe_client(
            settings.stripe_api_key, settings.stripe_api_base, settings.http_client
        )

    # What a signed-in user can do. Each checks that the user owns the organisation first.

    def open_portal(
        self, user: User, organisation: Organisation, to: str | None = None
    ) -> dict[str, str]:
        """`{"url": ...}` of Stripe's portal: see `portal.open_portal`."""
        return portal.open_portal(self, user, organisation, to)

    def upgrade(self, user: User, organisation: Organisation, plan: str) -> dict[str, str]:
        """`{"url": ...}` of Stripe's Checkout: see `checkout.upgrade`."""
        return checkout.upgrade(self, user, organisation, plan)

    def reactivate(self, user: User, organisation: Organisation) -> None:
        """Ask Stripe to undo a scheduled cancellation: see `reactivation.reactivate`."""
        reactivation.reactivate(self, user, organisation)

    # The parts of a purchase. The organisation is locked, and Stripe's refusals are caught.

    def customer(self, user: User, tenant: Organisation) -> str:
        """The id of the organisation's customer: see `checkout.customer_of`."""
        return checkout.customer_of(self, user, tenant)

    def refuse_second_subscription(self, tenant: Organisation, customer: str) -> None:
        """Raise `AlreadySubscribed` if there is one: see `checkout`."""
        checkout.refuse_second_subscription(self.stripe, tenant, customer)

    def order(self, tenant: Organisation, customer: str, plan: str) -> SessionCreateParams:
        """What is asked of Checkout: see `checkout.order`."""
        return checkout.order(self, tenant, customer, plan)

    # What the pages read. None of this changes anything.

    def entitlement(self, organisation: Organisation) -> Entitlement:
        """What the organisation may use, as the last webhook left it."""
        with self.database.reading() as session:
            return entitlements.entitlement(session, organisation.id)

    def returned(self, organisation: Organisation) -> Entitlement:
        """What the page shows that Stripe sends the browser back to: what is known, and no more.

        Coming back proves nothing: the address can be typed, bookmarked and reloaded, and the
        webhook may be ahead or behind.
        """
        return self.entitlement(organisation)

    def amounts(self) -> dict[str, plans.Amount]:
        """What each offer costs, by lookup key, as Stripe will charge it."""
        with refusals():
            return plans.amounts(self.stripe)

    # What a webhook does: the only way into `plan_entitlements`.

    def receive(self, payload: bytes, signature: str | None) -> Outcome:
        """Verify a webhook and let it have its effect: see `webhooks`."""
        secret = self.settings.stripe_webhook_secret
        return webhooks.handle(self, webhooks.verify(self.stripe, payload, signature, secret))

    def settle(self, session: Session, organisation: Organisation, notice: Notice) -> bool:
        """Bring the organisation's entitlement in line with Stripe: see `webhooks.settle`."""
        return webhooks.settle(self, session, organisation, notice)

    def read(self, subscriptions: Iterable[Subscription]) -> Reading:
        """What these subscriptions amount to: see `entitlements.reading`."""
        return entitlements.reading(subscriptions)
