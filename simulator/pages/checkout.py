"""The hosted Checkout page: docs.stripe.com/payments/checkout.

A decline changes nothing and the customer may try again; leaving by the back link leaves the
session open. Paid, the redirect to `success_url` waits until the endpoints have answered
`checkout.session.completed`, within reason (docs.stripe.com/checkout/fulfillment).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import RedirectResponse, Response

from simulator.billing import INCLUDABLE, checkout
from simulator.billing.checkout_pages import HOSTED, cancel_url, success_url
from simulator.contract.errors import StripeError
from simulator.engine import Obj, World
from simulator.pages.acting import act
from simulator.pages.card_form import typed_card
from simulator.pages.hooks import Hooks
from simulator.pages.lookup import Found, checkout_session
from simulator.pages.plans import product_name
from simulator.pages.problems import nothing_here
from simulator.pages.rendering import page

router = APIRouter(prefix="/c/pay/{name}", include_in_schema=False)


async def found(request: Request, name: str) -> Found:
    hooks: Hooks = request.app.state.hooks
    at = checkout_session(hooks.worlds(), name)
    if at is None or at.obj["ui_mode"] != HOSTED:
        raise nothing_here("Checkout session")
    return at


At = Annotated[Found, Depends(found)]
Text = Annotated[str, Form(max_length=1000)]


@router.get("")
async def show(at: At) -> Response:
    return _page(at)


@router.post("")
async def pay(
    request: Request,
    at: At,
    number: Text = "",
    exp: Text = "",
    cvc: Text = "",
    email: Text = "",
    name_on_card: Annotated[str, Form(alias="name", max_length=1000)] = "",
    promotion_code: Text = "",
    authentication: Text = "",
) -> Response:
    """Pay, subscribe or save the card; a refusal shows the page again, with the message.

    Where the bank wants to hear from its customer, the page asks for that first: `authentication`
    is `complete` or `fail`.
    """
    hooks: Hooks = request.app.state.hooks
    world, session = at.world, at.obj
    if session["status"] != "open":
        return _page(at)
    typed = {"number": number, "exp": exp, "email": email, "name": name_on_card}
    typed["promotion_code"] = promotion_code
    answered = {"complete": True, "fail": False}.get(authentication)
    try:
        card = typed_card({**typed, "cvc": cvc}, world.now())
        paid = act(
            world,
            lambda: checkout.complete(
                world,
                session["id"],
                card,
                email.strip() or None,
                name_on_card.strip() or None,
                promotion_code=promotion_code.strip() or None,
                authenticated=answered,
            ),
        )
    except checkout.HolderWanted as wanted:
        return _page(at, wanted, {**typed, "cvc": cvc})
    except StripeError as fault:
        hooks.changed(world)
        return _page(at, fault, typed)
    hooks.changed(world)
    await hooks.fulfilled(world, paid)
    return RedirectResponse(success_url(paid), 303)


def _page(
    at: Found, fault: StripeError | None = None, typed: Mapping[str, str] | None = None
) -> Response:
    world, session = at.world, at.obj
    known = _known_email(world, session)
    content: dict[str, Any] = {
        "account_name": world.settings.account_name,
        "session": session,
        "cancel_url": cancel_url(session),
    }
    if session["status"] != "open":
        done = session["status"] == "complete"
        success = success_url(session) if done else None
        return page("checkout_over.html", complete=done, success_url=success, **content)
    items = INCLUDABLE["checkout.session"]["line_items"](world, session)["data"]
    wanted = isinstance(fault, checkout.HolderWanted)
    return page(
        "checkout_bank.html" if wanted else "checkout.html",
        status=fault.status if fault else 200,
        leaves=True,
        fault=fault.message if fault else None,
        typed=typed or {},
        known_email=known,
        trial=(session["amount_subtotal"] or 0) < sum(item["amount_subtotal"] for item in items),
        words=_WORDS[session["mode"]],
        items=[{**item, "name": product_name(world, item["price"])} for item in items],
        **content,
    )


_WORDS: dict[str, dict[str, str | None]] = {
    "payment": {
        "heading": "Pay for",
        "button": "Pay",
        "terms": "In this simulation nothing is charged.",
    },
    "setup": {
        "heading": "Save a card",
        "button": "Save card",
        "terms": "The card can be charged later. In this simulation nothing is charged.",
    },
    "subscription": {"heading": "Subscribe to", "button": "Subscribe", "terms": None},
}


def _known_email(world: World, session: Obj) -> str | None:
    """The customer's address, which they cannot change here, if there is one."""
    customer = world.get("customer", session["customer"] or "")
    email: str | None = (customer or {}).get("email") or session["customer_email"]
    return email
