"""`carom replay` plays findings again; `carom findings` lists them, `carom explain` tells one."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text

from harness.app.config import Config
from harness.checking import Bench, opened
from harness.commands.chosen import chosen_config
from harness.commands.ending import BROKEN, HOLDS, quiet, usage, verdict_needs_the_app
from harness.commands.options import CONFIG, AppArgOption, ConfigOption, InProcessOption
from harness.explore.finding import FOLDER, SUFFIX, Finding, NotAFinding, read_finding
from harness.explore.theatre import Theatre
from harness.exploring import finding_files
from harness.replay import Plays, Replayed, replay
from harness.report import console
from harness.report.lanes import explanation, told
from harness.report.paragraphs import width_of
from harness.report.replays import tell_finding, tell_replay
from harness.report.scenes import mermaid
from harness.stepping import Stepped
from scenarios import suggestion

_NO_HURRY = 86_400.0
"""Seconds that an app in a debugger may take for an answer."""


def replay_command(
    file: Annotated[
        list[Path] | None,
        typer.Argument(help=f"Files or names of findings; without any, all in {FOLDER}."),
    ] = None,
    config: ConfigOption = CONFIG,
    app_arg: AppArgOption = None,
    in_process: InProcessOption = False,
    follow: Annotated[
        bool, typer.Option("--follow", help="Skip what cannot be done any more, and go on.")
    ] = False,
    step: Annotated[
        bool, typer.Option("--step", help="Say what comes next, and wait for Enter.")
    ] = False,
    no_launch: Annotated[
        bool,
        typer.Option("--no-launch", help="The app runs already, at [app] url; start none."),
    ] = False,
) -> None:
    """Play findings again: FIXED, BROKEN as before, or CHANGED.

    Exit code 0 when all are fixed, 1 when one is not.
    """
    settings = _unhurried(chosen_config(config, app_arg), step=step, no_launch=no_launch)
    paths = file or finding_files()
    if not paths:
        usage(f"there is no finding in {FOLDER}: carom check --explore writes them there.")
    findings = [_read(path) for path in paths]
    if in_process:
        quiet()
    screen = console()
    with (
        verdict_needs_the_app(),
        opened(settings, findings[0].seed, in_process=in_process) as bench,
    ):
        replayed = _all(bench, findings, screen, follow=follow, step=step)
    raise typer.Exit(HOLDS if all(each.verdict == "FIXED" for each in replayed) else BROKEN)


def _unhurried(config: Config, *, step: bool, no_launch: bool) -> Config:
    """The app as it runs already, if so; and with time for breakpoints."""
    launch = config.launch
    if no_launch:
        if launch.url is None:
            usage(f"{config.path}: --no-launch needs [app] url, the address where the app runs.")
        launch = replace(launch, command=(), asgi=None)
    if step or no_launch:
        launch = replace(launch, answers_within=_NO_HURRY)
    return replace(config, launch=launch)


def _read(named: Path) -> Finding:
    """The finding in a file, or in the one of this name that carom check has written."""
    path = named if named.exists() else FOLDER / f"{named}{SUFFIX}"
    if not path.exists():
        names = [each.name.removesuffix(SUFFIX) for each in finding_files()]
        known = suggestion(named.name.removesuffix(SUFFIX), names) if names else "There is none."
        usage(f"{named}: there is no such finding in {FOLDER}, and no such file. {known}")
    try:
        return read_finding(path)
    except NotAFinding as fault:
        usage(str(fault))


def _all(
    bench: Bench, findings: Sequence[Finding], to: Console, *, follow: bool, step: bool
) -> list[Replayed]:
    """Each finding on one app, from its own beginning."""
    replayed = []
    with bench.theatre() as theatre:
        for finding in findings:
            stage: Plays = _stepped(theatre, finding, to) if step else theatre
            replayed.append(replay(finding, stage, follow=follow))
            tell_replay(to, replayed[-1])
    return replayed


def wait_for_enter() -> str:
    """Where nobody can press it, the input is over and nothing waits."""
    return sys.stdin.readline()


def _stepped(theatre: Theatre, finding: Finding, to: Console) -> Stepped:
    """Says what comes next, and waits for Enter before each step."""
    total = len(finding.played.steps)

    def announce(number: int, name: str, instead: str) -> None:
        line = Text.assemble(("next  ", "dim"), (f"{number} of {total}  ", "bold"), name)
        if instead:
            line.append(f"   (a friendly world: {instead})", style="yellow")
        to.print(line, soft_wrap=True)
        to.print(Text("      Enter takes this step ", style="dim"), end="")
        wait_for_enter()
        to.print()

    def saw(sees: str) -> None:
        to.print(Text(f"      {sees}", style="cyan"), soft_wrap=True)

    given = "; ".join(step.words for step in finding.story.given)
    to.print(Text(f"{finding.name}   given: {given or 'nothing'}", style="bold"), soft_wrap=True)
    return Stepped(theatre, announce, saw)


def findings_command() -> None:
    """List the findings that carom check has written, the latest of each name."""
    screen = console()
    for path in finding_files():
        tell_finding(screen, path, _read(path))


def explain_command(
    file: Annotated[Path, typer.Argument(help="A finding: a file, or its name.", metavar="FILE")],
    as_mermaid: Annotated[
        bool, typer.Option("--mermaid", help="Only the diagram, as Mermaid text.")
    ] = False,
) -> None:
    """Tell a finding in lanes and prose: who did what, what was promised, what was seen."""
    finding = _read(file)
    if as_mermaid:
        typer.echo(mermaid(told(finding)), nl=False)
        return
    screen = console()
    for line in explanation(finding, width_of(screen)):
        screen.print(Text(line))
    screen.print(Text(f"  Replay:  carom replay {file}", style="bold"), soft_wrap=True)
