"""Opening Stripe's customer portal
(https://docs.stripe.com/customer-management/integrate-customer-portal).

A session is a short-lived key to someone's billing: one is made per click, handed over at once, and
neither stored nor logged.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import stripe

from reference_app.accounts import require_owner
from reference_app.billing.client import refusals
from reference_app.billing.errors import NoCustomer
from reference_app.tables import Organisation, PlanEntitlement, User

if TYPE_CHECKING:
    from stripe.params.billing_portal import SessionCreateParams, SessionCreateParamsFlowData

    from reference_app.billing.billing import Billing

log = logging.getLogger(__name__)

RETURN_PATH = "/billing/return?from=portal"


def open_portal(
    billing: Billing, user: User, organisation: Organisation, to: str | None = None
) -> dict[str, str]:
    """`{"url": ...}` of a fresh portal session for this organisation's customer.

    `to` names a page of the portal, `switch`, `cancel` or `card`; anything else is its homepage.
    Raises `Forbidden` and `NoCustomer`, in that order, before Stripe is asked anything.
    """
    with billing.database.reading() as session:
        require_owner(session, user, organisation)
        customer = session.get_one(Organisation, organisation.id).stripe_customer
        if customer is None:
            raise NoCustomer
        entitlement = session.get(PlanEntitlement, organisation.id)
        subscription = entitlement.subscription if entitlement else None

    request: SessionCreateParams = {
        "customer": customer,
        "return_url": billing.settings.url(RETURN_PATH),
    }
    if billing.settings.stripe_portal_configuration:
        request["configuration"] = billing.settings.stripe_portal_configuration
    with refusals():
        return {"url": _url(billing.stripe, request, _flow(to, subscription))}


def _url(
    client: stripe.StripeClient,
    request: SessionCreateParams,
    flow: SessionCreateParamsFlowData | None,
) -> str:
    """Where the session is. A page that Stripe will not open gives way to the homepage.

    We may be behind: who cancelled a moment ago and asks for the page again is told there, by
    Stripe, that it is done.
    """
    sessions = client.v1.billing_portal.sessions
    if flow is not None:
        flow["after_completion"] = {
            "type": "redirect",
            "redirect": {"return_url": request["return_url"]},
        }
        try:
            return sessions.create({**request, "flow_data": flow}).url
        except stripe.InvalidRequestError as error:
            log.info("The portal would not open at %s: %s", flow["type"], error)
    return sessions.create(request).url


def _flow(to: str | None, subscription: str | None) -> SessionCreateParamsFlowData | None:
    """`flow_data` for a deep link, about the subscription that we know of: a client names none."""
    if to == "card":
        return {"type": "payment_method_update"}
    if to == "switch" and subscription:
        return {
            "type": "subscription_update",
            "subscription_update": {"subscription": subscription},
        }
    if to == "cancel" and subscription:
        return {
            "type": "subscription_cancel",
            "subscription_cancel": {"subscription": subscription},
        }
    return None
