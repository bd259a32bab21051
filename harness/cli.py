"""The command `carom`: serve a local Stripe, see a round trip, run scenarios, check an app.

Exit codes: 0 all holds, 1 something is broken or nothing was tested, 2 wrong usage or
configuration, 3 no verdict (the app does not start or does not answer).
"""

from __future__ import annotations

import importlib.util
import ipaddress
import logging
import os
import shlex
import threading
from pathlib import Path
from typing import Annotated, Literal, NoReturn

import typer
from rich.console import Console

from harness import announcement
from harness.app.config import Config, ConfigError, load_config
from harness.app.protocol import AppUnavailable
from harness.checking import at_once, opened, run_all
from harness.coverage import coverage_command
from harness.explore.explorer import Explored
from harness.explore.finding import FOLDER, NotAFinding, read_finding
from harness.explore.strategies import NAMES as STRATEGIES
from harness.exploring import (
    Wanted,
    explore,
    finding_files,
    replay_all,
    seconds,
    stories_for,
)
from harness.fidelity.commands import record_command, verify_command
from harness.model.invariants import INVARIANTS
from harness.report import Summary, Timeline, console
from harness.report.exploration import exit_code_of
from harness.report.junit import write_junit
from harness.report.recording import write_lines
from harness.report.replays import tell_finding, tell_replays
from harness.run import Run
from harness.run_events import RunEvent, RunFinished, Verdict
from harness.stripe_side import Obj
from scenarios import Scenario, ScenarioError, find, names, suggestion
from simulator import CannotListen, Simulator, serve

EXIT: dict[Verdict, int] = {"holds": 0, "broken": 1, "not exercised": 1, "no verdict": 3}

app = typer.Typer(
    help=__doc__,
    no_args_is_help=True,
    add_completion=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

ConfigOption = Annotated[
    Path, typer.Option("--config", "-c", help="How to start and ask the app.", metavar="FILE")
]
AppArgOption = Annotated[
    list[str] | None,
    typer.Option("--app-arg", help="Words to append to the app's command; may be repeated."),
]
SeedOption = Annotated[int, typer.Option("--seed", help="Ids follow from it.")]
InProcessOption = Annotated[
    bool, typer.Option("--in-process", help="Call the app's ASGI factory, start no process.")
]
BudgetOption = Annotated[str, typer.Option("--budget", help="Time to explore: 60s, 5m, 1h.")]
DeparturesOption = Annotated[
    int,
    typer.Option("--departures", min=0, help="Run all schedules with at most so many departures."),
]
StrategyOption = Annotated[
    str, typer.Option("--strategy", help=f"Of {', '.join(STRATEGIES)}; several with commas.")
]
JunitOption = Annotated[
    Path | None, typer.Option("--junit", help="Write JUnit XML here.", metavar="FILE")
]


@app.command("serve")
def serve_command(
    host: Annotated[str, typer.Option(help="Loopback, unless you name another.")] = "127.0.0.1",
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="0 picks a free one and prints it.")
    ] = 12111,
    seed: SeedOption = 1,
    clock: Annotated[
        Literal["real", "virtual"], typer.Option(help="virtual: moves only when told.")
    ] = "real",
    webhook_url: Annotated[
        str, typer.Option(help='Where your app takes webhooks; "" registers none.')
    ] = "http://127.0.0.1:8000/webhooks/stripe",
    strict: Annotated[
        bool, typer.Option("--strict", help="Refuse what Carom knows only the shape of.")
    ] = False,
    allow_remote: Annotated[
        bool, typer.Option("--allow-remote", help="Serve a host that others can reach.")
    ] = False,
) -> None:
    """Serve a local Stripe until interrupted, and print the set-up for the SDKs."""
    if not allow_remote and not _is_loopback(host):
        _usage(
            f"{host} can be reached from other machines, and anybody may use this Stripe. "
            "Say --allow-remote if that is what you want."
        )

    def ready(url: str) -> None:
        # On a thread: the set-up asks the server that is just beginning to answer.
        announce = threading.Thread(target=announcement.announce, args=(url, webhook_url))
        announce.start()

    try:
        serve(Simulator(seed=seed, clock=clock, strict=strict), host, port, on_ready=ready)
    except CannotListen as fault:
        _usage(str(fault))


@app.command("demo")
def demo_command(
    seed: SeedOption = 7,
    out: Annotated[
        Path, typer.Option("--out", help="Where events.jsonl and webhooks.jsonl go.")
    ] = Path(".carom/demo"),
) -> None:
    """The whole round trip with the reference app: real server, real process, real stripe
    package.
    """
    config = _config(_reference_app())
    scenario = _scenarios(["round_trip"])[0]
    screen = console()
    try:
        with opened(config, seed) as bench, bench.stage(scenario) as stage:
            finished = Run(scenario, stage, seed, Timeline(screen)).play()
            events = stage.stripe.control.events(0)["events"]
            webhooks = stage.webhooks
    except AppUnavailable as fault:
        _fail(str(fault), EXIT["no verdict"])
    _record(screen, out, events, webhooks)
    raise typer.Exit(EXIT[finished.verdict])


def _record(screen: Console, out: Path, events: list[Obj], webhooks: list[Obj]) -> None:
    """Writes what the demo leaves behind, and says where."""
    try:
        counted = write_lines(out / "events.jsonl", events)
        told = write_lines(out / "webhooks.jsonl", webhooks)
    except OSError as fault:
        _usage(f"--out {out}: cannot write there: {fault.strerror}.")
    screen.print(
        f"{counted} events and {told} webhook bodies are in {out}", markup=False, soft_wrap=True
    )


@app.command("run")
def run_command(
    scenario: Annotated[list[str], typer.Argument(help="Names, or paths of YAML files.")],
    config: ConfigOption = Path("carom.toml"),
    app_arg: AppArgOption = None,
    seed: SeedOption = 7,
    in_process: InProcessOption = False,
) -> None:
    """Run scenarios one after the other and tell each as a timeline."""
    chosen, settings = _scenarios(scenario), _config(config, app_arg)
    _check_plans(chosen, settings)
    screen = console()
    with opened(settings, seed, in_process=in_process) as bench:
        finished = [bench.run(each, Timeline(screen)) for each in chosen]
    raise typer.Exit(_exit_code(finished))


@app.command("check")
def check_command(
    scenario: Annotated[
        list[str] | None,
        typer.Argument(help="Names or paths; without any, all that come with Carom."),
    ] = None,
    config: ConfigOption = Path("carom.toml"),
    app_arg: AppArgOption = None,
    seed: SeedOption = 7,
    jobs: Annotated[int, typer.Option(min=1, help="Scenarios side by side.")] = min(
        2, os.cpu_count() or 1
    ),
    in_process: InProcessOption = False,
    explored: Annotated[
        bool,
        typer.Option(
            "--explore/--no-explore", help="Then explore other orders of what the stories tell."
        ),
    ] = False,
    departures: DeparturesOption = 1,
    budget: BudgetOption = "60s",
    strategy: StrategyOption = "near,walk,pct",
    max_findings: Annotated[int, typer.Option(min=1, help="Stop after so many.")] = 3,
    junit: JunitOption = None,
) -> None:
    """Check an app: run the scenarios as carom.toml says, and explore on request."""
    chosen, settings = _scenarios(scenario or names()), _config(config, app_arg)
    _check_plans(chosen, settings)
    wanted = Wanted(_seconds(budget), departures, _strategies(strategy), max_findings)
    if in_process:
        _quiet()
    screen = console()
    summary = Summary(screen)
    finished: list[RunFinished] = []
    looked: Explored | None = None
    with opened(settings, seed, in_process=in_process) as bench:
        allowed = at_once(settings, jobs, in_process=in_process)
        with screen.status(f"{len(chosen)} scenarios"):
            for events in run_all(bench, chosen, allowed):
                summary.add(events)
                finished.append(_last(events))
        summary.close(settings.promises, settings.profile)
        # An app that does not come up for a fixed story has nothing to explore.
        if explored and all(run.verdict != "no verdict" for run in finished):
            stories = stories_for(chosen, settings, shipped=not scenario)
            screen.print()
            screen.print(f"exploring {len(stories)} stories, seed {seed}", highlight=False)
            screen.print()
            try:
                looked, _ = explore(bench, stories, wanted, screen)
            except AppUnavailable as fault:
                _fail(str(fault), EXIT["no verdict"])
    if junit is not None:
        try:
            write_junit(junit, finished, looked, settings)
        except OSError as fault:
            _usage(f"--junit {junit}: cannot write there: {fault.strerror}.")
    codes = [_exit_code(finished), *([exit_code_of(looked)] if looked is not None else [])]
    raise typer.Exit(1 if 1 in codes else max(codes))


@app.command("replay")
def replay_command(
    file: Annotated[
        list[Path] | None, typer.Argument(help=f"Findings; without any, all in {FOLDER}.")
    ] = None,
    config: ConfigOption = Path("carom.toml"),
    app_arg: AppArgOption = None,
    in_process: InProcessOption = False,
    follow: Annotated[
        bool, typer.Option("--follow", help="Skip what cannot be done any more, and go on.")
    ] = False,
) -> None:
    """Play findings again. Exit code 0 when all are fixed, 1 when one is not."""
    settings = _config(config, app_arg)
    paths = file or finding_files()
    if not paths:
        _usage(f"there is no finding in {FOLDER}: carom check writes them there.")
    if in_process:
        _quiet()
    screen = console()
    try:
        seed = read_finding(paths[0]).seed
        with opened(settings, seed, in_process=in_process) as bench:
            replayed = replay_all(bench, paths, follow=follow)
    except NotAFinding as fault:
        _usage(str(fault))
    except AppUnavailable as fault:
        _fail(str(fault), EXIT["no verdict"])
    tell_replays(screen, replayed)
    raise typer.Exit(0 if all(each.verdict == "FIXED" for each in replayed) else 1)


@app.command("findings")
def findings_command() -> None:
    """List the findings that carom check has written, the latest of each name."""
    screen = console()
    for path in finding_files():
        try:
            tell_finding(screen, path, read_finding(path))
        except NotAFinding as fault:
            _usage(str(fault))


@app.command("scenarios")
def scenarios_command() -> None:
    """List the scenarios that come with Carom, and what each shows."""
    screen = console()
    for name in names():
        screen.print(f"[bold]{name}[/bold]")
        screen.print(f"    {find(name).shows}", style="dim")


app.command("coverage")(coverage_command)
app.command("verify")(verify_command)
app.command("record")(record_command)


def _config(path: Path, app_args: list[str] | None = None) -> Config:
    try:
        config = load_config(path, INVARIANTS)
    except ConfigError as fault:
        _usage(str(fault))
    extra = [word for argument in app_args or [] for word in shlex.split(argument)]
    if extra and not config.launch.command:
        _usage(f"{path}: --app-arg needs a [app] command to append to.")
    return config.with_arguments(extra)


def _scenarios(wanted: list[str]) -> list[Scenario]:
    try:
        return [find(name) for name in wanted]
    except ScenarioError as fault:
        _usage(str(fault))


def _check_plans(chosen: list[Scenario], config: Config) -> None:
    for scenario in chosen:
        unknown = sorted(scenario.plans - set(config.plans))
        if unknown:
            _usage(f"{config.path}: {scenario.path.name} needs a [plans.{unknown[0]}].")


def _reference_app() -> Path:
    """Where the reference app's configuration lies; the app itself is not imported here."""
    found = importlib.util.find_spec("reference_app")
    assert found is not None
    assert found.origin is not None
    return Path(found.origin).parent / "carom.toml"


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _last(events: list[RunEvent]) -> RunFinished:
    finished = events[-1]
    assert isinstance(finished, RunFinished)
    return finished


def _exit_code(finished: list[RunFinished]) -> int:
    """Broken outweighs no verdict: what was proved wrong stays wrong."""
    codes = {EXIT[run.verdict] for run in finished}
    return 1 if 1 in codes else max(codes, default=1)


def _quiet() -> None:
    """An app in this process logs what we do to it on purpose; nobody wants that in between."""
    logging.getLogger().addHandler(logging.NullHandler())


def _seconds(text: str) -> float:
    try:
        return seconds(text)
    except ValueError as fault:
        _usage(f"--budget: {fault}")


def _strategies(text: str) -> tuple[str, ...]:
    chosen = tuple(word.strip() for word in text.split(",") if word.strip())
    for name in chosen:
        if name not in STRATEGIES:
            _usage(f"--strategy: there is no {name}. {suggestion(name, STRATEGIES)}")
    return chosen


def _usage(problem: str) -> NoReturn:
    _fail(problem, 2)


def _fail(problem: str, code: int) -> NoReturn:
    console(stderr=True).print(problem, style="red", markup=False, soft_wrap=True)
    raise typer.Exit(code)


def main() -> None:
    app()
