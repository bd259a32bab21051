"""The HTML report: one file that needs no network and no JavaScript, for people who were not there.

Its words and colours are in page.html.j2 and page.css beside this module; here is what they show.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cache
from pathlib import Path

import jinja2
from markupsafe import Markup

from harness.explore.events import Found
from harness.explore.exercised import SITUATIONS
from harness.model.invariants import INVARIANTS
from harness.report.exploration import proof_of, verdict_line_of
from harness.report.lanes import told
from harness.report.record import Record, ScenarioRun
from harness.report.scenes import (
    LANES,
    MOST_SCENES,
    Arrow,
    Scene,
    arrows_of,
    mermaid,
    strips_of,
)
from harness.report.words import counted
from harness.retelling import Retold
from harness.run_events import StepTaken

_HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Beside:
    """A row of two schedules side by side; a side is `None` where the other goes its own way."""

    friendly: Scene | None
    failing: Scene | None


@dataclass(frozen=True, slots=True)
class ShownFinding:
    """A finding as the page shows it."""

    found: Found
    reason: str
    proof: str
    scenes: Sequence[Scene]
    friendly: Sequence[Scene]
    beside: Sequence[Beside]
    mermaid: str
    cut: int
    same: bool


@dataclass(frozen=True, slots=True)
class ShownRun:
    """A scenario run as the page shows it."""

    run: ScenarioRun
    scenes: Sequence[Scene]
    mermaid: str


def html(record: Record, retold: Mapping[str, Retold]) -> str:
    """The page. `retold` are the findings that were listened to, by name; of others the page shows
    what their file says.
    """
    assert record.config is not None
    explored = record.explored
    return (
        _environment()
        .get_template("page.html.j2")
        .render(
            css=Markup((_HERE / "page.css").read_text(encoding="utf-8")),
            record=record,
            app=record.config.path,
            outcomes=record.outcomes(),
            findings=[_finding(each, retold.get(each.finding.name)) for each in record.findings],
            runs=[_run(run, record.config.webhook_path) for run in record.runs],
            explored=explored,
            exploration=verdict_line_of(explored) if explored is not None else "",
            exercised=[(name, explored.exercised[name]) for name in SITUATIONS] if explored else [],
            lanes=LANES,
            counted=counted,
        )
    )


@cache
def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_HERE),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    environment.filters["place"] = place
    return environment


def place(arrow: Arrow) -> str:
    """Where an arrow begins and ends among the lanes, as CSS classes."""
    source, target = LANES.index(arrow.source), LANES.index(arrow.target)
    left, right = min(source, target), max(source, target)
    way = "self" if source == target else ("right" if source < target else "left")
    return f"from-{left} to-{right} {way}{' failed' if arrow.failed else ''}"


def _finding(found: Found, retold: Retold | None) -> ShownFinding:
    finding = found.finding
    failing = retold.failing if retold is not None else told(finding)
    friendly = retold.friendly if retold is not None else ()
    invariant = INVARIANTS.get(finding.broken.invariant)
    return ShownFinding(
        found=found,
        reason=invariant.statement if invariant is not None else "",
        proof=proof_of(finding),
        scenes=failing[:MOST_SCENES],
        friendly=friendly[:MOST_SCENES],
        beside=side_by_side(friendly, failing) if friendly else (),
        mermaid=mermaid(failing[:MOST_SCENES]),
        cut=max(len(failing) - MOST_SCENES, 0),
        same=retold is None or retold.same,
    )


def side_by_side(friendly: Sequence[Scene], failing: Sequence[Scene]) -> list[Beside]:
    """Both schedules, with the steps that they share on one row."""
    names = [each.name for each in friendly], [each.name for each in failing]
    rows: list[Beside] = []
    matcher = SequenceMatcher(None, *names, autojunk=False)
    for what, a, b, c, d in matcher.get_opcodes():
        if what == "equal":
            rows += [Beside(friendly[a + n], failing[c + n]) for n in range(b - a)]
        else:
            rows += [Beside(None, each) for each in failing[c:d]]
            rows += [Beside(each, None) for each in friendly[a:b]]
    return rows


def _run(run: ScenarioRun, webhook_path: str) -> ShownRun:
    scenes = [_scene(n, each, webhook_path) for n, each in enumerate(run.steps[:MOST_SCENES], 1)]
    return ShownRun(run, scenes, mermaid(scenes))


def _scene(number: int, taken: StepTaken, webhook_path: str) -> Scene:
    moment = taken.observation
    name, sees = moment.step.name, [moment.remark]
    if moment.delivered is not None:
        again = " again" if moment.delivered.again else ""
        name = f"courier: delivers {moment.delivered.event}{again}"
        status = moment.delivered.status
        sees.append("no answer" if status is None else str(status))
    if moment.shown is not None:
        sees.append(f"{moment.user} {moment.shown.in_words()}")
    calls = [Arrow("app", "Stripe", call) for call in moment.calls]
    return Scene(
        number=number,
        name=name,
        sees="; ".join(each for each in sees if each),
        arrows=(*arrows_of(name, taken.exchanges, (), webhook_path), *calls),
        created=moment.created,
        strips=strips_of([moment]),
    )
