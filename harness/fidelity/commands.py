"""`carom verify` and `carom record`."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, NoReturn

import typer
import uvicorn

from harness.fidelity.proxy import Recorder, proxy
from harness.fidelity.recording import Recording, RecordingError, load_all
from harness.fidelity.replay import Verdict, replay
from harness.fidelity.score import Measure, Score
from harness.fidelity.scrubbing import Scrubber
from harness.fidelity.telling import shown, tell, total
from harness.fidelity.upstream import Upstream
from harness.report import console
from simulator import Simulator, running

Percent = Annotated[float, typer.Option(min=0, max=100, metavar="PERCENT")]
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


def verify_command(
    folder: Annotated[Path, typer.Argument(help="Recordings, *.json.", metavar="DIR")],
    recording: Annotated[
        list[str] | None, typer.Option("--recording", help="Only this one; may be repeated.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print data, not a table.")] = False,
    verbose: Annotated[
        bool, typer.Option("--verbose", "-v", help="Each difference, request by request.")
    ] = False,
    min_status: Percent = 0.0,
    min_keys: Percent = 0.0,
    min_values: Percent = 0.0,
    min_exact: Percent = 0.0,
) -> None:
    """Replay recordings of real traffic against Carom, and say how much is right.

    Exit code 1 if a share is below its minimum. docs/recordings.md describes the format.
    """
    try:
        recordings = load_all(folder, recording or ())
    except RecordingError as fault:
        _usage(str(fault))
    verdicts = verified(recordings)
    if as_json:
        typer.echo(json.dumps(shown(verdicts), indent=2, ensure_ascii=False))
    else:
        tell(console(), verdicts, verbose=verbose)
    wanted: dict[Measure, float] = {
        "status": min_status,
        "keys": min_keys,
        "values": min_values,
        "exact": min_exact,
    }
    short = too_low(total(verdicts), wanted)
    for line in short:
        console(stderr=True).print(line, style="red", markup=False, soft_wrap=True)
    raise typer.Exit(1 if short else 0)


def verified(recordings: Sequence[Recording]) -> list[Verdict]:
    """Replay each recording against an account of its own, on one server."""
    verdicts = []
    with running(Simulator(clock="virtual")) as served:
        for number, each in enumerate(recordings):
            with Upstream(served.url, f"sk_test_verify{number}") as upstream:
                verdicts.append(replay(each, upstream))
    return verdicts


def too_low(score: Score, wanted: dict[Measure, float]) -> list[str]:
    """A sentence for each share that is below its minimum."""
    return [
        f"{measure}: {score.share(measure):.2f} % is below the minimum of {least:g} %"
        for measure, least in wanted.items()
        if score.share(measure) < least
    ]


def record_command(
    out: Annotated[Path, typer.Option("--out", help="Where recordings go.", metavar="DIR")],
    upstream: Annotated[
        str, typer.Option(help="What the requests are sent on to.")
    ] = "https://api.stripe.com",
    name: Annotated[str, typer.Option(help="Of the recording and its file.")] = "recording",
    port: Annotated[int, typer.Option(min=1, max=65535)] = 12112,
    hide_emails: Annotated[
        bool, typer.Option("--hide-emails", help="Replace email addresses, too.")
    ] = False,
) -> None:
    """Record your own test-mode account: point the SDK's base address here and use your app.

    Keys, secrets and addresses are not kept. Live keys are refused.
    """
    if NAME.fullmatch(name) is None:
        _usage(f"--name {name}: letters, digits, dots, dashes and underscores make a file name.")
    if not re.match(r"https?://[^/\s]+", upstream):
        _usage(f"--upstream {upstream}: must be a URL such as https://api.stripe.com.")
    file = out / f"{name}.json"
    if file.exists():
        _usage(f"{file} is there already: choose another --name, or remove it.")
    screen = console()
    recorder = Recorder(out, name, Scrubber(hides_emails=hide_emails))
    app = proxy(upstream.rstrip("/"), recorder, lambda line: screen.print(line, markup=False))
    screen.print(
        f"http://127.0.0.1:{port} sends on to {upstream}; ctrl-C ends the recording {file}",
        markup=False,
        soft_wrap=True,
    )
    uvicorn.run(app, host="127.0.0.1", port=port, log_level="warning", access_log=False)
    screen.print(f"{recorder.count} interactions in {file}", markup=False, soft_wrap=True)


def _usage(problem: str) -> NoReturn:
    console(stderr=True).print(problem, style="red", markup=False, soft_wrap=True)
    raise typer.Exit(2)
