"""A load generator that costs little: raw sockets, one request under way on each of them.

It runs in a process of its own beside the server, so that on two cores each has one. One generator
for Carom and its peers makes their figures comparable.
"""

from __future__ import annotations

import selectors
import socket
from collections import Counter
from collections.abc import Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from multiprocessing import get_context
from time import perf_counter
from urllib.parse import urlsplit

CONNECTIONS = 8
SECONDS = 2.0
PATIENCE = 20.0
"""Seconds without any answer after which a server counts as dead."""


@dataclass(frozen=True, slots=True)
class Hit:
    """One request, to be repeated."""

    method: str
    target: str
    form: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)

    def encoded(self, host: str) -> bytes:
        body = self.form.encode()
        lines = [
            f"{self.method} {self.target} HTTP/1.1",
            f"Host: {host}",
            *(f"{name}: {value}" for name, value in self.headers.items()),
        ]
        if body:
            lines.append("Content-Type: application/x-www-form-urlencoded")
        lines.append(f"Content-Length: {len(body)}")
        return "\r\n".join([*lines, "", ""]).encode() + body


class Refused(Exception):
    """A server answered something else than 200."""


def answers_a_second(url: str, hit: Hit, *, seconds: float = SECONDS) -> float:
    """Answers a second over keep-alive connections, from a process of its own."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(drive, url, hit, seconds).result()


def drive(url: str, hit: Hit, seconds: float, connections: int = CONNECTIONS) -> float:
    """Answers a second, counted here; raises `Refused` if one was not a 200."""
    address = urlsplit(url)
    host, port = str(address.hostname), int(address.port or 80)
    request = hit.encoded(f"{host}:{port}")
    statuses: Counter[bytes] = Counter()
    with selectors.DefaultSelector() as selector:
        lines = [_connected(host, port) for _ in range(connections)]
        pending = dict.fromkeys(lines, b"")
        for line in lines:
            selector.register(line, selectors.EVENT_READ)
            line.sendall(request)
        started = now = perf_counter()
        while now - started < seconds:
            for key, _ in _ready(selector):
                line = key.fileobj
                assert isinstance(line, socket.socket)
                pending[line] += line.recv(262_144)
                if _whole(pending[line]):
                    statuses[pending[line][9:12]] += 1
                    pending[line] = b""
                    line.sendall(request)
            now = perf_counter()
        for line in lines:
            line.close()
    if set(statuses) != {b"200"}:
        raise Refused(f"{hit.method} {hit.target} was answered {dict(statuses)}")
    return statuses[b"200"] / (now - started)


def _connected(host: str, port: int) -> socket.socket:
    line = socket.create_connection((host, port), timeout=PATIENCE)
    line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return line


def _ready(
    selector: selectors.BaseSelector,
) -> list[tuple[selectors.SelectorKey, int]]:
    ready = selector.select(PATIENCE)
    if not ready:
        raise TimeoutError(f"no answer within {PATIENCE:g} s")
    return ready


def _whole(answer: bytes) -> bool:
    """Whether an answer is there to its end."""
    end = answer.find(b"\r\n\r\n")
    if end < 0:
        return False
    head = answer[:end].lower()
    at = head.find(b"content-length:")
    if at < 0:
        return answer.endswith(b"0\r\n\r\n")
    length = int(head[at + 15 :].split(b"\r\n", 1)[0])
    return len(answer) >= end + 4 + length
