"""Who is asking: users, organisations, roles, passwords and the session cookie."""

from reference_app.accounts.cookie import Seal
from reference_app.accounts.errors import BadSignUp, EmailTaken, Forbidden, NotSignedIn, WrongLogin
from reference_app.accounts.members import Member, join, member, require_owner, sign_in, sign_up

__all__ = [
    "BadSignUp",
    "EmailTaken",
    "Forbidden",
    "Member",
    "NotSignedIn",
    "Seal",
    "WrongLogin",
    "join",
    "member",
    "require_owner",
    "sign_in",
    "sign_up",
]
