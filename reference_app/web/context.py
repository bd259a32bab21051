"""What every route needs: the parts of the app, and who is asking."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, cast

from anyio import CapacityLimiter
from fastapi import Depends, Request

from reference_app import accounts
from reference_app.accounts import Member, NotSignedIn, Seal
from reference_app.accounts.cookie import NAME
from reference_app.billing import Billing
from reference_app.database import Database
from reference_app.settings import Settings


@dataclass(frozen=True, slots=True)
class Context:
    """The parts of one app. `webhooks` counts the deliveries in the works."""

    settings: Settings
    database: Database
    billing: Billing
    seal: Seal
    webhooks: CapacityLimiter


def context(request: Request) -> Context:
    return cast(Context, request.app.state.context)


async def _app(request: Request) -> Context:
    """Async, as all here that waits for nothing: FastAPI gives each that is not to a thread."""
    return context(request)


App = Annotated[Context, Depends(_app)]


def visitor(request: Request, app: App) -> Member | None:
    """Who is signed in, as the cookie says and the database still has it."""
    who = app.seal.open(request.cookies.get(NAME))
    if who is None:
        return None
    with app.database.reading() as session:
        return accounts.member(session, *who)


Visitor = Annotated[Member | None, Depends(visitor)]


async def _signed_in(someone: Visitor) -> Member:
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


def number(text: str) -> int:
    """The id in a form field; 0, which nothing has, if it is none."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0


def wants_json(request: Request) -> bool:
    """Whether the caller is a program:

    it says so in Accept, or it came to a path made for programs.
    """
    return "application/json" in request.headers.get("accept", "") or request.url.path.startswith(
        ("/api/", "/webhooks/")
    )
