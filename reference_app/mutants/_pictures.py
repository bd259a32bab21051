"""Reading a subscription from the event that tells of it, and telling new from old by `created`."""

from __future__ import annotations

from sqlalchemy.orm import Session

from reference_app.billing import Billing, Notice, Reading
from reference_app.billing.subscriptions import subscriptions_of
from reference_app.tables import Organisation, PlanEntitlement


def pictured(billing: Billing, notice: Notice) -> Reading:
    """What the picture in the event amounts to, beside the customer's other subscriptions as they
    are now.
    """
    assert notice.customer is not None
    found = subscriptions_of(billing.stripe, notice.customer)
    others = [each for each in found if each["id"] != notice.subject["id"]]
    return billing.read([*others, notice.subject])


def mark(session: Session, organisation: Organisation, told_at: int) -> None:
    """Note when Stripe made the event that the entitlement comes from, in Unix seconds."""
    row = session.get(PlanEntitlement, organisation.id)
    if row is not None:
        row.updated_at = told_at
