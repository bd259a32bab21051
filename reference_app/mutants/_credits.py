"""Credits, which the app itself does not have: what a twin needs that grants something twice.

Each invoice that was paid grants `CREDITS`, once, in the transaction of the webhook that says so.
How many there are stands beside the entitlement, as `credits`. They are kept among the handled
events, which is where the billing writer may write.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass

from fastapi import FastAPI
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from reference_app.billing import Billing, Entitlement, Notice
from reference_app.settings import Settings
from reference_app.tables import HandledEvent, Organisation
from reference_app.web import create_app as create_correct_app

CREDITS = 100


@dataclass(frozen=True, slots=True)
class Credited(Entitlement):
    """An entitlement, and the credits that were granted in all."""

    credits: int = 0


class Crediting(Billing):
    """The correct app, with credits: the same invoice grants once, however often it is heard of."""

    def entitlement(self, organisation: Organisation) -> Entitlement:
        with self.database.reading() as session:
            credits = CREDITS * _grants(session, organisation)
        return Credited(**asdict(super().entitlement(organisation)), credits=credits)

    def settle(self, session: Session, organisation: Organisation, notice: Notice) -> bool:
        changed = super().settle(session, organisation, notice)
        return self.credit(session, organisation, notice) or changed

    def credit(self, session: Session, organisation: Organisation, notice: Notice) -> bool:
        """Grant what this event has paid for, if anything, unless it was granted before."""
        if not pays(notice):
            return False
        invoice = str(notice.subject["id"])
        granted = select(HandledEvent).where(HandledEvent.id.endswith(f" for {invoice}"))
        if session.scalars(granted).first() is not None:
            return False
        grant(session, organisation, invoice)
        return True


def create_app(settings: Settings) -> FastAPI:
    return create_correct_app(settings, Crediting)


def pays(notice: Notice) -> bool:
    """Whether somebody has paid something."""
    return notice.type == "invoice.paid" and bool(notice.subject["amount_paid"])


def grant(session: Session, organisation: Organisation, reason: str) -> None:
    """Grant once more. `reason` is what was paid: an invoice, a session, an event."""
    number = _grants(session, organisation) + 1
    name = f"grant {number} of {organisation.id} for {reason}"
    session.add(HandledEvent(id=name, type=_kind(organisation)))


def _grants(session: Session, organisation: Organisation) -> int:
    wanted = HandledEvent.type == _kind(organisation)
    return session.scalars(select(func.count()).select_from(HandledEvent).where(wanted)).one()


def _kind(organisation: Organisation) -> str:
    return f"grant of {organisation.id}"
