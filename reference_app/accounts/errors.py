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

    def __init__(self) -> None:
        super().__init__("Only an owner of this organisation can see to its billing.")


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
