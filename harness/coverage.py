"""`carom coverage`: which endpoints of the installed SDK Carom answers, and how well."""

from __future__ import annotations

import json
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from harness.report import console
from simulator import Coverage, coverage

MEANING = (
    "simulated: behaves as Stripe does; stored: keeps what it is told, no more;"
    " shaped: a valid answer without state."
)


def coverage_command(
    as_json: Annotated[bool, typer.Option("--json", help="As JSON, every endpoint.")] = False,
    every: Annotated[bool, typer.Option("--all", help="Every endpoint, not only totals.")] = False,
) -> None:
    """Tell which endpoints of the installed stripe package are answered, and how well."""
    found = coverage()
    if as_json:
        typer.echo(json.dumps(shown(found), indent=2))
        return
    screen = console()
    if every:
        _print_routes(screen, found)
    else:
        screen.print(_table(found))
    totals = found.totals()
    words = ", ".join(f"{totals[level]} {level}" for level in found.levels)
    screen.print(
        f"stripe {found.sdk}: {sum(totals.values())} endpoints: {words}.\n{MEANING}",
        markup=False,
        highlight=False,
        soft_wrap=True,
    )


def shown(found: Coverage) -> dict[str, Any]:
    """The table as JSON: `{"sdk", "totals", "families": {name: {"POST /v1/...": level}}}`."""
    return {
        "sdk": found.sdk,
        "totals": found.totals(),
        "families": {family.name: dict(family.routes) for family in found.families},
    }


def _table(found: Coverage) -> Table:
    table = Table(box=None, pad_edge=False)
    table.add_column("resource")
    for level in found.levels:
        table.add_column(level, justify="right")
    for family in found.families:
        counts = (family.count(level) for level in found.levels)
        table.add_row(family.name, *(str(count) if count else "·" for count in counts))
    return table


def _print_routes(screen: Console, found: Coverage) -> None:
    for family in found.families:
        for route, level in family.routes.items():
            screen.print(f"{level:<10}{route}", markup=False, highlight=False, soft_wrap=True)
