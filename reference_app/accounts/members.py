"""Who is in an organisation, and what they may do there.

The role is read from the database each time it matters: nothing that the browser sends, and nothing
in its cookie, can name another organisation or a better role.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from reference_app.accounts.errors import Forbidden, LastOwner, NoSuchMember
from reference_app.accounts.roles import Role
from reference_app.locks import locked
from reference_app.tables import Membership, Organisation, User


@dataclass(frozen=True, slots=True)
class Member:
    """A signed-in user at work in one of their organisations."""

    user: User
    organisation: Organisation
    role: Role

    @property
    def is_owner(self) -> bool:
        return self.role is Role.OWNER


@dataclass(frozen=True, slots=True)
class Colleague:
    """A line of the list of members. `id` is the membership's."""

    id: int
    user_id: int
    email: str
    role: Role


def join(session: Session, user: User, organisation: Organisation, role: str) -> Member:
    """Give `user` a role in `organisation`: `owner`, `admin` or `member`."""
    given = Role(role)
    session.add(Membership(user_id=user.id, organisation_id=organisation.id, role=given.value))
    session.flush()
    return Member(user, organisation, given)


def member(session: Session, user_id: int, organisation_id: int) -> Member | None:
    """This user in this organisation, or `None` if they are not in it (any more)."""
    row = session.execute(
        select(User, Organisation, Membership.role)
        .join(Membership, Membership.user_id == User.id)
        .join(Organisation, Membership.organisation_id == Organisation.id)
        .where(User.id == user_id, Organisation.id == organisation_id)
    ).first()
    return None if row is None else Member(row[0], row[1], Role(row[2]))


def require_owner(session: Session, user: User, organisation: Organisation) -> None:
    """Raise `Forbidden` unless `user` owns `organisation`, as the database has it now."""
    found = member(session, user.id, organisation.id)
    if found is None or not found.role.bills:
        raise Forbidden


def require_manager(session: Session, by: Member, *roles: Role) -> Organisation:
    """The organisation, locked; `Forbidden` unless `by` may manage holders of all these roles.

    The role is looked up under the lock: who was removed a moment ago removes nobody.
    """
    organisation = locked(session, Organisation.id == by.organisation.id)
    now = member(session, by.user.id, by.organisation.id)
    if organisation is None or now is None or not now.role.manages:
        raise Forbidden("Only owners and admins can see to the members.")
    if not set(roles) <= set(now.role.manages):
        raise Forbidden("Only an owner can see to an owner.")
    return organisation


def colleagues(session: Session, organisation: Organisation) -> list[Colleague]:
    """Everybody in the organisation, those first who have been there longest."""
    rows = session.execute(
        select(Membership.id, User.id, User.email, Membership.role)
        .join(User, Membership.user_id == User.id)
        .where(Membership.organisation_id == organisation.id)
        .order_by(Membership.id)
    )
    return [Colleague(id, user_id, email, Role(role)) for id, user_id, email, role in rows]


def organisations_of(session: Session, user: User) -> list[Organisation]:
    """Where this user is a member, in the order of joining."""
    return list(
        session.scalars(
            select(Organisation)
            .join(Membership, Membership.organisation_id == Organisation.id)
            .where(Membership.user_id == user.id)
            .order_by(Membership.id)
        )
    )


def change_role(session: Session, by: Member, membership_id: int, role: Role) -> None:
    """Give a colleague another role. Raises `Forbidden`, `NoSuchMember` or `LastOwner`."""
    seat = _seat(session, by, membership_id, role)
    if seat.role == Role.OWNER and role is not Role.OWNER:
        _keep_an_owner(session, seat)
    seat.role = role.value


def remove(session: Session, by: Member, membership_id: int) -> None:
    """Take a colleague out of the organisation. Raises as `change_role` does.

    Their session ends with their next request, which looks for the membership.
    """
    seat = _seat(session, by, membership_id)
    if seat.role == Role.OWNER:
        _keep_an_owner(session, seat)
    session.delete(seat)


def _seat(session: Session, by: Member, membership_id: int, *roles: Role) -> Membership:
    organisation = require_manager(session, by, *roles)
    seat = session.get(Membership, membership_id)
    if seat is None or seat.organisation_id != organisation.id:
        raise NoSuchMember
    require_manager(session, by, Role(seat.role))
    return seat


def _keep_an_owner(session: Session, leaving: Membership) -> None:
    """The organisation is locked, so two owners cannot remove each other at once."""
    others = session.scalars(
        select(Membership.id).where(
            Membership.organisation_id == leaving.organisation_id,
            Membership.role == Role.OWNER.value,
            Membership.id != leaving.id,
        )
    ).first()
    if others is None:
        raise LastOwner
