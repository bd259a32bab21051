"""The five questions as `carom.toml` words them, asked of an app that answers as told."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import stripe

from harness.app.adapter import ConfiguredApp
from harness.app.config import load_config
from harness.app.protocol import AppRefused, Entitlement, Reply, Request
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


def test_a_redirect_is_as_good_as_json(make: Make) -> None:
    app, _ = make({"/portal": (303, "http://stripe.carom.test/p/session/x")})
    url = app.open_portal(app.sign_up("ada"), "ada")
    assert url == "http://stripe.carom.test/p/session/x"


@pytest.mark.parametrize(
    ("answer", "problem"),
    [
        ((409, "no customer"), "POST /portal with 409: no customer"),
        ((200, "hello"), "the answer to POST /portal is no JSON"),
        ((200, {"address": "x"}), "has no address at /url"),
    ],
)
def test_an_answer_that_leads_nowhere_is_told(
    make: Make, answer: tuple[int, Any], problem: str
) -> None:
    app, _ = make({"/portal": answer})
    with pytest.raises(AppRefused, match=problem):
        app.open_portal(app.sign_up("ada"), "ada")


def test_an_entitlement_comes_in_our_words(make: Make) -> None:
    assert shown(make, plan="free", status=None, access=False) == Entitlement()
    assert shown(make, plan="pro", status="active", access=True, cancel_at=5) == Entitlement(
        "pro", "active", access=True, winding_down=True, cancel_at=5
    )


def test_access_must_be_the_json_true(make: Make) -> None:
    assert not shown(make, plan="pro", status="active", access="yes").access


def test_a_signature_of_ones_own_is_one_that_the_sdk_accepts() -> None:
    body = b'{"id": "evt_1", "object": "event", "type": "x"}'
    signed = signed_again({"Stripe-Signature": "t=1767960000,v1=ab,v0=cd"}, body, "whsec_mine")
    assert stripe.WebhookSignature.verify_header(
        body.decode(), signed["Stripe-Signature"], "whsec_mine", tolerance=None
    )
