"""A typed client of the control API, for test code and the harness.

>>> with ControlClient("http://127.0.0.1:12111", "sk_test_docs") as carom:  # doctest: +SKIP
...     carom.policy("held")
...     carom.advance(seconds=3600)["events"]
"""

from __future__ import annotations

from types import TracebackType
from typing import Any, cast

import httpx

from simulator.control.shapes import (
    Advanced,
    DeliveryPage,
    DeliveryShape,
    EventPage,
    Health,
    Policy,
    Released,
    RequestPage,
    State,
    Taken,
    WorldShape,
)

PATIENCE = 300.0
"""Seconds to wait for an answer: an advance waits for every webhook that is sent on the way."""


class ControlRefused(Exception):
    """The control API said no. `status`, `message`, and `param` when a field was at fault."""

    def __init__(self, status: int, message: str, param: str | None = None) -> None:
        super().__init__(f"{message} (HTTP {status})")
        self.status = status
        self.message = message
        self.param = param


class ControlClient:
    """One account of a running simulator. Times are Unix seconds of the account's clock."""

    def __init__(self, url: str, key: str) -> None:
        self.url = url.rstrip("/")
        self.key = key
        self._http = httpx.Client(
            base_url=f"{self.url}/_carom",
            headers={"Authorization": f"Bearer {key}"},
            timeout=httpx.Timeout(PATIENCE, connect=10.0),
            trust_env=False,
        )

    def __enter__(self) -> ControlClient:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        self._http.close()

    def health(self) -> Health:
        return cast(Health, self._get("/health"))

    def world(self) -> WorldShape:
        return cast(WorldShape, self._get("/world"))

    def reset(
        self,
        seed: int | None = None,
        policy: Policy | None = None,
        start: int | None = None,
        public_url: str | None = None,
    ) -> WorldShape:
        """A fresh account for this key; what is not given is as the server was started."""
        wanted = {"seed": seed, "policy": policy, "start": start, "public_url": public_url}
        given = {name: value for name, value in wanted.items() if value is not None}
        return cast(WorldShape, self._post("/world/reset", given))

    def policy(self, policy: Policy) -> WorldShape:
        """`prompt`: webhooks leave at once. `held`: nothing leaves until told."""
        return cast(WorldShape, self._post("/policy", {"policy": policy}))

    def advance(self, seconds: int | None = None, to: int | None = None) -> Advanced:
        """Move the virtual clock by `seconds` or up to `to`."""
        given = {
            name: value
            for name, value in {"seconds": seconds, "to": to}.items()
            if value is not None
        }
        return cast(Advanced, self._post("/clock/advance", given))

    def events(self, after: int = 0) -> EventPage:
        return cast(EventPage, self._get("/events", after=after))

    def requests(self, after: int = 0) -> RequestPage:
        return cast(RequestPage, self._get("/requests", after=after))

    def deliveries(self, after: int = 0, state: State | None = None) -> DeliveryPage:
        chosen = {"state": state} if state else {}
        return cast(DeliveryPage, self._get("/deliveries", after=after, **chosen))

    def send(self, delivery: str) -> DeliveryShape:
        """One attempt now, by the simulator's courier."""
        return cast(DeliveryShape, self._post(f"/deliveries/{delivery}/send"))

    def take(self, delivery: str) -> Taken:
        """One attempt, signed now, to bring to the endpoint oneself; then `answer`."""
        return cast(Taken, self._post(f"/deliveries/{delivery}/take"))

    def answer(
        self, delivery: str, status: int | None, error: str | None = None, body: str = ""
    ) -> DeliveryShape:
        """How the attempt that was taken went; `status=None`: no answer came."""
        told = {"status": status, "error": error, "body": body}
        return cast(DeliveryShape, self._post(f"/deliveries/{delivery}/answer", told))

    def release(self) -> Released:
        """Have all that is held sent, in order."""
        return cast(Released, self._post("/deliveries/release"))

    def _get(self, path: str, **query: Any) -> Any:
        return _content(self._http.get(path, params=query))

    def _post(self, path: str, body: dict[str, Any] | None = None) -> Any:
        return _content(self._http.post(path, json=body))


def _content(response: httpx.Response) -> Any:
    if response.is_success:
        return response.json()
    if response.headers.get("Content-Type", "").startswith("application/json"):
        fault = response.json()["error"]
        raise ControlRefused(response.status_code, fault["message"], fault.get("param"))
    raise ControlRefused(response.status_code, response.text or response.reason_phrase)
