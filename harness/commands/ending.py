"""How a command ends: exit codes, and messages on standard error.

0 all holds, 1 something is broken, 2 wrong usage or configuration, 3 no verdict: the app does not
start or does not answer, is not the same twice, or nothing was put to the test.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import NoReturn

import typer

from harness.app.protocol import AppMismatch, AppUnavailable
from harness.explore.executors import ExecutorUnavailable
from harness.report import console
from harness.run_events import RunFinished, Verdict
from simulator import CannotListen

HOLDS, BROKEN, USAGE, NO_VERDICT = 0, 1, 2, 3

EXIT: Mapping[Verdict, int] = {
    "holds": HOLDS,
    "broken": BROKEN,
    "not exercised": NO_VERDICT,
    "no verdict": NO_VERDICT,
}


def exit_code(finished: Iterable[RunFinished]) -> int:
    """Of several runs. Where nothing ran, nothing was tested."""
    return worst(EXIT[run.verdict] for run in finished)


def worst(codes: Iterable[int]) -> int:
    """Broken outweighs no verdict: what was proved wrong stays wrong."""
    found = set(codes)
    return BROKEN if BROKEN in found else max(found, default=NO_VERDICT)


def usage(problem: str) -> NoReturn:
    """Ends the command: it was called or configured in a wrong way."""
    fail(problem, USAGE)


def fail(problem: str, code: int) -> NoReturn:
    console(stderr=True).print(problem, style="red", markup=False, soft_wrap=True)
    raise typer.Exit(code)


@contextmanager
def verdict_needs_the_app() -> Iterator[None]:
    """An app that does not start or answer inside the block ends the command with its reason; so
    does one that answers something else than `carom.toml` says, or a port that is taken.
    """
    try:
        yield
    except (AppMismatch, CannotListen) as fault:
        usage(str(fault))
    except (AppUnavailable, ExecutorUnavailable) as fault:
        fail(str(fault), NO_VERDICT)


def quiet() -> None:
    """An app in this process logs what we do to it on purpose; nobody wants that in between."""
    logging.getLogger().addHandler(logging.NullHandler())
