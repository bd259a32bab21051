"""A proxy between an application and Stripe that writes down what passes, as a recording.

Test mode only: a live key is refused and nothing is sent on. The recording is written after every
answer, so that an interrupted session keeps what it has.
"""

from __future__ import annotations

from base64 import b64decode
from binascii import Error as NotBase64
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any, cast
from urllib.parse import parse_qsl

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from harness.fidelity.recording import METHODS, UNUSABLE, Interaction, Method, Recording, write
from harness.fidelity.scrubbing import LIVE, Scrubber

PASSED_ON = (
    "authorization",
    "content-type",
    "idempotency-key",
    "stripe-account",
    "stripe-version",
    "user-agent",
    "x-stripe-client-user-agent",
)
HANDED_BACK = ("content-type", "request-id", "retry-after")
HANDED_BACK_PREFIXES = ("stripe-", "idempoten", "original-request")
PATIENCE = 90.0

REFUSAL = (
    "carom record works with test mode alone: this request carries a live key, and nothing was"
    " sent on. Use the test key of a sandbox."
)
NOT_RECORDED = (
    "carom record knows the paths under /v1, with GET, POST and DELETE; nothing was sent on."
)


class Recorder:
    """Holds the recording while it grows."""

    def __init__(self, folder: Path, name: str, scrubber: Scrubber) -> None:
        self._folder = folder
        self._name = name
        self._scrubber = scrubber
        self._interactions: list[Interaction] = []

    @property
    def count(self) -> int:
        return len(self._interactions)

    def note(self, request: Request, sent: bytes, answer: httpx.Response) -> None:
        """Take down one exchange and write the file."""
        encoded = sent.decode() if request.method == "POST" else request.url.query
        params = tuple(parse_qsl(encoded, keep_blank_values=True))
        self._interactions.append(
            Interaction(
                method=cast(Method, request.method),
                path=request.url.path,
                params=self._scrubber.params(params),
                at=_answered_at(answer),
                status=answer.status_code,
                response=self._scrubber.body(answer.json()),
                version=request.headers.get("stripe-version"),
                account=request.headers.get("stripe-account"),
                key=UNUSABLE if answer.status_code == 401 else None,
            )
        )
        write(self._folder, Recording(self._name, tuple(self._interactions)))


def proxy(
    upstream: str, recorder: Recorder, told: Callable[[str], None] = lambda _: None
) -> Starlette:
    """The application; `told` gets a line for each exchange."""
    client = httpx.AsyncClient(base_url=upstream, timeout=PATIENCE, trust_env=False)

    async def passed_on(request: Request) -> Response:
        sent = await request.body()
        if _is_live(request.headers, sent):
            return _refused(403, REFUSAL)
        if request.method not in METHODS or not request.url.path.startswith("/v1/"):
            return _refused(404, NOT_RECORDED)
        try:
            answer = await client.request(
                request.method,
                request.url.path,
                params=request.url.query.encode() or None,
                content=sent,
                headers={key: value for key, value in request.headers.items() if key in PASSED_ON},
            )
        except httpx.TransportError as fault:
            return _refused(502, f"carom record cannot reach {upstream}: {fault!r}")
        recorder.note(request, sent, answer)
        told(f"{answer.status_code} {request.method} {request.url.path}")
        return Response(answer.content, answer.status_code, _handed_back(answer.headers))

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        async with client:
            yield

    route = Route("/{path:path}", passed_on, methods=["GET", "POST", "DELETE", "PUT", "PATCH"])
    return Starlette(routes=[route], lifespan=lifespan)


def _answered_at(answer: httpx.Response) -> int:
    return int(parsedate_to_datetime(answer.headers["date"]).timestamp())


def _handed_back(headers: Mapping[str, str]) -> dict[str, str]:
    return {
        key: value
        for key, value in headers.items()
        if key in HANDED_BACK or key.startswith(HANDED_BACK_PREFIXES)
    }


def _is_live(headers: Mapping[str, str], sent: bytes) -> bool:
    """Whether a live key is anywhere in the request, Basic's coded form among it."""
    scheme, _, rest = headers.get("authorization", "").strip().partition(" ")
    credentials = rest
    if scheme.lower() == "basic":
        try:
            credentials = b64decode(rest).decode("utf-8", "replace")
        except NotBase64:
            credentials = ""
    return bool(LIVE.search(credentials) or LIVE.search(sent.decode("utf-8", "replace")))


def _refused(status: int, message: str) -> Response:
    error: dict[str, Any] = {"message": message, "type": "invalid_request_error"}
    return JSONResponse({"error": error}, status)
