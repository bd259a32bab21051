"""The members of an organisation, and the link by which somebody joins."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from reference_app import accounts
from reference_app.accounts import Member, Role
from reference_app.errors import AppError
from reference_app.web.context import App, Context, Fields, SignedIn, Visitor, number
from reference_app.web.pages import page
from reference_app.web.session import HOME, enter

router = APIRouter()


@router.get("/members")
def members(request: Request, app: App, member: SignedIn) -> Response:
    return _members(request, app, member)


@router.post("/members/invite")
def invite(request: Request, app: App, member: SignedIn, fields: Fields) -> Response:
    """Shows the link, this once: only its digest is kept."""
    try:
        with app.database.writing() as session:
            secret = accounts.invite(session, member, fields.get("email", ""), _role(fields))
    except accounts.BadInvitation as error:
        return _members(request, app, member, fields=fields, error=error)
    link = app.settings.url(f"/join/{secret}")
    return _members(request, app, member, link=link, invited=fields["email"])


@router.post("/members/role")
def change_role(app: App, member: SignedIn, fields: Fields) -> Response:
    with app.database.writing() as session:
        accounts.change_role(session, member, number(fields.get("member", "")), _role(fields))
    return RedirectResponse("/members", status_code=303)


@router.post("/members/remove")
def remove(app: App, member: SignedIn, fields: Fields) -> Response:
    with app.database.writing() as session:
        accounts.remove(session, member, number(fields.get("member", "")))
    return RedirectResponse("/members", status_code=303)


@router.post("/members/withdraw")
def withdraw(app: App, member: SignedIn, fields: Fields) -> Response:
    with app.database.writing() as session:
        accounts.withdraw(session, member, number(fields.get("invitation", "")))
    return RedirectResponse("/members", status_code=303)


@router.get("/join/{secret}")
def join_form(request: Request, app: App, visitor: Visitor, secret: str) -> Response:
    """What the invitation is to. Opening it takes nothing: programs open links, too."""
    return _join(request, app, visitor, secret)


@router.post("/join/{secret}")
def join(request: Request, app: App, visitor: Visitor, fields: Fields, secret: str) -> Response:
    try:
        with app.database.writing() as session:
            joined = accounts.accept(
                session, secret, visitor.user if visitor else None, fields.get("password", "")
            )
    except (accounts.BadSignUp, accounts.EmailTaken) as error:
        return _join(request, app, visitor, secret, error=error)
    return enter(app, joined, HOME)


def _members(
    request: Request,
    app: Context,
    member: Member,
    *,
    fields: dict[str, str] | None = None,
    error: AppError | None = None,
    link: str = "",
    invited: str = "",
) -> Response:
    with app.database.reading() as session:
        return page(
            request,
            "members.html",
            status=error.status if error else 200,
            member=member,
            colleagues=accounts.colleagues(session, member.organisation),
            pending=accounts.pending(session, member.organisation),
            organisations=accounts.organisations_of(session, member.user),
            fields=fields or {},
            error=error,
            link=link,
            invited=invited,
        )


def _join(
    request: Request,
    app: Context,
    visitor: Member | None,
    secret: str,
    error: AppError | None = None,
) -> Response:
    with app.database.reading() as session:
        offer = accounts.invited(session, secret)
        known = accounts.user_of(session, offer.email) is not None
    return page(
        request,
        "join.html",
        status=error.status if error else 200,
        member=visitor,
        offer=offer,
        known=known,
        error=error,
    )


def _role(fields: Fields) -> Role:
    try:
        return Role(fields.get("role", ""))
    except ValueError:
        known = ", ".join(Role)
        raise accounts.BadInvitation(f"A role is needed, one of: {known}.") from None
