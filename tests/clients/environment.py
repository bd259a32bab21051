"""A virtual environment for one client that others wrote, kept under `.carom/clients/`.

Such a client pins a `stripe` of its own, so it never shares the project's environment.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from fcntl import LOCK_EX, flock
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CLIENTS = ROOT / ".carom" / "clients"
PATIENCE = 300.0  # seconds, for pip and for a client's whole run


def python_with(*requirements: str) -> str:
    """The Python of an environment that has `requirements`; made once, also by several workers.

    Where pip cannot install them the test is skipped, and says so.
    """
    folder = CLIENTS / requirements[0]
    python = folder / "bin" / "python"
    CLIENTS.mkdir(parents=True, exist_ok=True)
    with (CLIENTS / f"{requirements[0]}.lock").open("w") as lock:
        flock(lock, LOCK_EX)
        if not (folder / ".ready").exists():
            shutil.rmtree(folder, ignore_errors=True)
            _made(folder, python, requirements)
    return str(python)


def _made(folder: Path, python: Path, requirements: tuple[str, ...]) -> None:
    quiet = ("--quiet", "--disable-pip-version-check")
    steps = (
        (sys.executable, "-m", "venv", str(folder)),
        (str(python), "-m", "pip", "install", *quiet, *requirements),
    )
    for step in steps:
        done = run(*step)
        if done.returncode:
            shutil.rmtree(folder, ignore_errors=True)
            pytest.skip(
                f"{' '.join(requirements)} cannot be installed, so it is not tried against Carom: "
                f"{done.stderr.strip()[-300:]}"
            )
    (folder / ".ready").touch()


def run(
    *command: str, inside: Path | None = None, told: str = "", **environment: str
) -> subprocess.CompletedProcess[str]:
    """Run to the end, with `told` on the input and both outputs captured as text."""
    return subprocess.run(
        command,
        cwd=inside,
        input=told,
        env={**os.environ, "NO_PROXY": "127.0.0.1", **environment},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
