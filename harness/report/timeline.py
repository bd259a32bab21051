"""One run as a timeline in the terminal: what the customer, Stripe, the webhook and the app
did, row by row.

Rows are written as the steps are taken. A step's webhooks that changed nothing share a row;
whatever changes what the app shows, fails or breaks an invariant has a row of its own.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from harness.app.protocol import Entitlement
from harness.model.invariants import Violation
from harness.model.observation import Observation
from harness.report import words
from harness.run_events import (
    Event,
    ExpectationMet,
    InvariantBroken,
    RunFinished,
    RunStarted,
    StepTaken,
)

STYLES = {"holds": "bold green", "broken": "bold red", "not exercised": "bold yellow"}
_HEADINGS = ("", "time", "customer", "Stripe", "webhook", "app shows")
_ACTORS = {"support": "support ", "clock": "time ", "recording": "recording "}
_FIXED = (2, 12)
_SHARES = (30, 31, 38, 26)
_GAP = 2
_PROSE = 100
_WIDTH = sum(_FIXED) + sum(_SHARES) + _GAP * len(_HEADINGS)


def console(*, stderr: bool = False) -> Console:
    """A console that is plain, and wide enough for the timeline, where there is no terminal."""
    plain = Console(stderr=stderr, highlight=False)
    if not plain.is_terminal:
        plain.width = _WIDTH
    return plain


class Timeline:
    """Listens to one run and writes it."""

    def __init__(self, to: Console) -> None:
        self._console = to
        self._waiting: list[Observation] = []
        self._shown: Entitlement | None = None
        self._now: int | None = None
        self._widths = _widths(to.width)

    def __call__(self, event: Event) -> None:
        match event:
            case RunStarted():
                self._begin(event)
            case StepTaken():
                self._step(event)
            case ExpectationMet():
                self._flush()
                self._write(("", "", "", "", Text("✓ as told", style="dim green")))
            case InvariantBroken():
                self._flush()
                self._broken(event.violation)
            case RunFinished():
                self._flush()
                self._finish(event)

    def _begin(self, event: RunStarted) -> None:
        self._waiting, self._shown, self._now = [], None, None
        title = Text.assemble(
            (event.scenario.name, "bold"), ("   seed ", "dim"), (str(event.seed), "dim")
        )
        self._console.print()
        self._console.print(title)
        prose = min(self._console.width, _PROSE)
        self._console.print(Text(event.scenario.shows, style="italic"), width=prose)
        self._console.print()
        self._write(tuple(Text(name, style="bold") for name in _HEADINGS[1:]))
        self._console.rule(style="dim")

    def _step(self, event: StepTaken) -> None:
        moment = event.observation
        if event.first:
            self._flush()
        quiet = (
            moment.delivered is not None
            and moment.delivered.accepted
            and (self._shown is None or moment.shown is None or self._unchanged(moment.shown))
        )
        if quiet:
            self._waiting.append(moment)
            return
        self._flush()
        self._write_moments([moment])

    def _unchanged(self, shown: Entitlement) -> bool:
        return self._shown is not None and shown.facts == self._shown.facts

    def _flush(self) -> None:
        if self._waiting:
            waiting, self._waiting = self._waiting, []
            self._write_moments(waiting)

    def _write_moments(self, moments: Sequence[Observation]) -> None:
        last = moments[-1]
        time = "" if last.now == self._now else words.instant(last.now)
        created = [name for moment in moments for name in moment.created]
        self._write(
            (
                Text(time, style="dim"),
                _deed(last, "customer"),
                self._stripe(last, created),
                _webhook(moments),
                self._app(last.shown),
            ),
            mark=Text(str(last.number), style="dim"),
        )
        self._now, self._shown = last.now, last.shown

    def _stripe(self, moment: Observation, created: Sequence[str]) -> Text:
        actor = _ACTORS.get(moment.step.actor)
        lines = [f"{actor}{moment.step.words}"] if actor else []
        text = Text("\n".join(lines), style="bold magenta" if actor else "")
        for line in words.events(created):
            text.append(("\n" if text else "") + line, style="magenta")
        return text

    def _app(self, shown: Entitlement | None) -> Text:
        if shown is None:
            return Text("")
        if self._unchanged(shown):
            return Text("unchanged", style="dim")
        return Text(words.entitlement(shown), style="bold green" if shown.access else "bold")

    def _broken(self, violation: Violation) -> None:
        self._console.print()
        head = Text.assemble(
            ("✗ ", "bold red"),
            (f"{violation.invariant} broken", "bold red"),
            f" at moment {violation.number}, {violation.step}",
        )
        self._console.print(head)
        proof = Table.grid(padding=(0, _GAP, 0, 0))
        proof.add_row("", "Then:", Text(violation.then))
        proof.add_row("", "However:", Text(violation.however))
        self._console.print(proof, width=min(self._console.width, _PROSE))
        self._console.print()

    def _finish(self, event: RunFinished) -> None:
        self._console.print()
        self._console.print(verdict_line(event))
        if event.problem:
            self._console.print(Text(f"  {event.problem}", style="yellow"))

    def _write(self, cells: Sequence[str | Text], mark: Text | None = None) -> None:
        grid = Table.grid(padding=(0, _GAP, 0, 0))
        for width in self._widths:
            grid.add_column(width=width, overflow="fold")
        fitted = (_fitted(cell, width) for cell, width in zip(cells, self._widths[1:], strict=True))
        grid.add_row(mark or "", *fitted)
        self._console.print(grid)


def _fitted(cell: str | Text, width: int) -> Text:
    """The cell, with words too long for the column broken after a dot rather than anywhere."""
    text = Text(cell) if isinstance(cell, str) else cell
    breaks: list[int] = []
    for word in re.finditer(r"\S+", text.plain):
        start = word.start()
        while word.end() - start > width:
            dot = text.plain.rfind(".", start, start + width) + 1
            start = dot if dot > start else start + width
            breaks.append(start)
    return Text("\n").join(text.divide(breaks)) if breaks else text


def _widths(available: int) -> tuple[int, ...]:
    """The columns' widths: two fixed, the others share what is left, up to what they can use."""
    left = available - sum(_FIXED) - _GAP * len(_HEADINGS)
    shares = [min(share, max(8, left * share // sum(_SHARES))) for share in _SHARES]
    return (*_FIXED, *shares)


def verdict_line(event: RunFinished) -> Text:
    """`holds   cancel_now   5 invariants put to the test, 3 expectations, 24 moments`"""
    style = STYLES.get(event.verdict, "bold yellow")
    line = Text.assemble((f"{event.verdict:<14}", style), f"{event.scenario.name:<34}")
    if event.broken:
        line.append(", ".join(violation.invariant for violation in event.broken), style="red")
        return line
    line.append(
        f"{words.counted(len(event.kept), 'invariant')} put to the test, "
        f"{words.counted(event.expectations, 'expectation')}, "
        f"{words.counted(event.moments, 'moment')}",
        style="dim",
    )
    return line


def _deed(moment: Observation, actor: str) -> Text:
    if moment.step.actor != actor:
        return Text("")
    text = Text(moment.step.words, style="cyan")
    if moment.remark:
        text.append(f" ({moment.remark})", style="cyan dim")
    if moment.landing is not None and moment.landing.status >= 400:
        text.append(f" ({moment.landing.status})", style="red")
    return text


def _webhook(moments: Sequence[Observation]) -> Text:
    refused = any(each.delivered is not None and not each.delivered.accepted for each in moments)
    return Text(
        "\n".join(words.folded(moments)) if _any(moments) else "", "red" if refused else "yellow"
    )


def _any(moments: Sequence[Observation]) -> bool:
    return any(each.delivered is not None for each in moments)
