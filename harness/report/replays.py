"""Replayed findings in the terminal: a line each, and where a run went another way."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console
from rich.text import Text

from harness.explore.finding import Finding
from harness.replay import Replayed
from harness.report.paragraphs import hanging, width_of
from harness.report.words import counted

_STYLES = {"BROKEN": "bold red", "FIXED": "bold green", "CHANGED": "bold yellow"}


def tell_replay(to: Console, each: Replayed) -> None:
    """The verdict on one line, and below it where the run went another way, or what broke."""
    width, broken = width_of(to), each.finding.broken
    steps = counted(len(each.finding.played.steps), "step")
    line = Text.assemble(
        (f"{each.verdict:<9}", _STYLES[each.verdict]),
        (broken.invariant, "bold"),
        f"  story {each.finding.story.name}, {steps}",
    )
    to.print(line, soft_wrap=True)
    if each.difference is not None:
        for line_of_it in each.difference.splitlines():
            to.print(Text(f"    {line_of_it}", style="dim"), soft_wrap=True)
    if each.verdict == "CHANGED" and each.played is None:
        to.print(Text("    --follow skips what cannot be done any more, and goes on", style="dim"))
    if each.verdict == "BROKEN":
        for word, sentence in (("Then:", broken.then), ("However:", broken.however)):
            for wrapped in hanging(f"    {word:<9}", sentence, width):
                to.print(Text(wrapped))


def tell_finding(to: Console, path: Path, finding: Finding) -> None:
    """A finding on one line, and what it says."""
    steps = counted(len(finding.played.steps), "step")
    line = Text.assemble((finding.broken.invariant, "bold"), f"  {steps}  ", (str(path), "dim"))
    to.print(line, soft_wrap=True)
    to.print(Text(f"    {finding.broken.however}"), soft_wrap=True)
