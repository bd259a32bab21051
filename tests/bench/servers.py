"""Servers in processes of their own, each on a free port, for as long as a block runs."""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep

STARTING = 20.0
"""Seconds within which a server must accept connections."""

CAROM = (str(Path(sys.executable).with_name("carom")), "serve", "--webhook-url", "", "--port")


@contextmanager
def carom() -> Iterator[str]:
    """The URL of a Carom as `carom serve` starts it."""
    with served(CAROM) as url:
        yield url


@contextmanager
def served(command: Sequence[str]) -> Iterator[str]:
    """The URL of what `command` starts; the port is appended to it."""
    with started(command) as (process, port):
        deadline = monotonic() + STARTING
        while not listens(port):
            if process.poll() is not None or monotonic() > deadline:
                raise RuntimeError(f"{command[0]} does not listen on port {port}")
            sleep(0.01)
        yield f"http://127.0.0.1:{port}"


@contextmanager
def started(command: Sequence[str]) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """The process and the port it was told, whether it listens yet or not."""
    port = free_port()
    process = subprocess.Popen(
        [*command, str(port)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        yield process, port
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
