"""Stripe and what was bought: the only room that imports `stripe`.

billing.open_portal(user, organisation)      the portal, for an owner
billing.upgrade(user, organisation, plan)    Checkout, for a first or a new subscription
billing.reactivate(user, organisation)       ask Stripe to undo a scheduled cancellation
billing.entitlement(organisation)            read what the organisation may use
billing.receive(payload, signature)          a webhook: the only thing that changes the above
"""

from reference_app.billing.billing import Billing
from reference_app.billing.entitlements import Entitlement, Reading
from reference_app.billing.errors import (
    AlreadySubscribed,
    BadSignature,
    CustomerGone,
    NoCustomer,
    NothingToReactivate,
    PriceMissing,
    StripeRefused,
    UnknownPlan,
)
from reference_app.billing.plans import OFFERS, PLANS, Offer, Plan
from reference_app.billing.webhooks import Notice, Outcome

__all__ = [
    "OFFERS",
    "PLANS",
    "AlreadySubscribed",
    "BadSignature",
    "Billing",
    "CustomerGone",
    "Entitlement",
    "NoCustomer",
    "NothingToReactivate",
    "Notice",
    "Offer",
    "Outcome",
    "Plan",
    "PriceMissing",
    "Reading",
    "StripeRefused",
    "UnknownPlan",
]
