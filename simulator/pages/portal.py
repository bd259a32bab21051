"""The Customer Portal: docs.stripe.com/customer-management.

Plain HTML forms: a change is a POST that is answered by a 303. The way back is a link, which a
customer may follow having done anything or nothing, and which carries no news of what was done. A
session with a flow shows that errand alone until it is done.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import RedirectResponse, Response

from simulator.billing import portal
from simulator.contract.errors import StripeError
from simulator.pages import portal_pages
from simulator.pages.acting import act
from simulator.pages.card_form import typed_card
from simulator.pages.flows import errand_of
from simulator.pages.hooks import Hooks
from simulator.pages.lookup import portal_session
from simulator.pages.portal_pages import Visit
from simulator.pages.problems import PageProblem, nothing_here

router = APIRouter(prefix="/p/session/{token}", include_in_schema=False)


async def visit(request: Request, token: str) -> Visit:
    """The session of a token, kept alive by being visited."""
    hooks: Hooks = request.app.state.hooks
    found = portal_session(hooks.worlds(), token)
    if found is None:
        raise nothing_here("portal session")
    world, session = found.world, found.obj
    if portal.is_expired(world, session):
        raise PageProblem(
            410,
            "This link has expired",
            "A link to this page must be opened within 5 minutes, and then lasts until an hour"
            " after the last visit. Go back to the application and open the page again.",
            account_name=world.settings.account_name,
        )
    portal.touch(world, session)
    return Visit(world, session, portal.configuration_of(world, session), f"/p/session/{token}")


At = Annotated[Visit, Depends(visit)]
Text = Annotated[str, Form(max_length=1000)]


@router.get("")
@router.get("/flow")
async def start(at: At) -> Response:
    """The homepage, or the errand that the session was made for."""
    errand = errand_of(at.session)
    if errand is None:
        return portal_pages.homepage(at)
    match errand.kind:
        case "payment_method_update":
            return portal_pages.card_page(at)
        case "subscription_cancel":
            return portal_pages.cancel_page(at, errand.subscription or "")
        case "subscription_update":
            return portal_pages.switch_page(at, errand.subscription or "")
        case "subscription_update_confirm":
            return portal_pages.confirm_switch_page(
                at, errand.subscription or "", errand.price or "", errand.quantity
            )
    raise PageProblem(
        501,
        "Not simulated yet",
        f"Carom does not simulate the portal's {errand.kind} flow. Nothing was changed.",
        account_name=at.world.settings.account_name,
    )


@router.get("/home")
async def home(at: At) -> Response:
    """The homepage, also for a session whose errand ends there."""
    errand = errand_of(at.session)
    if errand is not None and errand.next != "portal_homepage":
        return RedirectResponse(at.base, 303)
    return portal_pages.homepage(at)


@router.get("/confirmation")
async def confirmation(at: At) -> Response:
    """What is shown after an errand that leads nowhere else."""
    return portal_pages.confirmation_page(at)


@router.get("/payment_method")
async def card_form(at: At) -> Response:
    return portal_pages.card_page(at)


@router.get("/subscriptions/{subscription}/cancel")
async def cancel_form(at: At, subscription: str) -> Response:
    return portal_pages.cancel_page(at, subscription)


@router.get("/subscriptions/{subscription}/update")
async def switch_form(
    at: At, subscription: str, price: str | None = None, quantity: int | None = None
) -> Response:
    """Choosing a plan, and confirming the choice."""
    if price is None:
        return portal_pages.switch_page(at, subscription)
    return portal_pages.confirm_switch_page(at, subscription, price, quantity)


@router.post("/cancel")
async def cancel(
    request: Request,
    at: At,
    subscription: Annotated[str, Form()],
    feedback: Text = "",
    comment: Text = "",
) -> Response:
    return done(
        request,
        at,
        lambda: portal.cancel(
            at.world, at.session, subscription, feedback or None, comment.strip() or None
        ),
        lambda fault: portal_pages.cancel_page(at, subscription, fault),
    )


@router.post("/renew")
async def renew(request: Request, at: At, subscription: Annotated[str, Form()]) -> Response:
    """Undo a cancellation that has not come yet."""
    return done(
        request,
        at,
        lambda: portal.renew(at.world, at.session, subscription),
        lambda fault: portal_pages.homepage(at, fault),
    )


@router.post("/switch")
async def switch(
    request: Request,
    at: At,
    subscription: Annotated[str, Form()],
    price: Annotated[str, Form()],
    quantity: Annotated[int | None, Form(ge=1, le=999_999)] = None,
    promotion_code: Annotated[str, Form(max_length=1000)] = "",
) -> Response:
    code = promotion_code.strip() or None
    return done(
        request,
        at,
        lambda: portal.switch(at.world, at.session, subscription, price, quantity, code),
        lambda fault: portal_pages.switch_page(at, subscription, fault),
    )


@router.post("/payment_method")
async def add_card(
    request: Request,
    at: At,
    number: Text = "",
    exp: Text = "",
    exp_month: Text = "",
    exp_year: Text = "",
    cvc: Text = "",
) -> Response:
    """Add a card and make it the default."""
    typed = {"number": number, "exp": exp, "exp_month": exp_month, "exp_year": exp_year}
    return done(
        request,
        at,
        lambda: portal.add_card(
            at.world, at.session, typed_card({**typed, "cvc": cvc}, at.world.now())
        ),
        lambda fault: portal_pages.card_page(at, fault, typed),
    )


def done(
    request: Request,
    at: Visit,
    action: Callable[[], object],
    again: Callable[[StripeError], Response],
) -> Response:
    """Do it and go on, or show the page again with what was wrong."""
    hooks: Hooks = request.app.state.hooks
    try:
        act(at.world, action)
    except StripeError as fault:
        hooks.changed(at.world)
        return again(fault)
    hooks.changed(at.world)
    return RedirectResponse(_next(at), 303)


def _next(at: Visit) -> str:
    errand = errand_of(at.session)
    if errand is None:
        return at.base
    if errand.next == "redirect" and errand.redirect:
        return errand.redirect
    return f"{at.base}/home" if errand.next == "portal_homepage" else f"{at.base}/confirmation"
