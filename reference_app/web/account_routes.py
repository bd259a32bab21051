"""Signing up, in and out, and the page that visitors see first."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from reference_app import accounts
from reference_app.accounts import Member
from reference_app.accounts.cookie import LIFETIME_SECONDS, NAME
from reference_app.errors import AppError
from reference_app.web.context import App, Context, Fields, Visitor
from reference_app.web.pages import page

router = APIRouter()
HOME = "/billing"


@router.get("/")
def welcome(request: Request, visitor: Visitor) -> Response:
    return page(request, "welcome.html", member=visitor)


@router.get("/signup")
def sign_up_form(request: Request) -> Response:
    return page(request, "signup.html", fields={}, error=None)


@router.post("/signup")
def sign_up(request: Request, app: App, fields: Fields) -> Response:
    try:
        with app.database.writing() as session:
            member = accounts.sign_up(
                session,
                fields.get("email", ""),
                fields.get("password", ""),
                fields.get("organisation", ""),
            )
    except (accounts.BadSignUp, accounts.EmailTaken) as error:
        return _again(request, "signup.html", fields, error)
    return _enter(app, member, HOME)


@router.get("/signin")
def sign_in_form(request: Request) -> Response:
    fields = {"next": request.query_params.get("next", HOME)}
    return page(request, "signin.html", fields=fields, error=None)


@router.post("/signin")
def sign_in(request: Request, app: App, fields: Fields) -> Response:
    try:
        with app.database.reading() as session:
            member = accounts.sign_in(session, fields.get("email", ""), fields.get("password", ""))
    except accounts.WrongLogin as error:
        return _again(request, "signin.html", fields, error)
    return _enter(app, member, _local(fields.get("next", HOME)))


@router.post("/signout")
def sign_out() -> Response:
    response = RedirectResponse("/", status_code=303)
    response.delete_cookie(NAME)
    return response


def _again(request: Request, template: str, fields: Fields, error: AppError) -> Response:
    return page(request, template, status=error.status, fields=fields, error=error)


def _enter(app: Context, member: Member, where: str) -> Response:
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


def _local(path: str) -> str:
    """`path` if it leads to our own pages; a link to sign in must not send people elsewhere."""
    return path if path.startswith("/") and path[1:2] not in ("/", "\\") else HOME
