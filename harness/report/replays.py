"""Replayed findings in the terminal: a line each, and where a run went another way."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.text import Text

from harness.explore.finding import Finding
from harness.replay import Replayed
from harness.report.words import counted

_STYLES = {"BROKEN": "bold red", "FIXED": "bold green", "CHANGED": "bold yellow"}


def tell_replays(to: Console, replayed: Sequence[Replayed]) -> None:
    for each in replayed:
        broken = each.finding.broken
        line = Text.assemble(
            (f"{each.verdict:<9}", _STYLES[each.verdict]),
            (broken.invariant, "bold"),
            f"  story {each.finding.story.name}, {counted(len(each.finding.played.steps), 'step')}",
        )
        to.print(line, soft_wrap=True)
        if each.difference is not None:
            to.print(Text(f"    {each.difference}", style="dim"), soft_wrap=True)
        if each.verdict == "BROKEN":
            to.print(Text(f"    Then:    {broken.then}"), soft_wrap=True)
            to.print(Text(f"    However: {broken.however}"), soft_wrap=True)


def tell_finding(to: Console, path: Path, finding: Finding) -> None:
    """A finding on one line, and what it says."""
    steps = counted(len(finding.played.steps), "step")
    line = Text.assemble((finding.broken.invariant, "bold"), f"  {steps}  ", (str(path), "dim"))
    to.print(line, soft_wrap=True)
    to.print(Text(f"    {finding.broken.however}"), soft_wrap=True)
