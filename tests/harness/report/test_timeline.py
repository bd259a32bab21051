"""The timeline over a fixed stream of events: rows, folding, a break with its proof, the
verdict.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from rich.console import Console

from harness.app.config import load_config
from harness.app.protocol import Entitlement
from harness.model.invariants import INVARIANTS, Violation
from harness.model.observation import Delivered, Observation
from harness.report import Summary, Timeline
from harness.run_events import (
    CheckStarted,
    ExpectationMet,
    InvariantBroken,
    RunEvent,
    RunFinished,
    RunStarted,
    StepTaken,
)
from scenarios import Scenario, Step

FREE = Entitlement()
PRO = Entitlement(plan="pro", status="active", access=True, cancel_at_period_end=False)
WINDING = replace(PRO, winding_down=True, cancel_at=1_770_638_400)
SCENARIO = Scenario("story", "A story about nothing.", (), Path("story.yaml"))
VIOLATION = Violation(
    invariant="paid-access-kept",
    number=5,
    step="courier: delivers everything",
    expected="access",
    seen="no access",
    then="the app had shown access.",
    however="it is gone.",
)
FINISHED = RunFinished(SCENARIO, "holds", (), ("converges",), 1, 5)


def told(events: list[RunEvent], width: int = 150) -> list[str]:
    out = io.StringIO()
    timeline = Timeline(Console(file=out, width=width, highlight=False))
    for event in events:
        timeline(event)
    return [" ".join(line.split()) for line in out.getvalue().splitlines() if line.strip()]


def story(seen: Callable[..., Observation]) -> list[RunEvent]:
    def step(first: bool, observation: Observation) -> StepTaken:
        return StepTaken(SCENARIO, observation, first)

    deliver = {"words": "delivers everything", "actor": "courier"}
    paid = ("charge.succeeded#1", "checkout.session.completed#1", "invoice.paid#1")
    return [
        RunStarted(SCENARIO, 7),
        step(True, seen(FREE, FREE, words="signs up", number=1)),
        step(True, seen(FREE, PRO, words="pays", created=paid, number=2)),
        step(True, seen(FREE, PRO, delivered=Delivered(paid[0], 200), number=3, **deliver)),
        step(False, seen(PRO, PRO, delivered=Delivered(paid[1], 200), number=4, **deliver)),
        step(False, seen(PRO, PRO, delivered=Delivered(paid[2], 200), number=5, **deliver)),
        step(False, seen(PRO, PRO, delivered=Delivered(paid[2], 200, True), number=6, **deliver)),
        ExpectationMet(SCENARIO, Step("expect", "expect", "entitlement")),
        step(True, seen(WINDING, WINDING, words="cancels", now=1_768_046_400, number=7)),
    ]


def test_rows_tell_who_did_what_and_what_the_app_shows(seen: Callable[..., Observation]) -> None:
    assert told([*story(seen), FINISHED]) == [
        "story seed 7",
        "A story about nothing.",
        "time customer Stripe webhook app shows",
        "─" * 150,
        "1 Jan 09 12:00 signs up no access",
        "2 pays checkout.session.completed unchanged",
        "invoice.paid",
        "+ 1 more",
        "3 charge.succeeded: 200 unchanged",
        "4 checkout.session.completed: 200 pro, active",
        "6 2 events again: 200 unchanged",
        "✓ as told",
        "7 Jan 10 12:00 cancels pro, active, until Feb 09",
        "holds story 1 invariant put to the test, 1 expectation, 5 moments",
    ]


def test_a_break_is_told_with_its_proof(seen: Callable[..., Observation]) -> None:
    finished = replace(FINISHED, verdict="broken", broken=(VIOLATION,))
    lines = told([*story(seen), InvariantBroken(SCENARIO, VIOLATION), finished])
    assert lines[-4:] == [
        "✗ paid-access-kept broken at moment 5, courier: delivers everything",
        "Then: the app had shown access.",
        "However: it is gone.",
        "broken story paid-access-kept",
    ]


def test_a_narrow_terminal_loses_no_words(seen: Callable[..., Observation]) -> None:
    lines = told([*story(seen), FINISHED], width=80)
    assert max(len(line) for line in lines) <= 80
    assert "until Feb" in " ".join(lines)


def test_a_refused_webhook_has_a_row_of_its_own(seen: Callable[..., Observation]) -> None:
    refused = seen(FREE, PRO, delivered=Delivered("invoice.paid#1", 500), actor="courier", number=1)
    silent = seen(FREE, PRO, delivered=Delivered("invoice.paid#1", None), actor="courier", number=2)
    lines = told([StepTaken(SCENARIO, refused, True), StepTaken(SCENARIO, silent, False)])
    assert lines[0].endswith("invoice.paid: 500 no access")
    assert "invoice.paid: no answer" in lines[1]


def test_a_summary_says_how_hard_it_looked(config_file: Path) -> None:
    out = io.StringIO()
    summary = Summary(Console(file=out, width=150, highlight=False))
    promises = tuple(name for name in INVARIANTS if name != "idempotent")
    config = replace(load_config(config_file, INVARIANTS), promises=promises)
    broken = replace(FINISHED, verdict="broken", broken=(VIOLATION,), kept=())
    for event in (
        CheckStarted(config, 7, (SCENARIO, SCENARIO)),
        RunStarted(SCENARIO, 7),
        FINISHED,
        RunStarted(SCENARIO, 7),
        InvariantBroken(SCENARIO, VIOLATION),
        broken,
    ):
        summary(event)
    summary.close()
    lines = [" ".join(line.split()) for line in out.getvalue().splitlines()]
    assert "holds converges in 1 scenario" in lines
    assert "broken paid-access-kept in 1 of 1 scenario" in lines
    assert "not exercised single-writer" in lines
    assert "not promised idempotent" in lines
    assert "expected access; seen no access" in lines
    assert lines[-1] == "2 scenarios: 1 holds, 1 broken"
