"""Other local Stripes, asked the same in the same run; Carom's figures as multiples of theirs.

localstripe (PyPI) is installed into an environment of its own under `.carom/bench`. emulate (npm)
needs Node 22.15.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

from tests.bench.customers import hits
from tests.bench.figure import Figure, Measured, Notice
from tests.bench.load import Hit, Refused, answers_a_second
from tests.bench.servers import carom, served

FOLDER = Path(".carom/bench")
LOCALSTRIPE = "localstripe==1.15.10"
EMULATE = "emulate@1.0.2"
NODE = (22, 15)
ROUNDS = 3  # by turns, so that both meet the same machine
AT_LEAST = {"localstripe": 3.0, "emulate": 1.5}


class NotToBeHad(Exception):
    """A peer that cannot be installed or started here."""


def measure() -> Measured:
    for name, command in (("localstripe", _localstripe), ("emulate", _emulate)):
        try:
            yield from _beside(name, command())
        except NotToBeHad as reason:
            yield Notice(f"{name}: {reason}")


def _beside(name: str, command: list[str]) -> Iterator[Figure]:
    with ExitStack() as running:
        ours = running.enter_context(carom())
        try:
            theirs = running.enter_context(served(command))
            requests = hits(theirs)
        except (OSError, RuntimeError) as fault:
            raise NotToBeHad(str(fault)) from fault
        for what, hit in hits(ours).items():
            rates = [(_rate(ours, hit), _rate(theirs, requests[what])) for _ in range(ROUNDS)]
            rate, other = map(max, zip(*rates, strict=True))
            yield Figure(f"{what}: {name}", other, "/s")
            yield Figure(f"{what}: Carom", rate, "/s")
            yield Figure(
                f"{what}: Carom to {name}", rate / other, "times", AT_LEAST[name], "at least"
            )


def _rate(url: str, hit: Hit) -> float:
    try:
        return answers_a_second(url, hit, seconds=1.0)
    except Refused as fault:
        raise NotToBeHad(str(fault)) from fault


def _localstripe() -> list[str]:
    home = FOLDER / "localstripe"
    program = home / "bin" / "localstripe"
    if not program.exists():
        _run([sys.executable, "-m", "venv", str(home)])
        _run([str(home / "bin" / "pip"), "install", "--quiet", LOCALSTRIPE])
    return [str(program), "--from-scratch", "--port"]


def _emulate() -> list[str]:
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None or _version(node) < NODE:
        raise NotToBeHad(f"needs Node {'.'.join(map(str, NODE))} or newer, and npm")
    home = FOLDER / "emulate"
    program = home / "node_modules" / ".bin" / "emulate"
    if not program.exists():
        home.mkdir(parents=True, exist_ok=True)
        _run([npm, "install", "--silent", "--prefix", str(home), EMULATE])
    return [str(program), "--service", "stripe", "--port"]


def _version(node: str) -> tuple[int, ...]:
    said = subprocess.run([node, "--version"], capture_output=True, text=True, check=True).stdout
    return tuple(int(number) for number in re.findall(r"\d+", said)[:2])


def _run(command: list[str]) -> None:
    try:
        subprocess.run(command, check=True, capture_output=True, text=True)
    except (OSError, subprocess.CalledProcessError) as fault:
        words = (getattr(fault, "stderr", "") or str(fault)).strip().splitlines()
        raise NotToBeHad(f"cannot be installed: {words[-1] if words else fault}") from fault
