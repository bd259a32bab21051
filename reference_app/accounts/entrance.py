"""Signing up and signing in."""

from __future__ import annotations

from functools import cache

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from reference_app.accounts import passwords
from reference_app.accounts.errors import BadSignUp, EmailTaken, WrongLogin
from reference_app.accounts.members import Member, join, member
from reference_app.tables import Membership, Organisation, User

PASSWORD_MIN = 8
# What the columns hold; PostgreSQL refuses more, where SQLite would not mind.
EMAIL_MAX, NAME_MAX = 254, 200


def sign_up(session: Session, email: str, password: str, organisation: str) -> Member:
    """A new user who owns a new organisation. Raises `BadSignUp` or `EmailTaken`."""
    name = organisation.strip()
    if not name or len(name) > NAME_MAX or not name.isprintable():
        raise BadSignUp(f"The organisation needs a name of 1 to {NAME_MAX} characters.")
    user = register(session, email, password)
    tenant = Organisation(name=name)
    session.add(tenant)
    session.flush()
    return join(session, user, tenant, "owner")


def register(session: Session, email: str, password: str) -> User:
    """A new user, in no organisation yet. Raises `BadSignUp` or `EmailTaken`."""
    if not is_email(email):
        raise BadSignUp("An e-mail address is needed, such as ada@example.com.")
    if len(password) < PASSWORD_MIN:
        raise BadSignUp(f"The password needs at least {PASSWORD_MIN} characters.")
    if user_of(session, email) is not None:
        raise EmailTaken
    user = User(email=tidy(email), password=passwords.hashed(password))
    session.add(user)
    try:
        session.flush()
    except IntegrityError as error:  # somebody signed up with it since we looked
        raise EmailTaken from error
    return user


def sign_in(session: Session, email: str, password: str) -> Member:
    """The member behind these credentials, in the organisation they joined first."""
    user = user_of(session, email)
    # An unknown address takes as long as a wrong password, so that neither can be told from the
    # other.
    known = passwords.matches(password, user.password if user else _nobody())
    if user is None or not known:
        raise WrongLogin
    first = session.scalars(
        select(Membership.organisation_id)
        .where(Membership.user_id == user.id)
        .order_by(Membership.id)
    ).first()
    found = member(session, user.id, first) if first is not None else None
    if found is None:
        raise WrongLogin
    return found


def user_of(session: Session, email: str) -> User | None:
    """Whose address this is, whatever its case."""
    if not is_email(email):
        return None
    return session.scalar(select(User).where(User.email == tidy(email)))


def tidy(email: str) -> str:
    return email.strip().lower()


def is_email(text: str) -> bool:
    """Whether it looks like an address. Only a message to it could prove that it is one."""
    name, _, host = tidy(text).rpartition("@")
    fits = len(tidy(text)) <= EMAIL_MAX and tidy(text).isprintable() and " " not in tidy(text)
    return bool(name and host) and fits


@cache
def _nobody() -> str:
    return passwords.hashed("")
