"""Users, their organisations, and the links with which an owner invites somebody."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from functools import cache

from itsdangerous import BadSignature, URLSafeTimedSerializer
from werkzeug.security import check_password_hash, generate_password_hash

from baize.database import Database
from baize.refusals import Refusal

WEEK = 7 * 24 * 3600
PASSWORD_MIN = 8


@dataclass(frozen=True, slots=True)
class Member:
    """A user at work in their organisation, as the database has them now."""

    user: int
    organisation: int
    role: str

    @property
    def is_owner(self) -> bool:
        return self.role == "owner"


class Accounts:
    def __init__(self, database: Database, secret: str) -> None:
        self.database = database
        self.links = URLSafeTimedSerializer(secret, salt="invitation")

    def sign_up(self, email: str, password: str, organisation: str) -> int:
        """The id of a new user, owner of a new organisation. Raises `Refusal`."""
        if not organisation.strip():
            raise Refusal(422, "bad_sign_up", "The organisation needs a name.")
        hashed = _checked(email, password)
        with self.database.writing() as db:
            made = db.execute("INSERT INTO organisations (name) VALUES (?)", [organisation.strip()])
            return _add_user(db, email, hashed, made.lastrowid, "owner")

    def sign_in(self, email: str, password: str) -> int:
        """The user's id. Raises `Refusal`."""
        with self.database.reading() as db:
            row = db.execute("SELECT * FROM users WHERE email = ?", [_tidy(email)]).fetchone()
        # Somebody unknown takes as long as a wrong password: nobody learns who is a customer.
        if not check_password_hash(row["password"] if row else _nobody(), password) or not row:
            raise Refusal(422, "wrong_login", "That e-mail and password do not belong together.")
        return int(row["id"])

    def member(self, user: int | None) -> Member | None:
        """Who this is now; `None` for somebody who left."""
        wanted = "SELECT id, organisation, role FROM users WHERE id = ?"
        with self.database.reading() as db:
            found = db.execute(wanted, [user]).fetchone()
        return Member(*found) if found else None

    def invitation(self, by: Member, email: str) -> str:
        """The secret of a link with which `email` may join; once, for then it is taken."""
        if not by.is_owner:
            raise Refusal(403, "forbidden", "Only an owner can invite.")
        return str(self.links.dumps([by.organisation, _tidy(email)]))

    def join(self, secret: str, password: str) -> int:
        """Take the seat as a member, who sees the plan and cannot touch the billing."""
        try:
            organisation, email = self.links.loads(secret, max_age=WEEK)
        except BadSignature as error:
            raise Refusal(422, "bad_invitation", "This link is over, or not ours.") from error
        hashed = _checked(email, password)
        with self.database.writing() as db:
            return _add_user(db, email, hashed, organisation, "member")


def _add_user(
    db: sqlite3.Connection, email: str, hashed: str, organisation: int | None, role: str
) -> int:
    try:
        made = db.execute(
            "INSERT INTO users (email, password, organisation, role) VALUES (?, ?, ?, ?)",
            [_tidy(email), hashed, organisation, role],
        )
    except sqlite3.IntegrityError as error:
        raise Refusal(422, "email_taken", "There is a user with that e-mail already.") from error
    assert made.lastrowid is not None
    return made.lastrowid


def _checked(email: str, password: str) -> str:
    """The hash to keep; outside of any transaction, since it is slow on purpose."""
    if "@" not in email or len(password) < PASSWORD_MIN:
        told = f"An e-mail address is needed, and a password of {PASSWORD_MIN} characters or more."
        raise Refusal(422, "bad_sign_up", told)
    return generate_password_hash(password)


def _tidy(email: str) -> str:
    return email.strip().lower()


@cache
def _nobody() -> str:
    return generate_password_hash("")
