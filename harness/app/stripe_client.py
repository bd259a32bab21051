"""What an app in this process may be given for its Stripe client: calls without a socket.

It is an HTTP client of Stripe's SDK like any other (`http_client=` of `StripeClient`); retries,
errors and objects stay the SDK's own. An app asks for it with a parameter `http_client` of its
factory, and says so that all its calls to Stripe go through it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import stripe

if TYPE_CHECKING:
    from simulator import Answer, Running, Simulator


class InProcessClient(stripe.HTTPClient):
    """Asks the simulator in this process. Any thread may use it, the loop's own too."""

    name = "carom"

    def __init__(self, running: Running) -> None:
        super().__init__()
        self._running = running

    def request(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str] | None,
        post_data: Any = None,
        *,
        _usage: list[str] | None = None,
    ) -> tuple[str, int, Mapping[str, str]]:
        parts = urlsplit(url)
        given = {name.lower(): value for name, value in (headers or {}).items()}
        body = post_data.encode() if isinstance(post_data, str) else post_data or b""

        def answer(simulator: Simulator) -> Answer:
            return simulator.answer(method.upper(), parts.path, parts.query, given, body)

        if self._running.is_here:
            # The loop cannot go on before this returns, so an answer that is to be kept back is
            # given at once.
            told = answer(self._running.simulator)
            if told.held is not None:
                told.held.released.set()
        else:
            told = self._running.inside(lambda simulator: _when_released(answer(simulator)))
        return told.body.decode(), told.status, Headers(told.headers)

    def close(self) -> None:
        """Nothing is open."""


class Headers(dict[str, str]):
    """The headers of an answer, by their names in any case."""

    def __init__(self, headers: tuple[tuple[str, str], ...]) -> None:
        super().__init__((name.lower(), value) for name, value in headers)

    def __getitem__(self, name: str) -> str:
        return super().__getitem__(name.lower())

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and super().__contains__(name.lower())

    def get(self, name: str, default: Any = None) -> Any:
        return super().get(name.lower(), default)


async def _when_released(answer: Answer) -> Answer:
    if answer.late:
        await asyncio.sleep(answer.late)
    if answer.held is not None:
        await answer.held.released.wait()
    return answer
