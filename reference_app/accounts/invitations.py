"""Inviting somebody into an organisation.

This app sends no mail: it shows the link to whoever invited, once, to pass on. The link has a
secret of which only a digest is stored, is for one address, and works once within a week.
"""

from __future__ import annotations

import hashlib
import secrets
import time
from dataclasses import dataclass

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from reference_app.accounts.entrance import is_email, register, tidy
from reference_app.accounts.errors import (
    BadInvitation,
    InvitationOver,
    InvitedSomebodyElse,
    NoSuchMember,
)
from reference_app.accounts.members import Member, colleagues, join, require_manager
from reference_app.accounts.roles import Role
from reference_app.locks import locked
from reference_app.tables import Invitation, Organisation, User

LIFETIME_SECONDS = 7 * 24 * 3600


@dataclass(frozen=True, slots=True)
class Invited:
    """An invitation that can still be taken."""

    id: int
    email: str
    role: Role
    organisation: Organisation


def invite(session: Session, by: Member, email: str, role: Role) -> str:
    """The secret of a new invitation, which replaces an earlier one to the same address.

    Raises `Forbidden` or `BadInvitation`.
    """
    organisation = require_manager(session, by, role)
    if not is_email(email):
        raise BadInvitation("An e-mail address is needed, such as ada@example.com.")
    if any(each.email == tidy(email) for each in colleagues(session, organisation)):
        raise BadInvitation(f"{tidy(email)} is a member already.")
    session.execute(
        delete(Invitation).where(
            Invitation.organisation_id == organisation.id, Invitation.email == tidy(email)
        )
    )
    secret = secrets.token_urlsafe(32)
    session.add(
        Invitation(
            organisation_id=organisation.id,
            email=tidy(email),
            role=role.value,
            digest=_digest(secret),
            expires_at=int(time.time()) + LIFETIME_SECONDS,
        )
    )
    return secret


def invited(session: Session, secret: str) -> Invited:
    """The invitation with this secret. Raises `InvitationOver`."""
    row = session.execute(
        select(Invitation, Organisation)
        .join(Organisation, Invitation.organisation_id == Organisation.id)
        .where(Invitation.digest == _digest(secret), Invitation.expires_at > int(time.time()))
    ).first()
    if row is None:
        raise InvitationOver
    return _invited(row[0], row[1])


def pending(session: Session, organisation: Organisation) -> list[Invited]:
    """The organisation's invitations that nobody has taken yet."""
    rows = session.scalars(
        select(Invitation)
        .where(
            Invitation.organisation_id == organisation.id,
            Invitation.expires_at > int(time.time()),
        )
        .order_by(Invitation.id)
    )
    return [_invited(row, organisation) for row in rows]


def accept(session: Session, secret: str, user: User | None, password: str) -> Member:
    """Take the seat: as `user` if somebody is signed in, otherwise as a new user with `password`.

    Raises `InvitationOver`, `InvitedSomebodyElse`, `BadSignUp` or `EmailTaken`.
    """
    offer = invited(session, secret)
    # Under the organisation's lock, and looked at again: of two clicks one finds it taken.
    if locked(session, Organisation.id == offer.organisation.id) is None:
        raise InvitationOver
    if session.scalar(select(Invitation.id).where(Invitation.id == offer.id)) is None:
        raise InvitationOver
    if user is not None and user.email != offer.email:
        raise InvitedSomebodyElse(offer.email)
    who = user if user is not None else register(session, offer.email, password)
    session.execute(delete(Invitation).where(Invitation.id == offer.id))
    try:
        return join(session, who, offer.organisation, offer.role)
    except IntegrityError as error:
        raise InvitationOver from error


def withdraw(session: Session, by: Member, invitation_id: int) -> None:
    """Make the link worthless. Raises `Forbidden` or `NoSuchMember`."""
    organisation = require_manager(session, by)
    found = session.get(Invitation, invitation_id)
    if found is None or found.organisation_id != organisation.id:
        raise NoSuchMember
    require_manager(session, by, Role(found.role))
    session.delete(found)


def _invited(row: Invitation, organisation: Organisation) -> Invited:
    return Invited(row.id, row.email, Role(row.role), organisation)


def _digest(secret: str) -> str:
    # The secret is long and random, so a plain hash will do: there is nothing to guess.
    return hashlib.sha256(secret.encode()).hexdigest()
