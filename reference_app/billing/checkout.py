"""Selling a subscription through Stripe Checkout (https://docs.stripe.com/payments/checkout).

An organisation gets one customer and at most one live subscription, whatever is clicked twice,
begun in two tabs, abandoned, or bought again while the webhook of the first purchase is still on
its way.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import stripe
from sqlalchemy.orm import Session

from reference_app.accounts import require_owner
from reference_app.billing.client import refusals
from reference_app.billing.entitlements import is_live
from reference_app.billing.errors import AlreadySubscribed, PriceMissing, UnknownPlan
from reference_app.billing.plans import OFFERS
from reference_app.billing.subscriptions import subscriptions_of
from reference_app.locks import locked
from reference_app.tables import Organisation, User

if TYPE_CHECKING:
    from stripe.params.checkout import SessionCreateParams

    from reference_app.billing.billing import Billing

log = logging.getLogger(__name__)

# Stripe fills in the braces when it redirects, so they must reach it as they are, not
# percent-encoded.
SUCCESS_PATH = "/billing/return?session_id={CHECKOUT_SESSION_ID}"
CANCEL_PATH = "/billing/plans"


def upgrade(billing: Billing, user: User, organisation: Organisation, plan: str) -> dict[str, str]:
    """`{"url": ...}` of a Checkout page that sells the price with the lookup key `plan`.

    Raises `Forbidden`, `UnknownPlan`, `AlreadySubscribed` or `PriceMissing`. The organisation is
    locked while Stripe is asked, so a double click makes the second request wait for the first, and
    see what it did.
    """
    with billing.database.writing() as session:
        require_owner(session, user, organisation)
        if plan not in OFFERS:
            raise UnknownPlan(plan, tuple(OFFERS))
        with refusals():
            customer = billing.customer(user, _locked(session, organisation))

    with billing.database.writing() as session, refusals():
        tenant = _locked(session, organisation)
        billing.refuse_second_subscription(tenant, customer)
        checkout = billing.stripe.v1.checkout.sessions.create(billing.order(tenant, customer, plan))
        tenant.checkout_session = checkout.id
        assert checkout.url is not None
        return {"url": checkout.url}


def _locked(session: Session, organisation: Organisation) -> Organisation:
    tenant = locked(session, Organisation.id == organisation.id)
    assert tenant is not None
    return tenant


def customer_of(billing: Billing, user: User, tenant: Organisation) -> str:
    """The organisation's customer, created the first time. `tenant` must be locked.

    It is committed before anything else happens, so whichever webhook comes first finds its
    organisation. Should that commit be lost, the next try gets the same customer from Stripe, by
    the idempotency key. The key names the database as well as the organisation: a database made
    anew, whose ids begin again at 1, must not inherit a customer. Nor must an organisation whose
    customer was deleted get that one again, so the key names it, too.
    """
    if tenant.stripe_customer is None:
        key = f"customer-{billing.database.instance}-{tenant.id}"
        if tenant.deleted_customer is not None:
            key += f"-after-{tenant.deleted_customer}"
        customer = billing.stripe.v1.customers.create(
            {
                "email": user.email,
                "name": tenant.name,
                "metadata": {"organisation": str(tenant.id)},
            },
            {"idempotency_key": key},
        )
        tenant.stripe_customer = customer.id
    return tenant.stripe_customer


def refuse_second_subscription(
    client: stripe.StripeClient, tenant: Organisation, customer: str
) -> None:
    """Raise `AlreadySubscribed` if Stripe has a live one, even if no webhook has told us yet.

    A Checkout page left open in another tab is closed first, so that the two cannot both be paid.
    The list is read after that: if the page had just been completed, it shows what was sold.
    """
    if tenant.checkout_session is not None:
        try:
            client.v1.checkout.sessions.expire(tenant.checkout_session)
        except stripe.InvalidRequestError:
            log.info("Checkout session %s was over already", tenant.checkout_session)
    if any(is_live(each) for each in subscriptions_of(client, customer)):
        raise AlreadySubscribed


def order(billing: Billing, tenant: Organisation, customer: str, plan: str) -> SessionCreateParams:
    """What Checkout is asked to sell, to whom, and where it is to send the browser afterwards."""
    return {
        "mode": "subscription",
        "customer": customer,
        "line_items": [{"price": _price(billing.stripe, plan), "quantity": 1}],
        "success_url": billing.settings.url(SUCCESS_PATH),
        "cancel_url": billing.settings.url(CANCEL_PATH),
        "client_reference_id": str(tenant.id),
        # The session's own metadata would not reach the subscription.
        "subscription_data": {"metadata": {"organisation": str(tenant.id)}},
    }


def _price(client: stripe.StripeClient, lookup_key: str) -> str:
    """The id of the price that has this lookup key in this account."""
    found = client.v1.prices.list({"lookup_keys": [lookup_key], "active": True, "limit": 1}).data
    if not found:
        raise PriceMissing(lookup_key)
    return found[0].id
