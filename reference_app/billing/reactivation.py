"""Undoing a scheduled cancellation
(https://docs.stripe.com/billing/subscriptions/cancel#reactivating-canceled-subscriptions).

This only asks. The entitlement goes on saying "winding down" until the webhook confirms that it no
longer is: a button that wrote its own success would be a second writer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from reference_app.accounts import require_owner
from reference_app.billing.client import refusals
from reference_app.billing.errors import NoCustomer, NothingToReactivate
from reference_app.tables import Organisation, PlanEntitlement, User

if TYPE_CHECKING:
    from reference_app.billing.billing import Billing


def reactivate(billing: Billing, user: User, organisation: Organisation) -> None:
    """Ask Stripe to keep the subscription. Raises `Forbidden`, `NoCustomer` or
    `NothingToReactivate`.

    A cancellation has two shapes and each is cleared by its own parameter, so Stripe is asked which
    one it is. If it was undone meanwhile, in the portal or by a double click, there is nothing left
    to do.
    """
    with billing.database.reading() as session:
        require_owner(session, user, organisation)
        if session.get_one(Organisation, organisation.id).stripe_customer is None:
            raise NoCustomer
        entitlement = session.get(PlanEntitlement, organisation.id)
        if entitlement is None or entitlement.subscription is None:
            raise NothingToReactivate
        subscription_id = entitlement.subscription

    subscriptions = billing.stripe.v1.subscriptions
    with refusals():
        subscription = subscriptions.retrieve(subscription_id)
        if subscription.status == "canceled":
            raise NothingToReactivate
        if subscription.cancel_at_period_end:
            subscriptions.update(subscription_id, {"cancel_at_period_end": False})
        elif subscription.cancel_at is not None:
            subscriptions.update(subscription_id, {"cancel_at": ""})
