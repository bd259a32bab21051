"""The page on which a card's holder answers their bank (docs.stripe.com/payments/3d-secure).

It is where the redirect of `next_action` leads, and where Stripe.js would lead. Answered, the
browser goes back to the `return_url` with the names and values that Stripe adds to it
(docs.stripe.com/payments/accept-a-payment, "Handle the redirect").
"""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlencode, urlsplit

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import RedirectResponse, Response

from simulator.billing import payment_intents, setup_intents
from simulator.engine import Obj
from simulator.pages.acting import act
from simulator.pages.hooks import Hooks
from simulator.pages.lookup import Found, holder_asked
from simulator.pages.problems import nothing_here
from simulator.pages.rendering import page

router = APIRouter(prefix="/3d_secure_2/hooks/{token}", include_in_schema=False)


async def found(request: Request, token: str) -> Found:
    hooks: Hooks = request.app.state.hooks
    at = holder_asked(hooks.worlds(), token)
    if at is None:
        raise nothing_here("3D Secure request")
    return at


At = Annotated[Found, Depends(found)]


@router.get("")
async def show(at: At) -> Response:
    return _page(at)


@router.post("")
async def answer(
    request: Request, at: At, authentication: Annotated[str, Form(max_length=20)] = ""
) -> Response:
    """Complete or fail the authentication; both lead back to the shop, if it has told where."""
    hooks: Hooks = request.app.state.hooks
    world, intent = at.world, at.obj
    if not _waits(intent) or authentication not in ("complete", "fail"):
        return _page(at)
    room = payment_intents if intent["object"] == "payment_intent" else setup_intents
    answered = act(world, lambda: room.authenticated(world, intent, authentication == "complete"))
    hooks.changed(world)
    back = (intent["next_action"].get("redirect_to_url") or {}).get("return_url")
    if back is None:
        return _page(Found(world, answered))
    return RedirectResponse(_with_outcome(back, answered), 303)


def _waits(intent: Obj) -> bool:
    return bool(intent["status"] == "requires_action")


def _with_outcome(url: str, intent: Obj) -> str:
    kind = intent["object"]
    done = intent["status"] in ("succeeded", "requires_capture")
    added = urlencode(
        {
            kind: intent["id"],
            f"{kind}_client_secret": intent["client_secret"],
            "redirect_status": "succeeded" if done else "failed",
        }
    )
    parts = urlsplit(url)
    query = f"{parts.query}&{added}" if parts.query else added
    return parts._replace(query=query).geturl()


def _page(at: Found) -> Response:
    world, intent = at.world, at.obj
    return page(
        "three_d_secure.html",
        account_name=world.settings.account_name,
        waiting=_waits(intent),
        amount=intent.get("amount"),
        currency=intent.get("currency"),
    )
