"""`carom import`: an export of real events becomes a scenario."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from harness.app.config import Config
from harness.commands.chosen import chosen_config
from harness.commands.ending import usage
from harness.commands.options import CONFIG, ConfigOption
from harness.recorded import NotAnExport, Recorded, cleaned, read_export, recording_of
from harness.report import console
from scenarios import nearest, suggestion

MOST = 1000
"""Events in one recording: a scenario of more is nothing that anybody reads."""


def import_command(
    export: Annotated[
        Path,
        typer.Argument(help="JSON lines, a JSON list, or an answer of /v1/events.", metavar="FILE"),
    ],
    config: ConfigOption = CONFIG,
    customer: Annotated[
        str | None, typer.Option("--customer", help="Whose events, of several.", metavar="CUS_ID")
    ] = None,
    plan: Annotated[
        list[str] | None,
        typer.Option(
            "--plan",
            help="Which plan of the app a recorded price is; may be repeated.",
            metavar="PRICE_ID=PLAN",
        ),
    ] = None,
    name: Annotated[
        str | None, typer.Option("--name", help="Of the scenario; by default the file's.")
    ] = None,
    to: Annotated[Path, typer.Option("--to", help="Folder to write to.")] = Path("."),
    keep_people: Annotated[
        bool, typer.Option("--keep-people", help="Leave names, e-mails and addresses as they are.")
    ] = False,
) -> None:
    """Make a scenario of an export of real events."""
    settings = chosen_config(config)
    called = _named(name or export.stem)
    paths = to / f"{called}.jsonl", to / f"{called}.yaml"
    _may_be_written(to, paths)
    try:
        found = read_export(export)
    except NotAnExport as fault:
        usage(str(fault))
    mine = _of_one(found, customer)
    plans = _plans([each.event for each in mine], plan or (), settings)
    kept = [cleaned(each.event, people=not keep_people) for each in mine]
    file = Path(os.path.relpath(paths[0], settings.path.parent)).as_posix()
    if re.fullmatch(r"[A-Za-z0-9_./-]+", file) is None:
        usage(f'--to: "{file}" has letters that a scenario cannot say; take a folder without them.')
    recording = recording_of([each.event for each in kept], plans, called, file)
    for path, text in zip(paths, (recording.events, recording.scenario), strict=True):
        path.write_text(text, encoding="utf-8")
    screen = console()
    screen.print(f"{paths[1]} and {paths[0]} are written.", style="bold green", soft_wrap=True)
    live = sum(each.live for each in kept)
    if live:
        screen.print(f"  {live} events are from live mode; here none is.", style="yellow")
    screen.print(
        f"  {len(mine)} events; {len(found) - len(mine)} about nobody or others left out."
        + ("" if keep_people else " Names and addresses are scrubbed; metadata is kept."),
        soft_wrap=True,
    )
    with_config = "" if config == CONFIG else f" --config {config}"
    screen.print(f"Play it:  carom run {paths[1]}{with_config}", soft_wrap=True)
    screen.print(f"Explore:  carom check --explore {paths[1]}{with_config}", soft_wrap=True)


def _named(text: str) -> str:
    """As scenarios are called: `my-export.2026` becomes `my_export_2026`."""
    name = re.sub(r"[^a-z0-9]+", "_", text.lower()).strip("_")
    if not re.match(r"[a-z]", name):
        usage(f'--name: "{text}" must begin with a letter.')
    return name


def _may_be_written(folder: Path, paths: Sequence[Path]) -> None:
    if not folder.is_dir():
        usage(f"--to: there is no folder {folder}.")
    for path in paths:
        if path.exists():
            usage(f"{path} is there already. Remove it, or say another --name.")


def _of_one(found: Sequence[Recorded], customer: str | None) -> list[Recorded]:
    """The events of one customer."""
    counts = Counter(each.customer for each in found if each.customer)
    if not counts:
        usage("no event is about a customer, so there is no story to tell.")
    if customer is None and len(counts) > 1:
        told = ", ".join(f"{name} ({count})" for name, count in counts.most_common(5))
        usage(f"the events are about {len(counts)} customers; say --customer: {told}.")
    chosen = customer or next(iter(counts))
    if chosen not in counts:
        usage(f"--customer: no event is about {chosen}. {suggestion(chosen, counts)}")
    mine = [each for each in found if each.customer == chosen]
    if len(mine) > MOST:
        usage(f"{len(mine)} events of one customer; a scenario has at most {MOST}.")
    return mine


def _plans(
    events: Sequence[Mapping[str, Any]], said: Sequence[str], config: Config
) -> dict[str, tuple[str, str]]:
    """Recorded price -> the app's plan and its lookup key, for each price that is subscribed to."""
    wanted = _said(said, config)
    by_key = {plan.lookup_key: name for name, plan in config.plans.items()}
    plans: dict[str, tuple[str, str]] = {}
    for event in events:
        subject = event["data"]["object"]
        if subject["object"] != "subscription":
            continue
        for item in subject["items"]["data"]:
            price = item["price"]
            name = wanted.get(price["id"]) or by_key.get(price.get("lookup_key") or "")
            if name is None:
                known = ", ".join(config.plans)
                usage(
                    f"which plan is the price {price['id']} ({price.get('nickname') or 'no name'}, "
                    f"{price.get('unit_amount')} {price.get('currency')})? Say --plan "
                    f"{price['id']}=PLAN; {config.path} has {known}."
                )
            plans[price["id"]] = name, config.plans[name].lookup_key
    if not plans:
        usage("no event shows a subscription, so there is nothing to be entitled to.")
    return plans


def _said(said: Sequence[str], config: Config) -> dict[str, str]:
    wanted = {}
    for pair in said:
        price, equals, name = pair.partition("=")
        if not equals:
            usage(f'--plan: "{pair}" is no pair; say price_123=pro.')
        if name not in config.plans:
            near = nearest(name, config.plans)
            hint = f'Did you mean "{near}"?' if near else f"It has {', '.join(config.plans)}."
            usage(f"--plan: {config.path} has no plan {name}. {hint}")
        wanted[price] = name
    return wanted
