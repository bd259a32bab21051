"""What every route needs: the parts of the app, and who is asking."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, cast

from fastapi import Depends, Request

from reference_app import accounts
from reference_app.accounts import Member, NotSignedIn, Seal
from reference_app.accounts.cookie import NAME
from reference_app.billing import Billing
from reference_app.database import Database
from reference_app.settings import Settings


@dataclass(frozen=True, slots=True)
class Context:
    """The parts of one app."""

    settings: Settings
    database: Database
    billing: Billing
    seal: Seal


def context(request: Request) -> Context:
    return cast(Context, request.app.state.context)


App = Annotated[Context, Depends(context)]


def visitor(request: Request, app: App) -> Member | None:
    """Who is signed in, as the cookie says and the database still has it."""
    who = app.seal.open(request.cookies.get(NAME))
    if who is None:
        return None
    with app.database.reading() as session:
        return accounts.member(session, *who)


Visitor = Annotated[Member | None, Depends(visitor)]


def _signed_in(someone: Visitor) -> Member:
    if someone is None:
        raise NotSignedIn
    return someone


SignedIn = Annotated[Member, Depends(_signed_in)]


async def _raw_body(request: Request) -> bytes:
    return await request.body()


RawBody = Annotated[bytes, Depends(_raw_body)]


async def _fields(request: Request) -> dict[str, str]:
    """The text fields of a form, or of a JSON object."""
    if request.headers.get("content-type", "").startswith("application/json"):
        try:
            given = await request.json()
        except ValueError:
            given = {}
    else:
        given = await request.form()
    if not hasattr(given, "items"):
        return {}
    return {name: value for name, value in given.items() if isinstance(value, str)}


Fields = Annotated[dict[str, str], Depends(_fields)]


def wants_json(request: Request) -> bool:
    """Whether the caller is a program:

    it says so in Accept, or it came to a path made for programs.
    """
    return "application/json" in request.headers.get("accept", "") or request.url.path.startswith(
        ("/api/", "/webhooks/")
    )
