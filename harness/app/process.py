"""Starts an app (and its setup command) as a process, waits until it serves, and ends its whole
group.

An app that does not come up is told about with its own last words: the last lines that it printed.
"""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import threading
import time
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import httpx

from harness.app.protocol import AppUnavailable

_LAST_LINES = 20
_SETUP_WITHIN = 60.0
_POLL = 0.05
_GRACE = 5.0


_promised: deque[int] = deque(maxlen=256)
_promising = threading.Lock()


def free_port() -> int:
    """A port that nobody listens on now. The app binds it a moment later, so it could be lost to
    another program; another app of this process never gets it.
    """
    while True:
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP) as probe:
            probe.bind(("127.0.0.1", 0))
            port = int(probe.getsockname()[1])
        with _promising:
            if port not in _promised:
                _promised.append(port)
                return port


def environment(extra: Mapping[str, str]) -> dict[str, str]:
    """The process environment of an app: ours, without anything of Stripe's, and with `extra`.

    A key or secret from the developer's own shell must never reach an app under test.
    """
    inherited = {key: value for key, value in os.environ.items() if not key.startswith("STRIPE_")}
    return {**inherited, "NO_PROXY": "127.0.0.1,localhost", "PYTHONUNBUFFERED": "1", **extra}


def run_setup(
    command: Sequence[str], directory: Path, env: Mapping[str, str], wanted: Mapping[str, str]
) -> dict[str, str]:
    """Runs the setup command to its end; `AppUnavailable` with its output when it fails.

    `wanted` names variables and the patterns that find their values in the output; the answer has
    the values, of a pattern with a group that group.
    """
    if not command:
        return {}
    called = " ".join(command)
    try:
        ended = subprocess.run(
            command,
            cwd=directory,
            env=environment(env),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            timeout=_SETUP_WITHIN,
            check=False,
        )
    except OSError as fault:
        raise AppUnavailable(f"[setup] cannot run {called}: {fault.strerror}") from fault
    except subprocess.TimeoutExpired as fault:
        raise AppUnavailable(f"[setup] {called} did not end in {_SETUP_WITHIN:.0f} s") from fault
    if ended.returncode != 0:
        lines = ended.stdout.splitlines()[-_LAST_LINES:]
        problem = f"[setup] {called} ended with exit code {ended.returncode}"
        raise AppUnavailable(with_lines(problem, lines))
    return {name: _found(name, wanted[name], ended.stdout, called) for name in wanted}


def _found(name: str, pattern: str, output: str, called: str) -> str:
    match = re.search(pattern, output)
    if match is None:
        problem = f"[setup.env] {name}: {called} printed nothing that matches {pattern}"
        raise AppUnavailable(with_lines(problem, output.splitlines()[-_LAST_LINES:]))
    return match.group(1) if match.groups() else match.group()


@contextmanager
def started(
    command: Sequence[str],
    directory: Path,
    env: Mapping[str, str],
    ready_url: str,
    within: float,
) -> Iterator[Sequence[str]]:
    """The app's process, ready when the block begins and gone, with all its children, when it
    ends. The value of the block is what the app printed last, and grows as it prints on.
    """
    called = " ".join(command)
    try:
        process = subprocess.Popen(
            command,
            cwd=directory,
            env=environment(env),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            start_new_session=True,
        )
    except OSError as fault:
        raise AppUnavailable(f"[app] cannot start {called}: {fault.strerror}") from fault
    lines: deque[str] = deque(maxlen=_LAST_LINES)
    reader = threading.Thread(target=_read, args=(process, lines), daemon=True)
    reader.start()
    try:
        _wait_until_ready(process, called, ready_url, within, lines, reader)
        yield lines
    finally:
        _end_group(process)
        reader.join(_GRACE)


def _wait_until_ready(
    process: subprocess.Popen[str],
    called: str,
    ready_url: str,
    within: float,
    lines: deque[str],
    reader: threading.Thread,
) -> None:
    deadline = time.monotonic() + within
    answered = "did not answer"
    with httpx.Client(trust_env=False) as client:
        while (left := deadline - time.monotonic()) > 0:
            if process.poll() is not None:
                reader.join(_GRACE)
                problem = (
                    f"[app] {called} ended with exit code {process.returncode} before it served"
                )
                raise AppUnavailable(with_lines(problem, lines))
            try:
                status = client.get(ready_url, timeout=max(left, _POLL)).status_code
            except httpx.TransportError:
                # Not listening yet; the deadline bounds how often this is asked.
                status = None
            if status is not None and status < 500:
                return
            answered = f"answered {status} to" if status else answered
            time.sleep(_POLL)
    problem = f"[app] {called} {answered} {ready_url} within {within:g} s"
    if answered == "did not answer":
        problem += f" (does it listen on port {urlsplit(ready_url).port}, which is {{port}} here?)"
    raise AppUnavailable(with_lines(problem, lines))


def _read(process: subprocess.Popen[str], lines: deque[str]) -> None:
    assert process.stdout is not None
    with process.stdout as output:
        lines.extend(line.rstrip("\n") for line in output)


def _end_group(process: subprocess.Popen[str]) -> None:
    """Ends the process and its children: first kindly, then not."""
    for kind in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(process.pid, kind)
        except ProcessLookupError:
            break
        try:
            process.wait(_GRACE)
        except subprocess.TimeoutExpired:
            continue
    process.wait()


def with_lines(problem: str, lines: Sequence[str]) -> str:
    """The problem, and under it what the process printed last."""
    if not lines:
        return f"{problem}. It printed nothing."
    told = "\n".join(f"    {line}" for line in tuple(lines))
    return f"{problem}. The last it printed:\n{told}"
