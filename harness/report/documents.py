"""Events and whole records as JSON: `--events` writes a document a line, `--json` prints one.

Every document of the stream has `event`, its name; a story or scenario goes by its name, a finding
by the content of its file. There is no time in it but `seconds`.
"""

from __future__ import annotations

import json
from typing import IO, Any

from harness.explore.events import (
    ExplorationFinished,
    ExplorationStarted,
    Found,
    ScheduleRun,
    SharingEnded,
    ShrinkProgress,
    StoryStarted,
    TreeEstimated,
)
from harness.explore.explorer import Explored
from harness.model.invariants import Violation
from harness.report.exploration import verdict_of
from harness.report.record import Record
from harness.run_events import (
    CheckFinished,
    CheckStarted,
    Event,
    ExpectationMet,
    InvariantBroken,
    RunFinished,
    RunStarted,
    StepTaken,
)

VERSION = 1
Document = dict[str, Any]


class EventLines:
    """Writes the stream to a file that is open, a JSON document a line, as it comes."""

    def __init__(self, to: IO[str]) -> None:
        self._to = to

    def __call__(self, event: Event) -> None:
        told = {"event": type(event).__name__, **shown(event)}
        self._to.write(json.dumps(told, ensure_ascii=False) + "\n")
        self._to.flush()


def shown(event: Event) -> Document:
    """One event as a document, without its name."""
    match event:
        case CheckStarted():
            names = [scenario.name for scenario in event.scenarios]
            return {"app": str(event.config.path), "seed": event.seed, "scenarios": names}
        case RunStarted():
            return {"scenario": event.scenario.name, "seed": event.seed}
        case StepTaken():
            return _step(event)
        case ExpectationMet():
            return {"scenario": event.scenario.name, "step": event.step.name}
        case InvariantBroken():
            return {"scenario": event.scenario.name, **_violation(event.violation)}
        case RunFinished():
            return _finished(event)
        case ExplorationStarted():
            return {"stories": [story.name for story in event.stories], "seed": event.seed}
        case StoryStarted():
            return {"story": event.story.name}
        case TreeEstimated():
            return {"story": event.story.name, "schedules": round(event.schedules)}
        case SharingEnded():
            return {"story": event.story.name, "difference": event.difference}
        case CheckFinished():
            return {"exit_code": event.code, "seconds": round(event.seconds, 3)}
    return _explored_event(event)


def _explored_event(
    event: ScheduleRun | ShrinkProgress | Found | ExplorationFinished,
) -> Document:
    match event:
        case ScheduleRun():
            return {
                "story": event.story.name,
                "strategy": event.strategy,
                "number": event.number,
                "departures": event.departures,
                "steps": event.steps,
            }
        case ShrinkProgress():
            return {
                "story": event.story.name,
                "invariant": event.invariant,
                "runs": event.runs,
                "steps": event.steps,
                "departures": event.departures,
            }
        case Found():
            return _found(event)
        case ExplorationFinished():
            return {**_explored(event.explored), "seconds": round(event.seconds, 3)}


def document(record: Record) -> Document:
    """The whole of a command: what `--json` prints."""
    assert record.config is not None
    told: Document = {
        "carom": VERSION,
        "app": str(record.config.path),
        "seed": record.seed,
        "verdict": record.verdict,
        "exit_code": record.code,
        "seconds": round(record.seconds, 3),
        "problem": record.problem,
        "scenarios": [_finished(run.finished) for run in record.runs],
        "invariants": {
            each.name: {
                "verdict": each.verdict,
                "scenarios_kept": each.kept,
                "scenarios_broken": each.broken,
                "findings": each.findings,
            }
            for each in record.outcomes()
        },
        "findings": [_found(each) for each in record.findings],
    }
    if record.explored is not None:
        seconds = round(record.exploring, 3)
        told["exploration"] = {**_explored(record.explored), "seconds": seconds}
    return told


def _finished(run: RunFinished) -> Document:
    return {
        "scenario": run.scenario.name,
        "verdict": run.verdict,
        "broken": [_violation(each) for each in run.broken],
        "kept": list(run.kept),
        "expectations": run.expectations,
        "moments": run.moments,
        "problem": run.problem,
    }


def _violation(violation: Violation) -> Document:
    names = ("invariant", "number", "step", "expected", "seen", "then", "however")
    return {name: getattr(violation, name) for name in names}


def _step(event: StepTaken) -> Document:
    moment = event.observation
    return {
        "scenario": event.scenario.name,
        "number": moment.number,
        "step": moment.step.name,
        "now": moment.now,
        "expected": moment.expected.in_words(),
        "shown": None if moment.shown is None else moment.shown.in_words(),
        "created": list(moment.created),
        "outstanding": list(moment.outstanding),
        "calls": list(moment.calls),
        "asked": [
            {"method": asked.method, "url": asked.url, "status": answered.status}
            for asked, answered in event.exchanges
        ],
    }


def _found(found: Found) -> Document:
    content: Document = json.loads(found.finding.text())
    return {"path": str(found.path), "finding": content}


def _explored(explored: Explored) -> Document:
    return {
        "verdict": verdict_of(explored),
        "schedules": explored.schedules,
        "shrinking": explored.shrinking,
        "findings": len(explored.findings),
        "cut_short": explored.over and explored.cut_short,
        "stories": [
            {
                "story": looked.story.name,
                "schedules": looked.schedules,
                "certificate": looked.told(),
                "problem": looked.problem,
                "unstable": looked.unstable,
            }
            for looked in explored.looked
        ],
        "exercised": dict(explored.exercised),
        "kept": sorted(explored.kept),
    }
