"""What goes with a plan, which the app itself does not keep: seats, a limit, and what is paid.

`Showing` is the correct app with all three beside the entitlement, as `seats`, `limit` and
`amount`; a twin replaces `note`, which writes them down. The table is made when the twin starts,
and on SQLite alone: on PostgreSQL the writer may not make tables.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import stripe
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from reference_app.billing import Billing, Entitlement, Notice
from reference_app.billing.plans import plan_of
from reference_app.billing.subscriptions import last_subscriptions_of
from reference_app.database import Database
from reference_app.settings import Settings
from reference_app.tables import Organisation

TABLES = {"basic": 8, "pro": 500}
"""How many tables a venue may have: one that needs more than 500 has long written its own app."""


class _Table(DeclarativeBase):
    """Tables that no other app makes."""


class Extra(_Table):
    """What goes with an organisation's `subscription`; `amount` is what it costs each time."""

    __tablename__ = "extras"

    organisation_id: Mapped[int] = mapped_column(primary_key=True)
    subscription: Mapped[str]
    seats: Mapped[int | None]
    limit: Mapped[int | None]
    amount: Mapped[int | None]

    @staticmethod
    def of(item: Mapping[str, Any]) -> Extra:
        """What goes with this item of a subscription, of nobody yet."""
        plan, seats = plan_of(item["price"]), item.get("quantity")
        price = item["price"].get("unit_amount")
        return Extra(
            seats=seats,
            limit=TABLES[plan.name] if plan is not None else None,
            amount=price * seats if price is not None and seats is not None else None,
        )


@dataclass(frozen=True, slots=True)
class Detailed(Entitlement):
    """An entitlement, and what goes with the plan."""

    seats: int | None = None
    limit: int | None = None
    amount: int | None = None


class Showing(Billing):
    """The correct app, which also says what goes with the plan."""

    def __init__(
        self, settings: Settings, database: Database, client: stripe.StripeClient | None = None
    ) -> None:
        super().__init__(settings, database, client)
        _Table.metadata.create_all(database.writer)

    def entitlement(self, organisation: Organisation) -> Entitlement:
        with self.database.reading() as session:
            kept = session.get(Extra, organisation.id)
        shown = super().entitlement(organisation)
        if kept is None or not shown.access:
            return Detailed(**asdict(shown))
        return Detailed(**asdict(shown), seats=kept.seats, limit=kept.limit, amount=kept.amount)

    def settle(self, session: Session, organisation: Organisation, notice: Notice) -> bool:
        changed = super().settle(session, organisation, notice)
        assert organisation.stripe_customer is not None
        everything = last_subscriptions_of(self.stripe, organisation.stripe_customer)
        now = self.read(everything).subscription
        items = [
            item
            for each in everything
            if each["id"] == now
            for item in each["items"]["data"]
            if plan_of(item["price"]) is not None
        ]
        if now is None or not items:
            return changed
        kept = session.get(Extra, organisation.id)
        new = kept is None or kept.subscription != now
        if kept is None:
            kept = Extra(organisation_id=organisation.id)
            session.add(kept)
        kept.subscription = now
        self.note(kept, items[0], new=new)
        return changed

    def note(self, kept: Extra, item: Mapping[str, Any], *, new: bool) -> None:  # noqa: ARG002
        """Write down what goes with the plan; `new`: the subscription is another than before."""
        now = Extra.of(item)
        kept.seats, kept.limit, kept.amount = now.seats, now.limit, now.amount
