"""Starting and ending a session in the browser."""

from __future__ import annotations

from fastapi.responses import RedirectResponse, Response

from reference_app.accounts import Member
from reference_app.accounts.cookie import LIFETIME_SECONDS, NAME
from reference_app.web.context import Context

HOME = "/billing"


def enter(app: Context, member: Member, where: str) -> Response:
    """Sign `member` in, and go to `where`."""
    response = RedirectResponse(where, status_code=303)
    response.set_cookie(
        NAME,
        app.seal.close(member.user.id, member.organisation.id),
        max_age=LIFETIME_SECONDS,
        httponly=True,
        samesite="lax",  # sent when Stripe redirects back, not when another site posts
        secure=app.settings.secure,
    )
    return response


def leave(where: str) -> Response:
    response = RedirectResponse(where, status_code=303)
    response.delete_cookie(NAME)
    return response


def local(path: str) -> str:
    """`path` if it leads to our own pages; a link to sign in must not send people elsewhere."""
    ours = path.startswith("/") and path[1:2] not in ("/", "\\") and path.isprintable()
    return path if ours else HOME
