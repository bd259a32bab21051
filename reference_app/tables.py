"""The tables. `plan_entitlements` is written by one function, `billing.entitlements.write`.

Times are Unix seconds, as in Stripe's own fields: no time zone to get wrong. They are stored in 64
bits: a subscription can be scheduled to end beyond 2038.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

# What only the webhook handler may write, and the database keeps everybody else from writing.
BILLING_TABLES = frozenset({"plan_entitlements", "handled_events"})


class Table(DeclarativeBase):
    """The base of every table."""


class Installation(Table):
    """Who this database is, towards Stripe: one row, drawn once, part of every idempotency key.

    Without it a database that is thrown away and made anew would count organisations from 1 again,
    and `customer-1` would get the first organisation's customer back from Stripe.
    """

    __tablename__ = "installation"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(64))


class User(Table):
    """A person who can sign in.

    The e-mail is a login here, and is never matched against Stripe's.
    """

    __tablename__ = "users"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(254), unique=True)
    password: Mapped[str] = mapped_column(String(200))


class Organisation(Table):
    """A tenant: what has a plan, a customer at Stripe and members.

    `checkout_session` is the purchase that was begun and of whose outcome nothing was heard yet.
    `deleted_customer` is the last one that was deleted at Stripe, if any was.
    """

    __tablename__ = "organisations"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    stripe_customer: Mapped[str | None] = mapped_column(String(255), unique=True)
    checkout_session: Mapped[str | None] = mapped_column(String(255))
    deleted_customer: Mapped[str | None] = mapped_column(String(255))


class Membership(Table):
    """A user's role in an organisation: what each may do is in `accounts/roles.py`."""

    __tablename__ = "memberships"
    __table_args__ = (
        UniqueConstraint("user_id", "organisation_id"),
        CheckConstraint("role IN ('owner', 'admin', 'member')", name="known_role"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    role: Mapped[str] = mapped_column(String(10))


class Invitation(Table):
    """A seat that is kept for an e-mail address: taken with the secret of the link, once.

    Only a digest of the secret is kept, as with a password: who reads the table cannot join.
    """

    __tablename__ = "invitations"
    __table_args__ = (UniqueConstraint("organisation_id", "email"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    email: Mapped[str] = mapped_column(String(254))
    role: Mapped[str] = mapped_column(String(10))
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    expires_at: Mapped[int] = mapped_column(BigInteger)


class PlanEntitlement(Table):
    """What Stripe said last about an organisation's subscription; no row means it never had one.

    Whether that grants access is derived from `status` when read, never stored beside it.
    """

    __tablename__ = "plan_entitlements"

    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"), primary_key=True)
    plan: Mapped[str] = mapped_column(String(40))
    price: Mapped[str | None] = mapped_column(String(200))
    status: Mapped[str] = mapped_column(String(40))
    cancel_at_period_end: Mapped[bool]
    cancel_at: Mapped[int | None] = mapped_column(BigInteger)
    current_period_end: Mapped[int | None] = mapped_column(BigInteger)
    subscription: Mapped[str | None] = mapped_column(String(255))
    updated_by_event: Mapped[str] = mapped_column(String(255))
    updated_at: Mapped[int] = mapped_column(BigInteger)


class HandledEvent(Table):
    """A webhook event whose effect is in the database: committed together with that effect."""

    __tablename__ = "handled_events"

    id: Mapped[str] = mapped_column(String(255), primary_key=True)
    type: Mapped[str] = mapped_column(String(100))
