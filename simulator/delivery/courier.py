"""The courier: carries one attempt over HTTP and tells what the endpoint said.

As Stripe does (docs.stripe.com/webhooks): a POST, no redirects followed, bad certificates refused,
and a bounded wait. It does not decide what is sent or when; the outbox and the pump do.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from urllib.parse import quote, urlsplit

from simulator.delivery.connection import Connection
from simulator.delivery.deliveries import Answer
from simulator.delivery.outbox import Parcel

TIMEOUT = 20.0
"""Seconds to wait for an answer. Stripe does not document its own; reports range from 10 to 30."""

PORTS = {"http": 80, "https": 443}
UNQUOTED = "/%:@!$&'()*+,;=~?-._"


class InvalidUrl(ValueError):
    """A URL to which nothing can be sent."""

    def __init__(self, url: str, why: str) -> None:
        super().__init__(f"cannot send to {url}: {why}")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a URL leads: a server, and how requests to it begin."""

    secure: bool
    host: str
    port: int
    opening: str


class Courier:
    """Sends webhooks for all accounts, on one event loop, keeping connections open between."""

    def __init__(self, timeout: float = TIMEOUT) -> None:
        self.timeout = timeout
        self._idle: dict[tuple[bool, str, int], list[Connection]] = {}

    async def close(self) -> None:
        for connections in self._idle.values():
            for connection in connections:
                connection.close()
        self._idle.clear()

    async def send(self, parcel: Parcel) -> Answer:
        """One attempt. What the network or the endpoint did is the answer, never an exception."""
        try:
            async with asyncio.timeout(self.timeout):
                status, body = await self._post(parcel)
        except TimeoutError:
            return Answer(None, f"no answer within {self.timeout:g} s")
        except ssl.SSLCertVerificationError as fault:
            return Answer(None, f"the certificate is not good: {fault.verify_message}")
        except (OSError, InvalidUrl) as fault:
            return Answer(None, str(fault) or type(fault).__name__)
        return Answer(status, None, body.decode("utf-8", "replace"))

    async def _post(self, parcel: Parcel) -> tuple[int, bytes]:
        place = place_of(parcel.url)
        idle = self._idle.setdefault((place.secure, place.host, place.port), [])
        connection = _fresh(idle) or await self._connect(place)
        answer = await connection.ask(_request(place.opening, parcel.headers, parcel.body))
        if connection.fresh:
            idle.append(connection)
        else:
            connection.close()
        return answer

    async def _connect(self, place: Place) -> Connection:
        _, connection = await asyncio.get_running_loop().create_connection(
            Connection, place.host, place.port, ssl=self._trust if place.secure else None
        )
        return connection

    @cached_property
    def _trust(self) -> ssl.SSLContext:
        """The certificates of this machine (`SSL_CERT_FILE` names others)."""
        return ssl.create_default_context()


@lru_cache(maxsize=64)
def place_of(url: str) -> Place:
    """Raises `InvalidUrl`.

    >>> place_of("http://127.0.0.1:8000/webhooks?from=stripe").opening
    'POST /webhooks?from=stripe HTTP/1.1\\r\\nHost: 127.0.0.1:8000\\r\\n'
    """
    try:
        parts = urlsplit(url)
        port = parts.port or PORTS.get(parts.scheme)
        host = (parts.hostname or "").encode("idna").decode("ascii")
    except ValueError as fault:
        raise InvalidUrl(url, str(fault)) from fault
    if port is None or not host:
        raise InvalidUrl(url, "it is no http or https address")
    target = quote(f"{parts.path or '/'}{'?' if parts.query else ''}{parts.query}", UNQUOTED)
    name = f"[{host}]" if ":" in host else host
    shown = name if parts.port is None else f"{name}:{parts.port}"
    opening = f"POST {target} HTTP/1.1\r\nHost: {shown}\r\n"
    return Place(parts.scheme == "https", host, port, opening)


def _request(opening: str, headers: Mapping[str, str], body: bytes) -> bytes:
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"{opening}{lines}Content-Length: {len(body)}\r\n\r\n".encode() + body


def _fresh(idle: list[Connection]) -> Connection | None:
    """An idle connection that may be used again; the others are closed and forgotten."""
    while idle:
        connection = idle.pop()
        if connection.fresh:
            return connection
        connection.close()
    return None
