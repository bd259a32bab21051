"""`carom check`: the scenarios as `carom.toml` says, then other orders of what they tell."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import typer

from harness.checking import Bench, at_once, opened, run_all
from harness.commands.chosen import (
    chosen_config,
    chosen_executor,
    chosen_jobs,
    chosen_scenarios,
    chosen_seconds,
    chosen_seed,
    chosen_strategies,
)
from harness.commands.ending import NO_VERDICT, exit_code, quiet, worst
from harness.commands.options import (
    CONFIG,
    SEED,
    AnySeedOption,
    AppArgOption,
    BudgetOption,
    ConfigOption,
    DeparturesOption,
    EventsOption,
    ExecutorOption,
    ExploreOption,
    GithubOption,
    HtmlOption,
    InProcessOption,
    JobsOption,
    JsonOption,
    JunitOption,
    MostFindingsOption,
    RandomOption,
    StrategyOption,
    StrictOption,
)
from harness.commands.reports import Outputs, Reports, reporting
from harness.exploring import Wanted, explore, stories_for
from harness.report import Summary, console
from harness.report.exploration import ExplorationReport, exit_code_of
from harness.report.progress import CheckProgress
from harness.report.record import Record
from harness.run_events import CheckStarted, Tell
from harness.trial import try_out
from scenarios import Scenario, names


def check_command(
    scenario: Annotated[
        list[str] | None,
        typer.Argument(help="Names or paths; without any, all that come with Carom."),
    ] = None,
    config: ConfigOption = CONFIG,
    app_arg: AppArgOption = None,
    seed: AnySeedOption = str(SEED),
    jobs: JobsOption = "auto",
    executor: ExecutorOption = "processes",
    in_process: InProcessOption = False,
    explored: ExploreOption = False,
    departures: DeparturesOption = 1,
    budget: BudgetOption = "60s",
    strategy: StrategyOption = "near,walk,pct",
    random: RandomOption = None,
    max_findings: MostFindingsOption = 3,
    strict: StrictOption = False,
    junit: JunitOption = None,
    html: HtmlOption = None,
    events: EventsOption = None,
    as_json: JsonOption = False,
    github: GithubOption = None,
) -> None:
    """Check an app: run the scenarios as carom.toml says, and explore on request."""
    settings = chosen_config(config, app_arg)
    chosen = chosen_scenarios(scenario or names(), settings)
    wanted = Wanted(
        budget=chosen_seconds(budget),
        departures=departures,
        strategies=chosen_strategies(strategy),
        max_findings=max_findings,
        random_runs=random,
        executor=chosen_executor(executor),
        jobs=chosen_jobs(jobs),
    )
    sown = chosen_seed(seed)
    if in_process:
        quiet()
    screen = console()
    summary = Summary(screen)
    telling: list[Tell] = [summary, ExplorationReport(screen), CheckProgress(screen)]
    outputs = Outputs(junit, html, events, as_json, github)
    with reporting(outputs, [] if as_json else telling) as reports:
        reports.tell(CheckStarted(settings, sown, tuple(chosen)))
        with reports.judging(), opened(settings, sown, in_process=in_process) as bench:
            _run(bench, chosen, wanted.jobs, reports)
            if not as_json:
                summary.close()
            # An app that does not come up for a fixed story has nothing to explore.
            came_up = all(run.finished.verdict != "no verdict" for run in reports.record.runs)
            if explored and came_up:
                stories = stories_for(chosen, settings, shipped=not scenario)
                explore(bench, stories, wanted, reports.tell)
                reports.listen(bench)
        code = code_of(reports.record, strict=strict)
        reports.finish(code)
    raise typer.Exit(code)


def _run(bench: Bench, chosen: Sequence[Scenario], jobs: int, reports: Reports) -> None:
    """The scenarios, in their order, once the app was seen to be there."""
    try_out(bench)
    jobs = at_once(bench.config, jobs, in_process=bench.in_process)
    for each in run_all(bench, chosen, jobs):
        for event in each:
            reports.tell(event)


def code_of(record: Record, *, strict: bool) -> int:
    """The exit code that the scenarios and the exploration come to together."""
    codes = [exit_code(run.finished for run in record.runs)]
    if record.explored is not None:
        codes.append(exit_code_of(record.explored))
    if strict and any(each.verdict == "not exercised" for each in record.outcomes()):
        codes.append(NO_VERDICT)
    return worst(codes)
