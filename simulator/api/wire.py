"""A request and an answer as values, so that the API can be driven without a socket."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from simulator.api.holds import Held

Headers = tuple[tuple[str, str], ...]

MAX_BODY = 1_048_576  # bytes that a request may have

ALWAYS: Headers = (
    ("Content-Type", "application/json"),
    ("Cache-Control", "no-cache, no-store"),
    ("Access-Control-Allow-Origin", "*"),
)
"""The headers of every answer."""


def always_with(content_type: str) -> Headers:
    """The headers of every answer, of one that is a file."""
    return (("Content-Type", content_type), *ALWAYS[1:])


@dataclass(frozen=True, slots=True)
class Request:
    """What came in. `path` is raw (percent-encoded), header names are in lower case."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes out, `late` seconds of wall time after it is there, or when `held` is released."""

    status: int
    headers: Headers
    body: bytes
    late: float = 0.0
    held: Held | None = None
