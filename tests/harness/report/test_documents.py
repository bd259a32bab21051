"""The event stream as JSON lines, and the whole of a command as one document."""

from __future__ import annotations

import io
import json

from harness.explore.events import ExplorationStarted, SharingEnded
from harness.report.documents import EventLines, document
from harness.report.record import Record
from harness.run_events import Event


def test_every_event_is_a_line_with_its_name(events: list[Event]) -> None:
    file = io.StringIO()
    lines = EventLines(file)
    for event in events:
        lines(event)
    told = [json.loads(line) for line in file.getvalue().splitlines()]
    assert [each["event"] for each in told] == [type(event).__name__ for event in events]
    by_name = {each["event"]: each for each in told}
    assert by_name["StepTaken"]["asked"] == [
        {"method": "POST", "url": "http://app.test/webhook", "status": 200}
    ]
    assert by_name["ScheduleRun"] == {
        "event": "ScheduleRun",
        "story": "cancel_at_period_end",
        "strategy": "near",
        "number": 1,
        "departures": 0,
        "steps": 6,
    }
    assert by_name["Found"]["finding"]["breaks"]["invariant"] == "single-writer"
    assert by_name["CheckFinished"] == {"event": "CheckFinished", "exit_code": 1, "seconds": 3.5}


def test_one_document_says_all(record: Record) -> None:
    told = json.loads(json.dumps(document(record)))
    assert told["verdict"] == "broken"
    assert told["exit_code"] == 1
    assert [each["verdict"] for each in told["scenarios"]] == ["holds", "broken", "no verdict"]
    assert told["invariants"]["monotonic"]["verdict"] == "holds"
    assert told["invariants"]["no-phantom-grant"] == {
        "verdict": "broken",
        "scenarios_kept": 0,
        "scenarios_broken": 0,
        "findings": 1,
    }
    assert told["exploration"]["verdict"] == "broken"
    assert told["exploration"]["schedules"] == 34
    assert told["exploration"]["stories"][1]["problem"] == "step 3: could not"
    assert [each["path"] for each in told["findings"]] == [
        ".carom/handler_race.json",
        ".carom/return_writes.json",
    ]


def test_the_end_of_sharing_names_the_first_difference(events: list[Event]) -> None:
    (started,) = (event for event in events if isinstance(event, ExplorationStarted))
    file = io.StringIO()
    EventLines(file)(SharingEnded(started.stories[0], "step 2"))
    assert json.loads(file.getvalue()) == {
        "event": "SharingEnded",
        "story": started.stories[0].name,
        "difference": "step 2",
    }
