"""`python -m tests.bench [SECTION...]`: measures, prints a table, and says which targets hold.

A missed target is told, not an error: how fast it is depends on the machine.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from tests.bench import (
    delivery,
    growth,
    hosted_pages,
    hot_paths,
    many,
    over_http,
    peers,
    runs,
    schedules,
    startup,
)
from tests.bench.figure import Figure, Notice, Section

SECTIONS: Mapping[str, Section] = {
    "hot paths": hot_paths.measure,
    "pages": hosted_pages.measure,
    "startup": startup.measure,
    "http": over_http.measure,
    "delivery": delivery.measure,
    "runs": runs.measure,
    "schedules": schedules.measure,
    "growth": growth.measure,
    "peers": peers.measure,
    "many": many.measure,
}
LONG = frozenset({"many"})


def main() -> int:
    asked = _arguments()
    screen = Console()
    chosen = asked.sections or [name for name in SECTIONS if asked.long or name not in LONG]
    machine = _machine()
    screen.print(f"Carom on {machine['python']}, {machine['cores']} cores, {machine['processor']}")
    measured: dict[str, list[Figure | Notice]] = {}
    for name in chosen:
        with screen.status(f"measuring {name}"):
            measured[name] = list(SECTIONS[name]())
        screen.print(_table(name, measured[name]))
    if asked.json is not None:
        found = {name: [_plain(item) for item in items] for name, items in measured.items()}
        asked.json.write_text(json.dumps({"machine": machine, "sections": found}, indent=2) + "\n")
    return 0


def _arguments() -> Any:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("sections", nargs="*", metavar="SECTION", help=", ".join(SECTIONS))
    parser.add_argument("--long", action="store_true", help="also ten thousand subscriptions")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there too")
    asked = parser.parse_args()
    if unknown := [name for name in asked.sections if name not in SECTIONS]:
        parser.error(f"no section {unknown[0]!r}: choose from {', '.join(SECTIONS)}")
    return asked


def _machine() -> dict[str, Any]:
    return {
        "python": f"Python {platform.python_version()}",
        "cores": os.cpu_count(),
        "processor": platform.processor() or platform.machine(),
        "system": platform.system(),
    }


def _table(name: str, items: list[Figure | Notice]) -> Table:
    table = Table(title=name, title_justify="left", title_style="bold", box=None, pad_edge=False)
    table.add_column("measured", min_width=46)
    table.add_column("", justify="right", min_width=8)
    table.add_column("", min_width=5)
    table.add_column("target")
    for item in items:
        if isinstance(item, Notice):
            table.add_row(item.text, "skipped", "", "")
        else:
            table.add_row(item.name, _number(item.value), item.unit, _verdict(item))
    return table


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def _verdict(figure: Figure) -> str:
    if figure.target is None:
        return ""
    word = "[green]holds[/]" if figure.holds else "[red]missed[/]"
    return f"{word} ({'≤' if figure.bound == 'at most' else '≥'} {figure.target:,g})"


def _plain(item: Figure | Notice) -> dict[str, Any]:
    return asdict(item) | ({"holds": item.holds} if isinstance(item, Figure) else {})


if __name__ == "__main__":
    sys.exit(main())
