"""The five questions as `carom.toml` words them, asked of an app that answers as told."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import stripe

from harness.app import answers
from harness.app.adapter import ConfiguredApp
from harness.app.config import load_config
from harness.app.protocol import AppMismatch, AppRefused, Entitlement, Reply, Request
from harness.app.signature import signed_again
from harness.model.invariants import INVARIANTS

ORIGIN = "http://app.carom.test"


class Scripted:
    """A transport that answers each path as told, and remembers what it was asked."""

    def __init__(self, answers: dict[str, tuple[int, Any]]) -> None:
        self.answers = answers
        self.asked: list[Request] = []

    def send(self, request: Request) -> Reply:
        self.asked.append(request)
        status, body = self.answers[request.url.removeprefix(ORIGIN)]
        headers = (("Location", body),) if status == 303 else ()
        told = body if isinstance(body, str) else json.dumps(body)
        return Reply(status, headers, told.encode(), request.url)

    def close(self) -> None: ...


Make = Callable[[dict[str, tuple[int, Any]]], tuple[ConfiguredApp, Scripted]]


@pytest.fixture
def make(config_file: Path) -> Make:
    def build(answers: dict[str, tuple[int, Any]]) -> tuple[ConfiguredApp, Scripted]:
        transport = Scripted({"/signup": (200, "welcome"), **answers})
        config = load_config(config_file, INVARIANTS)
        return ConfiguredApp(config, ORIGIN, transport, {ORIGIN: transport}), transport

    return build


def shown(make: Make, **answer: Any) -> Entitlement:
    app, _ = make({"/entitlement": (200, answer)})
    return app.entitlement(app.sign_up("ada"))


def test_signing_up_fills_the_form(make: Make) -> None:
    app, transport = make({})
    app.sign_up("ada")
    (request,) = transport.asked
    assert request.method == "POST"
    assert request.body == b"email=ada%40customer.test"


def test_sign_up_that_is_refused_is_told(make: Make) -> None:
    app, _ = make({"/signup": (422, "no such plan")})
    with pytest.raises(
        AppRefused, match="sign-up: the app answered POST /signup with 422: no such"
    ):
        app.sign_up("ada")


def test_a_refusal_in_html_is_told_in_its_words(make: Make) -> None:
    page = "<html><head><title>x</title></head><p role='x' role=\"alert\">Taken &amp; gone</p>"
    app, _ = make({"/portal": (409, page)})
    with pytest.raises(AppRefused, match=r"POST /portal with 409: Taken & gone$"):
        app.open_portal(app.sign_up("ada"), "ada")


def test_checkout_names_the_lookup_key_and_takes_the_address_from_json(make: Make) -> None:
    app, transport = make({"/checkout": (200, {"url": "http://stripe.carom.test/c/pay/cs_1"})})
    url = app.start_checkout(app.sign_up("ada"), "ada", "pro")
    assert url == "http://stripe.carom.test/c/pay/cs_1"
    assert transport.asked[-1].body == b"plan=pro_monthly"


def test_the_portal_can_be_asked_for_with_fields_that_nobody_asked_for(make: Make) -> None:
    app, transport = make({"/portal": (200, {"url": "http://stripe.carom.test/p/session/x"})})
    app.open_portal(app.sign_up("ada"), "ada", {"customer": "cus_1"})
    assert transport.asked[-1].body.endswith(b"customer=cus_1")


def test_a_redirect_is_as_good_as_json(make: Make) -> None:
    app, _ = make({"/portal": (303, "http://stripe.carom.test/p/session/x")})
    url = app.open_portal(app.sign_up("ada"), "ada")
    assert url == "http://stripe.carom.test/p/session/x"


def test_a_portal_that_is_refused_is_told(make: Make) -> None:
    app, _ = make({"/portal": (409, "no customer")})
    with pytest.raises(AppRefused, match="POST /portal with 409: no customer"):
        app.open_portal(app.sign_up("ada"), "ada")


@pytest.mark.parametrize(
    ("answer", "problem"),
    [
        ("hello", r"toml:12: \[portal\] path: the answer to POST /portal is no JSON"),
        ({"address": "x"}, r'toml:11: \[portal\] url = "/url": .* has no address there'),
        ({"ulr": "x"}, 'there is no "url". Did you mean "ulr"'),
        ({"url": None}, r"no address there \(but None\)"),
    ],
)
def test_an_answer_without_an_address_names_the_line(
    make: Make, answer: object, problem: str
) -> None:
    app, _ = make({"/portal": (200, answer)})
    with pytest.raises(AppMismatch, match=problem):
        app.open_portal(app.sign_up("ada"), "ada")


def test_an_entitlement_comes_in_our_words(make: Make) -> None:
    assert shown(make, plan="free", status=None, access=False) == Entitlement()
    assert shown(make, plan="pro", status="active", access=True, cancel_at=5) == Entitlement(
        "pro", "active", access=True, winding_down=True, cancel_at=5
    )


def test_numbers_beside_the_plan_are_read_where_they_are_shown(
    make: Make, config_file: Path
) -> None:
    text = config_file.read_text(encoding="utf-8")
    added = 'plan = "/plan"\nseats = "/seats"\nlimit = "/limit"\namount = "/amount"'
    config_file.write_text(text.replace('plan = "/plan"', added), encoding="utf-8")
    rest = {"plan": "pro", "status": "active", "access": True, "limit": 8}
    found = shown(make, **rest, seats=5)
    assert (found.seats, found.limit, found.amount) == (5, 8, None)
    with pytest.raises(AppMismatch, match=r'seats = "/seats" must lead to a whole number'):
        shown(make, **rest, seats="five")


def test_what_is_behind_null_and_what_is_left_out_without_access_is_nothing(make: Make) -> None:
    assert shown(make, access=False) == Entitlement()
    assert answers.at({"a": None}, "/a/b") is None


@pytest.mark.parametrize(
    ("answer", "problem"),
    [
        (
            "<p>hello</p>",
            r"toml:21: \[entitlement\] path: the answer to GET /entitlement is no JSON",
        ),
        ({"plan": "pro"}, r'toml:24: \[entitlement\] access = "/access" leads nowhere'),
        ({"plam": "pro", "access": False}, 'there is no "plan". Did you mean "plam"'),
        ({"access": True, "status": "active"}, r'toml:22: \[entitlement\] plan = "/plan" leads'),
        ({"plan": "pro", "access": "yes"}, "must lead to true or false, not 'yes'"),
        ({"plan": "pro", "access": True, "status": "active", "cancel_at": "2026"}, "Unix seconds"),
        ({"plan": "Pro", "access": True, "status": "active"}, 'shows the plan "Pro"'),
        ({"plan": "pro", "access": True, "status": "activ"}, 'Did you mean "active"'),
    ],
)
def test_what_cannot_be_read_names_the_line_and_shows_the_answer(
    make: Make, answer: Any, problem: str
) -> None:
    app, _ = make({"/entitlement": (200, answer)})
    browser = app.sign_up("ada")
    with pytest.raises(AppMismatch, match=problem):
        app.entitlement(browser)


def test_a_signature_of_ones_own_is_one_that_the_sdk_accepts() -> None:
    body = b'{"id": "evt_1", "object": "event", "type": "x"}'
    signed = signed_again({"Stripe-Signature": "t=1767960000,v1=ab,v0=cd"}, body, "whsec_mine")
    assert stripe.WebhookSignature.verify_header(
        body.decode(), signed["Stripe-Signature"], "whsec_mine", tolerance=None
    )


def test_with_two_secrets_either_signature_is_accepted() -> None:
    body = b'{"id": "evt_1", "object": "event", "type": "x"}'
    signed = signed_again(
        {"Stripe-Signature": "t=1767960000,v1=ab"}, body, "whsec_old", "whsec_new"
    )
    for secret in ("whsec_old", "whsec_new"):
        assert stripe.WebhookSignature.verify_header(
            body.decode(), signed["Stripe-Signature"], secret, tolerance=None
        )


def test_a_visitor_has_nothing_of_who_is_signed_in(make: Make) -> None:
    app, transport = make({"/portal": (401, {"error": "sign in"})})
    app.sign_up("ada")
    with pytest.raises(AppRefused) as refused:
        app.open_portal(app.visitor(), "ada")
    assert refused.value.status == 401
    assert "Cookie" not in transport.asked[-1].headers
