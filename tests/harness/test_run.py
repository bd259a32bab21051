"""A run against tiny apps in this process: what counts against the app, and what gives no
verdict.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from pathlib import Path

import pytest

from harness.app.config import load_config
from harness.checking import Bench, opened
from harness.model.invariants import INVARIANTS
from harness.run_events import InvariantBroken, RunEvent, RunFinished, RunStarted, StepTaken
from scenarios import parse

APP = textwrap.dedent(
    """
    import json

    async def application(scope, receive, send):
        if scope["type"] != "http":
            return
        await receive()
        status, body = {
            "/signup": (200, "welcome"),
            "/portal": (500, "the database is locked"),
            "/checkout": (200, json.dumps({"url": "https://elsewhere.test/pay"})),
            "/entitlement": (200, json.dumps({"plan": "free", "access": False, "status": None})),
        }.get(scope["path"], (404, "nothing here"))
        await send({"type": "http.response.start", "status": status, "headers": []})
        await send({"type": "http.response.body", "body": body.encode()})

    def create():
        return application
    """
)


@pytest.fixture
def bench(config_file: Path) -> Iterator[Bench]:
    (config_file.parent / f"tiny_{config_file.parent.name}.py").write_text(APP, encoding="utf-8")
    text = config_file.read_text(encoding="utf-8")
    asgi = f'[app]\nasgi = "tiny_{config_file.parent.name}:create"\n'
    config_file.write_text(text.replace("[app]\n", asgi), encoding="utf-8")
    with opened(load_config(config_file, INVARIANTS), seed=7, in_process=True) as bench:
        yield bench


def play(bench: Bench, *steps: str) -> tuple[RunFinished, list[RunEvent]]:
    said = "".join(f"  - {step}\n" for step in steps)
    text = f"scenario: story\nshows: A sentence about it.\nsteps:\n{said}"
    heard: list[RunEvent] = []
    return bench.run(parse(text, Path("story.yaml")), heard.append), heard


def test_a_run_that_asserted_nothing_is_not_a_good_run(bench: Bench) -> None:
    finished, heard = play(bench, "customer: signs up")
    assert finished.verdict == "not exercised"
    assert [type(event) for event in heard] == [RunStarted, StepTaken, RunFinished]


def test_an_expectation_that_is_met_is_enough(bench: Bench) -> None:
    finished, _ = play(
        bench, "customer: signs up", "expect: {entitlement: {plan: none, access: false}}"
    )
    assert finished.verdict == "holds"
    assert finished.expectations == 1


def test_an_expectation_that_is_not_met_is_broken_with_its_line(bench: Bench) -> None:
    finished, heard = play(
        bench, "customer: signs up", "expect: {entitlement: {plan: pro, access: false}}"
    )
    assert finished.verdict == "broken"
    (violation,) = finished.broken
    assert violation.invariant == "expectation"
    assert violation.then == "story.yaml:5 states what must be true here."
    assert violation.however == "the app shows plan none; expected pro."
    assert isinstance(heard[-2], InvariantBroken)


def test_an_app_that_answers_with_an_error_is_at_fault(bench: Bench) -> None:
    finished, _ = play(bench, "customer: signs up", "customer: opens the portal")
    assert finished.verdict == "broken"
    (violation,) = finished.broken
    assert violation.invariant == "answers"
    assert "POST /portal with 500: the database is locked" in violation.however


def test_an_app_that_sends_its_user_elsewhere_is_at_fault(bench: Bench) -> None:
    finished, _ = play(bench, "customer: signs up", "customer: starts checkout of pro")
    assert finished.verdict == "broken"
    assert "https://elsewhere.test/pay, which is no address of Checkout" in finished.broken[0].seen


@pytest.mark.parametrize(
    ("step", "problem"),
    [
        ("customer: cancels", "the customer has no subscription at Stripe that is alive"),
        ("customer: pays with 4242 4242 4242 4242", "does not have Checkout open"),
        ("customer: returns", "on no page of Stripe's that leads back"),
        ("courier: delivers invoice.paid", "no invoice.paid is there to deliver; waiting: nothing"),
        ("support: cancels the subscription now", "no subscription at Stripe that is alive"),
    ],
)
def test_a_story_that_cannot_go_on_gives_no_verdict(bench: Bench, step: str, problem: str) -> None:
    finished, _ = play(bench, "customer: signs up", step)
    assert finished.verdict == "no verdict"
    assert finished.problem is not None
    assert finished.problem.startswith("story.yaml:5: ")
    assert problem in finished.problem


def test_a_factory_that_cannot_be_loaded_gives_no_verdict(config_file: Path) -> None:
    text = config_file.read_text(encoding="utf-8")
    config_file.write_text(text.replace("[app]\n", '[app]\nasgi = "gone:create"\n'))
    with opened(load_config(config_file, INVARIANTS), seed=7, in_process=True) as bench:
        finished, _ = play(bench, "customer: signs up")
    assert finished.verdict == "no verdict"
    assert "asgi = 'gone:create' cannot be loaded" in (finished.problem or "")
