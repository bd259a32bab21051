"""Where Checkout is shown (docs.stripe.com/api/checkout/sessions/create, `ui_mode`)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from simulator.engine import Obj
from tests.billing.account import Account, Refused
from tests.billing.test_checkout import SUCCESS, opened, pay

BACK = "https://example.org/back?session={CHECKOUT_SESSION_ID}"


def shown(account: Account, **more: Any) -> Obj:
    """A session that is not hosted, unless the test says otherwise."""
    items = [{"price": account.plan(), "quantity": 1}]
    return account.post("checkout/sessions", mode="subscription", line_items=items, **more)


def test_an_embedded_session_has_a_secret_and_no_address(account: Account) -> None:
    session = shown(account, ui_mode="embedded_page", return_url=BACK)
    assert session["client_secret"].startswith(f"{session['id']}_secret_")
    assert (session["url"], session["success_url"], session["cancel_url"]) == (None, None, None)
    assert (session["return_url"], session["redirect_on_completion"]) == (BACK, "always")
    assert account.get(f"checkout/sessions/{session['id']}") == session


def test_elements_need_no_way_back_where_no_method_leads_away(account: Account) -> None:
    session = shown(account, ui_mode="elements")
    assert session["client_secret"].startswith(f"{session['id']}_secret_")
    assert (session["return_url"], session["url"]) == (None, None)
    assert "redirect_on_completion" not in session
    types = ("card", "paypal")
    account.world.settings = replace(account.world.settings, payment_method_types=types)
    with pytest.raises(Refused, match="Missing required param: return_url"):
        shown(account, ui_mode="elements")


def test_a_hosted_session_has_an_address_and_no_secret(account: Account) -> None:
    session = opened(account)
    assert session["client_secret"] is None
    assert session["url"].endswith(session["id"])
    assert {"return_url", "redirect_on_completion"}.isdisjoint(session)


def test_nothing_leads_back_where_nothing_redirects(account: Account) -> None:
    session = shown(account, ui_mode="embedded_page", redirect_on_completion="never")
    assert (session["return_url"], session["redirect_on_completion"]) == (None, "never")


WRONG: list[tuple[str, str, Obj]] = [
    ("Missing required param: return_url", "return_url", {"ui_mode": "embedded_page"}),
    ("Missing required param: success_url", "success_url", {}),
    (
        "not supported with `ui_mode: elements`: cancel_url, success_url.",
        "cancel_url",
        {"ui_mode": "elements", "success_url": SUCCESS, "cancel_url": BACK},
    ),
    (
        "not supported with `ui_mode: hosted_page`: return_url.",
        "return_url",
        {"success_url": SUCCESS, "return_url": BACK},
    ),
    (
        "cannot be given when `redirect_on_completion` is `never`",
        "return_url",
        {"ui_mode": "embedded_page", "redirect_on_completion": "never", "return_url": BACK},
    ),
    ("Invalid URL", "return_url", {"ui_mode": "embedded_page", "return_url": "/back"}),
]


@pytest.mark.parametrize(("said", "param", "params"), WRONG)
def test_what_a_mode_does_not_have_is_refused(
    account: Account, said: str, param: str, params: Obj
) -> None:
    with pytest.raises(Refused) as refused:
        shown(account, **params)
    assert refused.value.error["param"] == param
    assert said in refused.value.error["message"]
    assert account.get("checkout/sessions")["data"] == []


# --- what the customer may change about themselves (`customer_update`) ----------------------------


@pytest.mark.parametrize(
    ("update", "typed", "named"),
    [
        ({"name": "auto", "address": "auto"}, "Ada Lovelace", "Ada Lovelace"),
        ({"name": "never"}, "Ada Lovelace", "Ada"),
        ({"name": "auto"}, None, "Ada"),
        (None, "Ada Lovelace", "Ada"),
    ],
)
def test_the_name_typed_becomes_the_customers_if_it_may(
    account: Account, update: Obj | None, typed: str | None, named: str
) -> None:
    customer = account.post("customers", email="ada@example.org", name="Ada")["id"]
    more = {"customer_update": update} if update else {}
    pay(account, opened(account, customer=customer, **more), name=typed)
    assert account.get(f"customers/{customer}")["name"] == named


def test_somebody_must_be_there_to_be_changed(account: Account) -> None:
    with pytest.raises(Refused) as refused:
        opened(account, customer_update={"name": "auto"})
    assert refused.value.error["param"] == "customer_update"


@pytest.mark.parametrize("switch", ["automatic_tax", "phone_number_collection"])
def test_what_is_not_simulated_can_only_be_left_off(account: Account, switch: str) -> None:
    assert opened(account, **{switch: {"enabled": False}})[switch]["enabled"] is False
    with pytest.raises(Refused) as refused:
        opened(account, **{switch: {"enabled": True}})
    assert (refused.value.status, refused.value.error["param"]) == (501, f"{switch}[enabled]")
