"""`carom demo`: the whole round trip with the reference app."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from harness.checking import opened
from harness.commands.chosen import chosen_config, chosen_scenarios, reference_app
from harness.commands.ending import EXIT, usage, verdict_needs_the_app
from harness.commands.options import SEED, SeedOption
from harness.report import Timeline, console
from harness.report.recording import write_lines
from harness.run import Run
from harness.stripe_side import Obj


def demo_command(
    seed: SeedOption = SEED,
    out: Annotated[
        Path, typer.Option("--out", help="Where events.jsonl and webhooks.jsonl go.")
    ] = Path(".carom/demo"),
) -> None:
    """The whole round trip with the reference app: real server, real process, real stripe
    package.
    """
    config = chosen_config(reference_app())
    (scenario,) = chosen_scenarios(["round_trip"], config)
    screen = console()
    with (
        verdict_needs_the_app(),
        opened(config, seed) as bench,
        bench.stage(scenario) as stage,
    ):
        finished = Run(scenario, stage, seed, Timeline(screen)).play()
        events = stage.stripe.control.events(0)["events"]
        webhooks = stage.webhooks
    _record(screen, out, events, webhooks)
    raise typer.Exit(EXIT[finished.verdict])


def _record(screen: Console, out: Path, events: list[Obj], webhooks: list[Obj]) -> None:
    """Writes what the demo leaves behind, and says where."""
    try:
        counted = write_lines(out / "events.jsonl", events)
        told = write_lines(out / "webhooks.jsonl", webhooks)
    except OSError as fault:
        usage(f"--out {out}: cannot write there: {fault.strerror}.")
    screen.print(
        f"{counted} events and {told} webhook bodies are in {out}", markup=False, soft_wrap=True
    )
