"""The reports of a command: who hears of what happens, and the files that are written at its end.

Everybody hears the same events. With `--json` standard output has one document and nothing else.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

import typer

from harness.app.protocol import AppMismatch, AppUnavailable
from harness.checking import Bench
from harness.commands.ending import NO_VERDICT, USAGE, fail, usage
from harness.explore.executors import ExecutorUnavailable
from harness.report.documents import EventLines, document
from harness.report.github import annotation_lines, summary
from harness.report.html import html
from harness.report.junit import junit
from harness.report.record import Record
from harness.retelling import Retold, retell
from harness.run_events import CheckFinished, Event, Tell
from simulator import CannotListen


@dataclass(frozen=True, slots=True)
class Outputs:
    """What somebody asked for. `github` is `None` where the environment says it."""

    junit: Path | None = None
    html: Path | None = None
    events: Path | None = None
    as_json: bool = False
    github: bool | None = None

    @property
    def for_github(self) -> bool:
        return os.environ.get("GITHUB_ACTIONS") == "true" if self.github is None else self.github


class Reports:
    """Hands each event on, and keeps the record. `telling` are the consumers on the screen."""

    def __init__(self, outputs: Outputs, consumers: Sequence[Tell]) -> None:
        self.record = Record()
        self._outputs = outputs
        self._consumers: list[Tell] = [self.record, *consumers]
        self._began = time.monotonic()
        self._retold: Mapping[str, Retold] = {}

    def tell(self, event: Event) -> None:
        for consumer in self._consumers:
            consumer(event)

    def listen(self, bench: Bench) -> None:
        """Plays each finding once more for those reports that draw it."""
        findings = [found.finding for found in self.record.findings]
        if findings and (self._outputs.html is not None or self._outputs.for_github):
            with bench.theatre() as theatre:
                self._retold = {finding.name: retell(finding, theatre) for finding in findings}

    @contextmanager
    def judging(self) -> Iterator[None]:
        """An app that does not start or answer inside the block, answers something else than
        `carom.toml` says, or finds its port taken ends the command with its reason.
        """
        try:
            yield
        except (AppMismatch, CannotListen) as fault:
            self._give_up(str(fault), USAGE)
        except (AppUnavailable, ExecutorUnavailable) as fault:
            self._give_up(str(fault), NO_VERDICT)

    def finish(self, code: int) -> None:
        """The command is over: writes what was asked for."""
        self.tell(CheckFinished(code, time.monotonic() - self._began))
        record, outputs = self.record, self._outputs
        if outputs.junit is not None:
            _write("--junit", outputs.junit, junit(record))
        if outputs.html is not None:
            _write("--html", outputs.html, html(record, self._retold).encode())
        if outputs.for_github:
            for line in annotation_lines(record):
                typer.echo(line, err=outputs.as_json)
            self._summarise()
        if outputs.as_json:
            typer.echo(json.dumps(document(record), indent=2, ensure_ascii=False))

    def _summarise(self) -> None:
        path = os.environ.get("GITHUB_STEP_SUMMARY")
        if path:
            scenes = {name: retold.failing for name, retold in self._retold.items()}
            with Path(path).open("a", encoding="utf-8") as file:
                file.write(summary(self.record, scenes))

    def _give_up(self, problem: str, code: int) -> NoReturn:
        self.record.problem = problem
        self.finish(code)
        fail(problem, code)


@contextmanager
def reporting(outputs: Outputs, consumers: Sequence[Tell]) -> Iterator[Reports]:
    """Reports until the block ends. A file of events is open from the beginning."""
    if outputs.events is None:
        yield Reports(outputs, consumers)
        return
    with ExitStack() as stack:
        try:
            outputs.events.parent.mkdir(parents=True, exist_ok=True)
            file = stack.enter_context(outputs.events.open("w", encoding="utf-8"))
        except OSError as fault:
            usage(f"--events {outputs.events}: cannot write there: {fault.strerror}.")
        yield Reports(outputs, [*consumers, EventLines(file)])


def _write(option: str, path: Path, content: bytes) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    except OSError as fault:
        usage(f"{option} {path}: cannot write there: {fault.strerror}.")
