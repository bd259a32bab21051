"""Where a Checkout Session is shown, and where its customer goes from there.

docs.stripe.com/api/checkout/sessions/create: `ui_mode`, `success_url`, `cancel_url`, `return_url`
and `redirect_on_completion`. A hosted session has a `url`; one that is embedded, or built from
elements, has a `client_secret` instead, with which Stripe.js shows it inside the app's own page.
Stripe.js reaches Stripe alone, so Carom shows no page for such a session.

The refusal of parameters of another mode is in Stripe's words (laravel/cashier-stripe, pull request
1815); that of a `return_url` that nothing would lead to is in ours.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from simulator.billing.call import not_simulated, refusal, unset
from simulator.billing.payment_method_options import REDIRECTING
from simulator.billing.urls import absolute_url
from simulator.contract.errors import MissingParameter
from simulator.engine import Obj, World

PLACEHOLDER = "{CHECKOUT_SESSION_ID}"
PAGE_PARAMETERS = ("cancel_url", "redirect_on_completion", "return_url", "success_url", "ui_mode")
HOSTED = "hosted_page"
_OF_MODE = {
    "elements": ("return_url",),
    "embedded_page": ("redirect_on_completion", "return_url"),
    HOSTED: ("cancel_url", "success_url"),
}


def check_page(params: Mapping[str, Any]) -> None:
    """Refuses addresses that the session's UI mode does not have, or does not do without."""
    mode = params.get("ui_mode") or HOSTED
    if mode not in _OF_MODE:
        raise not_simulated(f"ui_mode={mode}", param="ui_mode")
    given = [name for name in PAGE_PARAMETERS[:-1] if params.get(name)]
    foreign = [name for name in given if name not in _OF_MODE[mode]]
    if foreign:
        raise refusal(
            f"The following parameters are not supported with `ui_mode: {mode}`:"
            f" {', '.join(foreign)}.",
            param=foreign[0],
        )
    never = params.get("redirect_on_completion") == "never"
    if never and params.get("return_url"):
        raise refusal(
            "`return_url` cannot be given when `redirect_on_completion` is `never`.",
            param="return_url",
        )
    for name, wanted in (("success_url", HOSTED), ("return_url", "embedded_page")):
        if mode == wanted and not never and not params.get(name):
            raise MissingParameter(name)
    for name in ("success_url", "cancel_url", "return_url"):
        if params.get(name):
            absolute_url(params[name].replace(PLACEHOLDER, "id"), name)


def page_fields(world: World, name: str, params: Mapping[str, Any], types: list[str]) -> Obj:
    """The fields of a session that say where it is shown; `types` are the methods it offers.

    Elements need a way back where a method leads away from the app's page.
    """
    mode = params.get("ui_mode") or HOSTED
    fields: Obj = {
        "cancel_url": unset(params.get("cancel_url")),
        "success_url": params.get("success_url"),
        "ui_mode": mode,
    }
    if mode == HOSTED:
        return {**fields, "url": f"{world.settings.public_url}/c/pay/{name}"}
    if mode == "elements" and not params.get("return_url") and REDIRECTING.intersection(types):
        raise MissingParameter("return_url")
    if mode == "embedded_page":
        fields["redirect_on_completion"] = params.get("redirect_on_completion") or "always"
    return {
        **fields,
        "client_secret": f"{name}_secret_{world.ids.token(43)}",
        "return_url": params.get("return_url"),
        "url": None,
    }


def success_url(session: Obj) -> str:
    """Where the browser goes after paying, with `{CHECKOUT_SESSION_ID}` filled in."""
    return str(session["success_url"]).replace(PLACEHOLDER, quote(session["id"]))


def cancel_url(session: Obj) -> str | None:
    """Where the way back leads, or `None` when there is none."""
    url = session["cancel_url"]
    return url.replace(PLACEHOLDER, quote(session["id"])) if url else None
