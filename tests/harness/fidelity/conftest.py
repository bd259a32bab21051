"""A Carom that stands in for Stripe while it is recorded, and one that is verified."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from itertools import count
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from stripe._encode import _api_encode

from harness.fidelity import Recording, Verdict, load, replay
from harness.fidelity.proxy import Recorder, proxy
from harness.fidelity.scrubbing import Scrubber
from harness.fidelity.upstream import Upstream
from simulator import Running, Simulator, running

_keys = count(1)
VERSION = "2026-10-28.endive"


class Calls:
    """Calls an ASGI application in process, as a test that waits for each answer."""

    def __init__(self, client: httpx.AsyncClient, loop: asyncio.AbstractEventLoop) -> None:
        self._client = client
        self._loop = loop

    def request(self, method: str, path: str, **more: Any) -> httpx.Response:
        return self._loop.run_until_complete(self._client.request(method, path, **more))


@contextmanager
def calls(app: Starlette) -> Iterator[Calls]:
    """The application with its lifespan, on a loop of its own."""
    transport = httpx.ASGITransport(app)
    client = httpx.AsyncClient(transport=transport, base_url="http://proxy", trust_env=False)
    lifespan = app.router.lifespan_context(app)
    with asyncio.Runner() as runner:
        loop = runner.get_loop()
        loop.run_until_complete(lifespan.__aenter__())
        yield Calls(client, loop)
        loop.run_until_complete(client.aclose())
        loop.run_until_complete(lifespan.__aexit__(None, None, None))


@pytest.fixture
def call_application() -> Callable[[Starlette], AbstractContextManager[Calls]]:
    return calls


class Recorded:
    """An application under a recording proxy. `call` answers as the proxy does."""

    def __init__(self, client: Calls, file: Path) -> None:
        self._client = client
        self._file = file
        self._key = f"sk_test_recorded{next(_keys)}"

    def call(
        self, method: str, path: str, *, headers: dict[str, str] | None = None, **params: Any
    ) -> httpx.Response:
        encoded = list(_api_encode(params))
        sent: dict[str, Any] = {"data": dict(encoded)} if method == "POST" else {"params": encoded}
        given = {"Authorization": f"Bearer {self._key}", "Stripe-Version": VERSION}
        return self._client.request(method, path, headers={**given, **(headers or {})}, **sent)

    def post(self, path: str, **params: Any) -> dict[str, Any]:
        return self._body(self.call("POST", path, **params))

    def get(self, path: str, **params: Any) -> dict[str, Any]:
        return self._body(self.call("GET", path, **params))

    def delete(self, path: str, **params: Any) -> dict[str, Any]:
        return self._body(self.call("DELETE", path, **params))

    def recording(self) -> Recording:
        return load(self._file)

    def text(self) -> str:
        return self._file.read_text()

    @staticmethod
    def _body(response: httpx.Response) -> dict[str, Any]:
        body: dict[str, Any] = response.json()
        return body


@pytest.fixture(scope="session")
def stripe_in_real_time() -> Iterator[Running]:
    """A second Carom, on a real clock, in the place of Stripe."""
    with running(Simulator(seed=99, clock="real")) as served:
        yield served


@pytest.fixture
def recorded(stripe_in_real_time: Running, tmp_path: Path) -> Iterator[Recorded]:
    recorder = Recorder(tmp_path, "session", Scrubber())
    with calls(proxy(stripe_in_real_time.url, recorder)) as client:
        yield Recorded(client, tmp_path / "session.json")


@pytest.fixture(scope="session")
def verified_carom() -> Iterator[Running]:
    with running(Simulator(clock="virtual")) as served:
        yield served


@pytest.fixture
def verify(verified_carom: Running) -> Callable[[Recording], Verdict]:
    """Replay a recording against an account of its own."""

    def verify(recording: Recording) -> Verdict:
        with Upstream(verified_carom.url, f"sk_test_verified{next(_keys)}") as upstream:
            return replay(recording, upstream)

    return verify
