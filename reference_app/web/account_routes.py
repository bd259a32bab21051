"""Signing up, in and out, and the page that visitors see first."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from reference_app import accounts
from reference_app.errors import AppError
from reference_app.web.context import App, Fields, SignedIn, Visitor, number
from reference_app.web.pages import page
from reference_app.web.session import HOME, enter, leave, local

router = APIRouter()


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
    return enter(app, member, HOME)


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
    return enter(app, member, local(fields.get("next", HOME)))


@router.post("/signout")
def sign_out(fields: Fields) -> Response:
    """Also on the way to another account: `next` says where that is wanted."""
    return leave(local(fields.get("next", "/")))


@router.post("/switch")
def switch(app: App, member: SignedIn, fields: Fields) -> Response:
    """To another organisation of the same user."""
    wanted = number(fields.get("organisation", ""))
    with app.database.reading() as session:
        other = accounts.member(session, member.user.id, wanted)
    if other is None:
        raise accounts.NoSuchMember
    return enter(app, other, HOME)


def _again(request: Request, template: str, fields: Fields, error: AppError) -> Response:
    return page(request, template, status=error.status, fields=fields, error=error)
