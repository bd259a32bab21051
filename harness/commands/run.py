"""`carom run`: scenarios one after the other, each told as a timeline; `carom scenarios` lists
them.
"""

from __future__ import annotations

from typing import Annotated

import typer

from harness.checking import opened
from harness.commands.chosen import chosen_config, chosen_scenarios
from harness.commands.ending import exit_code, quiet
from harness.commands.options import (
    CONFIG,
    SEED,
    AppArgOption,
    ConfigOption,
    EventsOption,
    GithubOption,
    HtmlOption,
    InProcessOption,
    JsonOption,
    JunitOption,
    SeedOption,
)
from harness.commands.reports import Outputs, reporting
from harness.report import Timeline, console
from harness.run_events import CheckStarted, Tell
from harness.trial import try_out
from scenarios import GROUPS, find, names


def run_command(
    scenario: Annotated[list[str], typer.Argument(help="Names, or paths of YAML files.")],
    config: ConfigOption = CONFIG,
    app_arg: AppArgOption = None,
    seed: SeedOption = SEED,
    in_process: InProcessOption = False,
    junit: JunitOption = None,
    html: HtmlOption = None,
    events: EventsOption = None,
    as_json: JsonOption = False,
    github: GithubOption = None,
) -> None:
    """Run scenarios one after the other and tell each as a timeline."""
    settings = chosen_config(config, app_arg)
    chosen = chosen_scenarios(scenario, settings)
    if in_process:
        quiet()
    outputs = Outputs(junit, html, events, as_json, github)
    consumers: list[Tell] = [] if as_json else [Timeline(console())]
    with reporting(outputs, consumers) as reports:
        reports.tell(CheckStarted(settings, seed, tuple(chosen)))
        with reports.judging(), opened(settings, seed, in_process=in_process) as bench:
            try_out(bench)
            code = exit_code([bench.run(each, reports.tell) for each in chosen])
        reports.finish(code)
    raise typer.Exit(code)


def scenarios_command() -> None:
    """List the scenarios that come with Carom, by group, and what each teaches."""
    screen = console()
    for group, title in GROUPS.items():
        screen.print(f"\n[bold]{group}[/bold]: {title}")
        for name in names(group):
            scenario = find(name)
            screen.print(f"  [bold]{name}[/bold]")
            screen.print(f"      {scenario.teaches or scenario.shows}", style="dim")
