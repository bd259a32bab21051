"""What `accounts` can refuse."""

from __future__ import annotations

from reference_app.errors import AppError


class NotSignedIn(AppError):
    status = 401
    code = "not_signed_in"

    def __init__(self) -> None:
        super().__init__("Sign in first.")


class Forbidden(AppError):
    status = 403
    code = "forbidden"

    def __init__(
        self, message: str = "Only an owner of this organisation can see to its billing."
    ) -> None:
        super().__init__(message)


class WrongLogin(AppError):
    status = 401
    code = "wrong_login"

    def __init__(self) -> None:
        super().__init__("This e-mail and password do not match an account.")


class EmailTaken(AppError):
    status = 409
    code = "email_taken"

    def __init__(self) -> None:
        super().__init__("There is an account with this e-mail already. Sign in instead.")


class BadSignUp(AppError):
    status = 422
    code = "bad_sign_up"


class BadInvitation(AppError):
    status = 422
    code = "bad_invitation"


class InvitationOver(AppError):
    status = 404
    code = "invitation_over"

    def __init__(self) -> None:
        super().__init__(
            "This invitation was used, withdrawn or is too old. Ask whoever sent it for a new one."
        )


class InvitedSomebodyElse(AppError):
    status = 403
    code = "invited_somebody_else"

    def __init__(self, email: str) -> None:
        super().__init__(f"This invitation is for {email}. Sign out, and open it again.")


class NoSuchMember(AppError):
    status = 404
    code = "no_such_member"

    def __init__(self) -> None:
        super().__init__("There is nobody like that in this organisation.")


class LastOwner(AppError):
    status = 409
    code = "last_owner"

    def __init__(self) -> None:
        super().__init__("An organisation needs an owner. Make somebody else one first.")
