"""What GitHub Actions shows: an annotation for each break, and a summary of the job.

Workflow commands as in docs.github.com, "Workflow commands for GitHub Actions": a message is one
line, so `%`, carriage return and newline are written `%25`, `%0D`, `%0A`; in a property `:` and `,`
are escaped as well.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from harness.explore.finding import Finding
from harness.report.exploration import proof_of, verdict_line_of
from harness.report.record import Record
from harness.report.scenes import Scene, mermaid

_MOST_SCENES = 60


def annotation_lines(record: Record) -> Iterator[str]:
    """`::error file=...,title=...::...`, one for each broken promise and each missing verdict."""
    assert record.config is not None
    config = record.config.path
    if record.problem is not None:
        yield _command("error", str(config), "no verdict", record.problem)
    for run in record.runs:
        finished = run.finished
        path = finished.scenario.path
        for broken in finished.broken:
            title = f"{broken.invariant} broken in {finished.scenario.name}"
            text = f"{broken.step}\nThen: {broken.then}\nHowever: {broken.however}"
            yield _command("error", _beside(path, config), title, text)
        if finished.problem is not None:
            title = f"no verdict about {finished.scenario.name}"
            yield _command("error", str(config), title, finished.problem)
    for found in record.findings:
        broken_here = found.finding.broken
        title = f"{broken_here.invariant} broken, story {found.finding.story.name}"
        text = (
            f"{found.finding.played.transcript}Then: {broken_here.then}\n"
            f"However: {broken_here.however}\nReplay: carom replay {found.path}"
        )
        yield _command("error", str(found.path), title, text)
    for looked in record.explored.looked if record.explored is not None else ():
        problem = looked.problem or looked.unstable
        if problem is not None:
            yield _command("warning", str(config), f"no verdict: {looked.story.name}", problem)


def summary(record: Record, scenes: Mapping[str, Sequence[Scene]]) -> str:
    """The job's summary in Markdown; `scenes` are those of each finding, by its name."""
    assert record.config is not None
    parts = [f"## Carom: {record.verdict}", "", *_counts(record), ""]
    parts += ["| invariant | verdict | scenarios | findings |", "|---|---|---|---|"]
    parts += [
        f"| `{each.name}` | {each.verdict} | {each.kept} of {each.kept + each.broken} hold | "
        f"{each.findings or ''} |"
        for each in record.outcomes()
    ]
    for found in record.findings:
        parts += ["", *_finding(found.finding, found.path, scenes.get(found.finding.name, ()))]
    return "\n".join(parts) + "\n"


def _counts(record: Record) -> Iterator[str]:
    holds = sum(run.finished.verdict == "holds" for run in record.runs)
    yield f"{holds} of {len(record.runs)} scenarios hold."
    if record.explored is not None:
        explored = record.explored
        rate = f"{explored.schedules} schedules, {record.rate:.0f} a second"
        yield f"{verdict_line_of(explored)} ({rate})."


def _finding(finding: Finding, path: Path, scenes: Sequence[Scene]) -> Iterator[str]:
    broken = finding.broken
    yield f"### `{broken.invariant}` broken in {len(finding.played.steps)} steps"
    yield ""
    yield f"Story {finding.story.name}, customer {broken.customer}; {proof_of(finding)}."
    yield ""
    yield f"**Then:** {_markdown(broken.then)}  "
    yield f"**However:** {_markdown(broken.however)}"
    yield ""
    if scenes:
        yield "```mermaid"
        yield mermaid(scenes[:_MOST_SCENES]).rstrip("\n")
        yield "```"
        yield ""
    yield f"Replay: `carom replay {path}`"


def _command(level: str, file: str, title: str, text: str) -> str:
    return f"::{level} file={_property(file)},title={_property(title)}::{_data(text)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def _beside(path: Path, config: Path) -> str:
    """A scenario of the project's own; for one that comes with Carom, the configuration."""
    return str(path if not path.is_absolute() or Path.cwd() in path.parents else config)


def _markdown(text: str) -> str:
    return text.replace("<", "&lt;").replace("|", "\\|")
