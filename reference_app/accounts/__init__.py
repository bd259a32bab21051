"""Who is asking: users, organisations, roles, invitations, passwords and the session cookie."""

from reference_app.accounts.cookie import Seal
from reference_app.accounts.entrance import register, sign_in, sign_up, user_of
from reference_app.accounts.errors import (
    BadInvitation,
    BadSignUp,
    EmailTaken,
    Forbidden,
    InvitationOver,
    InvitedSomebodyElse,
    LastOwner,
    NoSuchMember,
    NotSignedIn,
    WrongLogin,
)
from reference_app.accounts.invitations import Invited, accept, invite, invited, pending, withdraw
from reference_app.accounts.members import (
    Colleague,
    Member,
    change_role,
    colleagues,
    join,
    member,
    organisations_of,
    remove,
    require_owner,
)
from reference_app.accounts.roles import Role

__all__ = [
    "BadInvitation",
    "BadSignUp",
    "Colleague",
    "EmailTaken",
    "Forbidden",
    "InvitationOver",
    "Invited",
    "InvitedSomebodyElse",
    "LastOwner",
    "Member",
    "NoSuchMember",
    "NotSignedIn",
    "Role",
    "Seal",
    "WrongLogin",
    "accept",
    "change_role",
    "colleagues",
    "invite",
    "invited",
    "join",
    "member",
    "organisations_of",
    "pending",
    "register",
    "remove",
    "require_owner",
    "sign_in",
    "sign_up",
    "user_of",
    "withdraw",
]
