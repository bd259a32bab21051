"""A request and an answer as values, so that the API can be driven without a socket."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

Headers = tuple[tuple[str, str], ...]

ALWAYS: Headers = (
    ("Content-Type", "application/json"),
    ("Cache-Control", "no-cache, no-store"),
    ("Access-Control-Allow-Origin", "*"),
)
"""The headers of every answer."""


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
    """What goes out."""

    status: int
    headers: Headers
    body: bytes
