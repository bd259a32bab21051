"""Signing up and in, and what a user may do in an organisation.

The role is read from the database each time it matters: nothing that the browser sends, and nothing
in its cookie, can name another organisation or a better role.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from reference_app.accounts import passwords
from reference_app.accounts.errors import BadSignUp, EmailTaken, Forbidden, WrongLogin
from reference_app.tables import Membership, Organisation, User

PASSWORD_MIN = 8


@dataclass(frozen=True, slots=True)
class Member:
    """A signed-in user at work in one of their organisations."""

    user: User
    organisation: Organisation
    role: str

    @property
    def is_owner(self) -> bool:
        return self.role == "owner"


def sign_up(session: Session, email: str, password: str, organisation: str) -> Member:
    """A new user who owns a new organisation. Raises `BadSignUp` or `EmailTaken`."""
    email, name = _tidy(email), organisation.strip()
    if "@" not in email or not name:
        raise BadSignUp("An e-mail address and a name for the organisation are needed.")
    if len(password) < PASSWORD_MIN:
        raise BadSignUp(f"The password needs at least {PASSWORD_MIN} characters.")
    if session.scalar(select(User.id).where(User.email == email)) is not None:
        raise EmailTaken
    user = User(email=email, password=passwords.hashed(password))
    tenant = Organisation(name=name)
    session.add_all([user, tenant])
    try:
        session.flush()
    except IntegrityError as error:  # somebody signed up with it since we looked
        raise EmailTaken from error
    return join(session, user, tenant, "owner")


def join(session: Session, user: User, organisation: Organisation, role: str) -> Member:
    """Give `user` a role in `organisation`: `owner` or `member`."""
    session.add(Membership(user_id=user.id, organisation_id=organisation.id, role=role))
    session.flush()
    return Member(user, organisation, role)


def sign_in(session: Session, email: str, password: str) -> Member:
    """The member behind these credentials, in the organisation they joined first."""
    user = session.scalar(select(User).where(User.email == _tidy(email)))
    # An unknown address takes as long as a wrong password, so that neither can be told from the
    # other.
    known = passwords.matches(password, user.password if user else _nobody())
    if user is None or not known:
        raise WrongLogin
    first = session.scalars(
        select(Membership).where(Membership.user_id == user.id).order_by(Membership.id)
    ).first()
    if first is None:
        raise WrongLogin
    return Member(user, session.get_one(Organisation, first.organisation_id), first.role)


def member(session: Session, user_id: int, organisation_id: int) -> Member | None:
    """This user in this organisation, or `None` if they are not in it (any more)."""
    row = session.execute(
        select(User, Organisation, Membership.role)
        .join(Membership, Membership.user_id == User.id)
        .join(Organisation, Membership.organisation_id == Organisation.id)
        .where(User.id == user_id, Organisation.id == organisation_id)
    ).first()
    return None if row is None else Member(row[0], row[1], row[2])


def require_owner(session: Session, user: User, organisation: Organisation) -> None:
    """Raise `Forbidden` unless `user` owns `organisation`, as the database has it now."""
    found = member(session, user.id, organisation.id)
    if found is None or not found.is_owner:
        raise Forbidden


def _tidy(email: str) -> str:
    return email.strip().lower()


@cache
def _nobody() -> str:
    return passwords.hashed("")
