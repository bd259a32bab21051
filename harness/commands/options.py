"""Options that several commands share, with the words of their help."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from harness.explore.strategies import NAMES as STRATEGIES

ConfigOption = Annotated[
    Path, typer.Option("--config", "-c", help="How to start and ask the app.", metavar="FILE")
]
AppArgOption = Annotated[
    list[str] | None,
    typer.Option("--app-arg", help="Words to append to the app's command; may be repeated."),
]
SeedOption = Annotated[int, typer.Option("--seed", help="Ids follow from it.")]
AnySeedOption = Annotated[
    str,
    typer.Option("--seed", help="All that is drawn follows from it.", metavar="N|COMMIT"),
]
JobsOption = Annotated[
    str, typer.Option("--jobs", help="How many to do side by side.", metavar="N|auto")
]
ExecutorOption = Annotated[
    str,
    typer.Option(
        "--executor",
        help="Who explores: inline, processes (as many as --jobs), or a Dask cluster.",
        metavar="inline|processes|dask://HOST:PORT",
    ),
]
RandomOption = Annotated[
    int | None,
    typer.Option("--random", min=0, help="So many random schedules, not all that time allows."),
]
InProcessOption = Annotated[
    bool, typer.Option("--in-process", help="Call the app's ASGI factory, start no process.")
]
ExploreOption = Annotated[
    bool,
    typer.Option(
        "--explore/--no-explore", help="Then explore other orders of what the stories tell."
    ),
]
MostFindingsOption = Annotated[
    int, typer.Option("--max-findings", min=1, help="Stop after so many.")
]
StrictOption = Annotated[
    bool, typer.Option("--strict", help="No verdict while a promise is not exercised.")
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
HtmlOption = Annotated[
    Path | None, typer.Option("--html", help="Write a page for people here.", metavar="FILE")
]
EventsOption = Annotated[
    Path | None,
    typer.Option("--events", help="Write each event here, a JSON line.", metavar="FILE"),
]
JsonOption = Annotated[
    bool, typer.Option("--json", help="Print one JSON document and nothing else.")
]
GithubOption = Annotated[
    bool | None,
    typer.Option(
        "--github/--no-github",
        help="Annotations and a job summary; on by itself in GitHub Actions.",
        show_default=False,
    ),
]

CONFIG = Path("carom.toml")
SEED = 7
