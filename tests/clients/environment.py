"""An environment for one client that others wrote, kept under `.carom/clients/`.

Such a client pins a `stripe` of its own, so it never shares the project's environment.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from fcntl import LOCK_EX, flock
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CLIENTS = ROOT / ".carom" / "clients"
OLDEST_NODE = 20
PATIENCE = 300.0  # seconds, for pip and for a client's whole run


def python_with(*requirements: str) -> str:
    """The Python of an environment that has `requirements`; made once, also by several workers.

    Where pip cannot install them the test is skipped, and says so.
    """
    quiet = ("--quiet", "--disable-pip-version-check")

    def steps(folder: Path) -> Iterator[Sequence[str]]:
        yield sys.executable, "-m", "venv", str(folder)
        yield str(folder / "bin" / "python"), "-m", "pip", "install", *quiet, *requirements

    return str(made(requirements, steps) / "bin" / "python")


def node_with(*packages: str) -> Path:
    """A folder in which npm has installed `packages`; made once, also by several workers.

    Where there is no Node of version 20 or newer, or npm cannot install them, the test is skipped.
    """
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        pytest.skip(f"there is no node or no npm, so {packages[0]} is not tried against Carom")
    version = run(node, "--version").stdout.strip()
    if int(version.lstrip("v").partition(".")[0]) < OLDEST_NODE:
        pytest.skip(f"node is {version}, and {packages[0]} needs {OLDEST_NODE} or newer")
    quiet = ("--no-audit", "--no-fund", "--ignore-scripts", "--legacy-peer-deps")

    def steps(folder: Path) -> Iterator[Sequence[str]]:
        yield npm, "install", "--prefix", str(folder), *quiet, *packages

    return made(packages, steps)


def made(requirements: Sequence[str], steps: Callable[[Path], Iterable[Sequence[str]]]) -> Path:
    """The folder of the first requirement, in which all `steps` have been taken: by whichever
    worker came first. Where a step fails the test is skipped, and says so.
    """
    name = requirements[0].replace("/", "+")
    folder = CLIENTS / name
    CLIENTS.mkdir(parents=True, exist_ok=True)
    with (CLIENTS / f"{name}.lock").open("w") as lock:
        flock(lock, LOCK_EX)
        if (folder / ".ready").exists():
            return folder
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        for step in steps(folder):
            done = run(*step)
            if done.returncode:
                shutil.rmtree(folder, ignore_errors=True)
                pytest.skip(
                    f"{' '.join(requirements)} cannot be installed, so it is not tried against"
                    f" Carom: {done.stderr.strip()[-300:]}"
                )
        (folder / ".ready").touch()
    return folder


@contextmanager
def serving(*command: str, inside: Path, **environment: str) -> Iterator[str]:
    """A server that prints its address when it is ready, until the block ends: the address."""
    with subprocess.Popen(
        command,
        cwd=inside,
        env={**os.environ, "NO_PROXY": "127.0.0.1", **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        assert process.stdout is not None
        try:
            yield process.stdout.readline().strip()
        finally:
            process.terminate()


def run(
    *command: str,
    inside: Path | None = None,
    told: str = "",
    patience: float = PATIENCE,
    **environment: str,
) -> subprocess.CompletedProcess[str]:
    """Run to the end, with `told` on the input and both outputs captured as text."""
    return subprocess.run(
        command,
        cwd=inside,
        input=told,
        env={**os.environ, "NO_PROXY": "127.0.0.1", **environment},
        capture_output=True,
        text=True,
        timeout=patience,
        check=False,
    )
