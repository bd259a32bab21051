"""Scenes: who sends what to whom, from a step's name alone or with all that was heard."""

from __future__ import annotations

import pytest

from harness.app.protocol import Reply, Request
from harness.explore.choice import Choice
from harness.explore.game import Taken
from harness.report.scenes import Scene, Strip, arrows_of, mermaid, plain_arrow, scene_of_taken

STRIP = Strip("ada", "pro", "pro", right=True)


@pytest.mark.parametrize(
    ("name", "ends"),
    [
        ("ada: opens the portal", ("customer", "app")),
        ("ada: starts checkout of pro, clicked twice", ("customer", "app")),
        ("ada: returns", ("customer", "app")),
        ("ada: cancels", ("customer", "Stripe")),
        ("courier: delivers ada/invoice.paid#1 again", ("courier", "app")),
        ("stranger: delivers ada/invoice.paid#1 unsigned", ("courier", "app")),
        ("app: gets the answer for ada/invoice.paid#1", ("Stripe", "app")),
        ("app: restarts", ("app", "app")),
        ("clock: moves 1 day", ("Stripe", "Stripe")),
        ("support for ada: cancels the subscription now", ("Stripe", "Stripe")),
    ],
)
def test_a_name_says_who_and_to_whom(name: str, ends: tuple[str, str]) -> None:
    arrow = plain_arrow(name)
    assert (arrow.source, arrow.target) == ends


def test_a_delivery_that_does_not_arrive_has_failed() -> None:
    assert plain_arrow("courier: cannot reach the app with ada/invoice.paid#1").failed


def test_what_was_heard_unfolds_with_headers_and_bodies() -> None:
    asked = Request("POST", "http://app.test/hooks?x=1", {"X-A": "b", "Cookie": "s"}, b'{"a":1}')
    answered = Reply(500, (("Set-Cookie", "s"), ("Via", "c")), b"no")
    call = {"method": "GET", "path": "/v1/prices", "status": 429, "params": {"limit": "3"}}
    call |= {"idempotency_key": "k", "fault": "rate_limit"}
    name = "courier: delivers ada/invoice.paid#1"
    webhook, to_stripe = arrows_of(name, [(asked, answered)], [call], "/hooks")
    assert webhook.label == "delivers ada/invoice.paid#1 → 500"
    assert webhook.failed
    assert webhook.details == (
        ("POST /hooks", "X-A: b\nCookie: (not shown)"),
        ("body", '{\n  "a": 1\n}'),
        ("500", "Set-Cookie: (not shown)\nVia: c"),
        ("answer", "no"),
    )
    assert (to_stripe.source, to_stripe.target) == ("app", "Stripe")
    assert to_stripe.label == "GET /v1/prices → 429"
    assert [heading for heading, _ in to_stripe.details] == [
        "parameters",
        "Idempotency-Key",
        "refused by Carom",
    ]


def test_a_body_of_any_length_is_cut_with_a_notice() -> None:
    asked = Request("POST", "http://app.test/x", {}, b"x" * 5000)
    (arrow,) = arrows_of("ada: returns", [(asked, Reply(200, (), b""))], [], "/hooks")
    assert arrow.details[1][1].endswith("\n... 1000 characters more")


def test_an_act_at_stripe_is_drawn_before_what_the_app_was_asked_for_it() -> None:
    landing = (Request("GET", "http://app.test/billing"), Reply(200, (), b""))
    first, second = arrows_of("ada: pays with 4242 4242 4242 4242", [landing], [], "/hooks")
    assert (first.target, second.target) == ("Stripe", "app")


def test_answers_are_what_neither_arrows_nor_entitlements_say() -> None:
    arrows = (plain_arrow("app: gets the answer for x"),)
    sees = "200; after y got its answer: 500; ada pro, access"
    scene = Scene(1, "app: gets the answer for x", sees, arrows, strips=(STRIP,))
    assert scene.answers == ("200", "after y got its answer: 500")


def test_a_step_of_a_file_knows_whether_it_departs() -> None:
    choice = Choice("ada: cancels", "act", "ada")
    assert scene_of_taken(2, Taken(choice, 3, 4, "x")).departs
    assert not scene_of_taken(2, Taken(choice, 3, 4, "x", settling=True)).departs


def test_mermaid_has_no_word_that_ends_a_statement() -> None:
    taken = Taken(Choice("courier: cannot reach the app with a#1", "miss", ""), 1, 2, "a; b\nc")
    assert mermaid([scene_of_taken(1, taken)]).splitlines()[5:] == [
        "    courier-xapp: 1 cannot reach the app with a#35;1",
        "    Note over courier: departs",
        "    Note over app: a, b c",
    ]
