"""What `carom verify` found, as a table for people and as a value for machines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from harness.fidelity.difference import MEANINGS, Difference
from harness.fidelity.replay import Replayed, Verdict
from harness.fidelity.score import MEASURES, Score, grouped

SHORT = 70


def total(verdicts: Sequence[Verdict]) -> Score:
    score = Score()
    for verdict in verdicts:
        score += verdict.score
    return score


def differences(verdicts: Sequence[Verdict]) -> list[Difference]:
    return [found for each in verdicts for one in each.replayed for found in one.differences]


def tell(screen: Console, verdicts: Sequence[Verdict], *, verbose: bool = False) -> None:
    """A line for each recording, the total, what could not be made, and what differs."""
    screen.print(_table(verdicts))
    for verdict in verdicts:
        for unmade in verdict.unmade:
            line = f"{verdict.recording.name}: no {unmade.given.kind} {unmade.given.id}: "
            screen.print(Text(line + unmade.problem, style="yellow"), soft_wrap=True)
    _groups(screen, differences(verdicts))
    if verbose:
        for verdict in verdicts:
            _places(screen, verdict)


def shown(verdicts: Sequence[Verdict]) -> dict[str, Any]:
    """All of it as JSON-ready data."""
    return {
        "total": total(verdicts).shown(),
        "recordings": [
            {
                "name": verdict.recording.name,
                **verdict.score.shown(),
                "unmade": [
                    {"kind": each.given.kind, "id": each.given.id, "problem": each.problem}
                    for each in verdict.unmade
                ],
            }
            for verdict in verdicts
        ],
        "differences": [
            {
                "count": count,
                "kind": example.kind,
                "path": example.path,
                "recorded": example.recorded,
                "ours": example.ours,
            }
            for example, count in grouped(differences(verdicts))
        ],
    }


def _table(verdicts: Sequence[Verdict]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold underline", show_footer=True)
    score = total(verdicts)
    table.add_column("recording", footer=f"all {len(verdicts)}", no_wrap=True)
    table.add_column("answers", footer=str(score.answers), justify="right")
    for measure in MEASURES:
        table.add_column(
            f"{measure} %", footer=_percent(score.share(measure)), justify="right", no_wrap=True
        )
    table.columns[0].max_width = 58
    for verdict in verdicts:
        own = verdict.score
        shares = [_styled(own.share(measure)) for measure in MEASURES]
        table.add_row(verdict.recording.name, str(own.answers), *shares)
    return table


def _styled(share: float) -> Text:
    return Text(_percent(share), style="green" if share == 100.0 else "yellow")


def _percent(share: float) -> str:
    """Never 100.0 unless it is: 99.96 is not everything."""
    return "100.0" if share == 100.0 else f"{min(share, 99.9):.1f}"


def _groups(screen: Console, found: Sequence[Difference]) -> None:
    if not found:
        return
    screen.print()
    screen.print(Text(f"{len(found)} differences", style="bold underline"))
    for example, count in grouped(found):
        screen.print(
            Text.assemble(
                (f"{count:>5}  ", "bold"),
                (f"{example.path}  ", "cyan"),
                (MEANINGS[example.kind], "dim"),
            ),
            soft_wrap=True,
        )
        for line in _both(example):
            screen.print(Text(f"       {line}", style="dim"), soft_wrap=True)


def _places(screen: Console, verdict: Verdict) -> None:
    """Every difference of one recording, request by request."""
    for number, one in enumerate(verdict.replayed):
        if one.comparison.exact:
            continue
        screen.print()
        screen.print(Text(_heading(verdict, number, one), style="bold"), soft_wrap=True)
        for difference in one.differences:
            screen.print(Text(f"  {difference.kind:<9}{difference.where}"), soft_wrap=True)
            for line in _both(difference):
                screen.print(Text(f"           {line}", style="dim"), soft_wrap=True)


def _heading(verdict: Verdict, number: int, one: Replayed) -> str:
    asked = one.interaction
    return f"{verdict.recording.name} [{number}] {asked.method} {asked.path} ({asked.version})"


def _both(difference: Difference) -> Iterator[str]:
    if difference.kind != "extra":
        yield f"recorded {_short(difference.recorded)}"
    if difference.kind != "missing":
        yield f"here     {_short(difference.ours)}"


def _short(value: Any) -> str:
    text = " ".join(str(value).split())
    return text if len(text) <= SHORT else f"{text[: SHORT - 1]}…"
