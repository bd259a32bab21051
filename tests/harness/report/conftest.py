"""Two findings as files, what is told of them, and the record of a command that made them."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from harness.app.config import load_config
from harness.app.protocol import Entitlement, Reply, Request
from harness.explore.events import (
    ExplorationFinished,
    ExplorationStarted,
    Found,
    ScheduleRun,
    StoryStarted,
)
from harness.explore.explorer import Explored, Looked
from harness.explore.finding import read_finding
from harness.explore.strategies import Near
from harness.model.invariants import INVARIANTS, Violation
from harness.model.observation import Observation
from harness.report.record import Record
from harness.run_events import (
    CheckFinished,
    CheckStarted,
    Event,
    InvariantBroken,
    RunFinished,
    RunStarted,
    StepTaken,
)
from scenarios import Scenario

GOLDEN = Path(__file__).parent / "golden"
FINDINGS = ("handler_race", "return_writes")
Golden = Callable[[str, str], None]


@pytest.fixture(params=FINDINGS)
def finding_file(request: pytest.FixtureRequest) -> Path:
    return GOLDEN / f"{request.param}.carom.json"


@pytest.fixture
def golden() -> Golden:
    """Compares with a file in `golden`; GOLDEN=write in the environment writes it anew."""

    def compare(name: str, text: str) -> None:
        path = GOLDEN / name
        if os.environ.get("GOLDEN") == "write":
            path.write_text(text, encoding="utf-8")
        assert text == path.read_text(encoding="utf-8")

    return compare


@pytest.fixture
def events(config_file: Path, seen: Callable[..., Observation]) -> list[Event]:
    """A check with a scenario that holds, one that breaks, one without a verdict, and an
    exploration with two findings.
    """
    config = load_config(config_file, INVARIANTS)
    good = Scenario("good", "All is <well> & fine.", (), Path("good.yaml"))
    bad, ill = replace(good, name="bad"), replace(good, name="ill")
    pro = Entitlement("pro", "active", access=True)
    asked = Request(
        "POST",
        "http://app.test/webhook",
        {"X-Shop": "<script>alert(1)</script>", "Cookie": "session=s3cret"},
    )
    answered = Reply(200, (("Content-Type", "application/json"),), b'{"ok": "</pre><b>"}')
    moment = seen(pro, pro, words="pays </details>", created=("invoice.paid#1",), number=1)
    violation = Violation(
        "converges", 1, "courier: x", "pro", "none", "it, is\nso.", "100% not <so>."
    )
    found = [
        Found(read_finding(GOLDEN / f"{n}.carom.json"), Path(f".carom/{n}.json")) for n in FINDINGS
    ]
    stories = [each.finding.story for each in found]
    explored = Explored(
        looked=[_looked(story) for story in stories],
        findings=[each.finding for each in found],
        kept={"monotonic"},
        exercised=Counter({"the app restarting": 4}),
        schedules=34,
        shrinking=250,
    )
    explored.looked[1].problem = "step 3: could not"
    return [
        CheckStarted(config, 7, (good, bad, ill)),
        RunStarted(good, 7),
        StepTaken(good, moment, True, ((asked, answered),)),
        RunFinished(good, "holds", (), ("monotonic",), 1, 1),
        RunStarted(bad, 7),
        InvariantBroken(bad, violation),
        RunFinished(bad, "broken", (violation,), ("monotonic",), 1, 1),
        RunStarted(ill, 7),
        RunFinished(ill, "no verdict", (), (), 0, 0, "the app\x00 is down\nlast words"),
        ExplorationStarted(tuple(stories), 7),
        StoryStarted(stories[0]),
        ScheduleRun(stories[0], "near", 1, 0, 6),
        *found,
        ExplorationFinished(explored, 2.0),
        CheckFinished(1, 3.5),
    ]


def _looked(story: object) -> Looked:
    near = Near(1)
    return Looked(story, near, [near], schedules=17, kept={"monotonic"})  # type: ignore[arg-type]


@pytest.fixture
def record(events: list[Event]) -> Record:
    kept = Record()
    for event in events:
        kept(event)
    return kept
