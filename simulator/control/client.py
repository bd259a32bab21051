"""A typed client of the control API, for test code and the harness.

>>> with ControlClient("http://127.0.0.1:12111", "sk_test_docs") as carom:  # doctest: +SKIP
...     carom.policy("held")
...     carom.advance(seconds=3600)["events"]
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Any, cast

import httpx

from simulator.control.shapes import (
    Advanced,
    DeclinePage,
    DeliveryPage,
    DeliveryShape,
    EventPage,
    FaultKind,
    FaultPage,
    FaultReason,
    Health,
    HoldPage,
    Policy,
    Released,
    RequestPage,
    SettingsShape,
    Snapshots,
    State,
    Taken,
    Worlds,
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
    """One account of a running simulator. Times are Unix seconds of the account's clock.

    `world` is the `Carom-World` header of an account that is one of several for its key.
    """

    def __init__(self, url: str, key: str, world: str | None = None) -> None:
        self.url = url.rstrip("/")
        self.key = key
        self.world_name = world
        headers = {"Authorization": f"Bearer {key}"}
        if world is not None:
            headers["Carom-World"] = world
        self._http = httpx.Client(
            base_url=f"{self.url}/_carom",
            headers=headers,
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
        settings: Mapping[str, Any] | None = None,
    ) -> WorldShape:
        """A fresh account for this key; what is not given is as the server was started.

        `settings` says what its dashboard is set to, such as `payment_method_types`.
        """
        wanted = {
            "seed": seed,
            "policy": policy,
            "start": start,
            "public_url": public_url,
            "settings": settings,
        }
        given = {name: value for name, value in wanted.items() if value is not None}
        return cast(WorldShape, self._post("/world/reset", given))

    def worlds(self) -> Worlds:
        """What is open at the simulator, of all keys."""
        return cast(Worlds, self._get("/worlds"))

    def fork(self, key: str, world: str | None = None) -> WorldShape:
        """Copy this account to `key`, in the place of what is there."""
        to = {"key": key} if world is None else {"key": key, "world": world}
        return cast(WorldShape, self._post("/world/fork", to))

    def snapshot(self, name: str) -> Snapshots:
        """Keep this moment of the account, to `restore` it."""
        return cast(Snapshots, self._post("/world/snapshot", {"name": name}))

    def restore(self, name: str) -> WorldShape:
        """Be as the account was when the snapshot was made."""
        return cast(WorldShape, self._post("/world/restore", {"name": name}))

    def faults(self) -> FaultPage:
        """What is still to go wrong."""
        return cast(FaultPage, self._get("/faults"))

    def fault(
        self,
        kind: FaultKind,
        times: int = 1,
        *,
        method: str | None = None,
        path: str | None = None,
        reason: FaultReason | None = None,
        seconds: float | None = None,
    ) -> FaultPage:
        """Have the next `times` calls go wrong.

        `method` and `path` (a pattern: `/v1/customers/*`) say which calls. `reason` is
        the limiter of a `rate_limit`, `seconds` the wall time of a `delay`.
        """
        wanted = {
            "kind": kind,
            "times": times,
            "method": method,
            "path": path,
            "reason": reason,
            "seconds": seconds,
        }
        given = {name: value for name, value in wanted.items() if value is not None}
        return cast(FaultPage, self._post("/faults", given))

    def clear_faults(self) -> FaultPage:
        """Let nothing more go wrong."""
        return cast(FaultPage, _content(self._http.delete("/faults")))

    def settings(self) -> SettingsShape:
        """What the account's dashboard is set to."""
        return cast(SettingsShape, self._get("/settings"))

    def change_settings(self, **settings: Any) -> SettingsShape:
        """Set the dashboard differently from now on, such as `retry_days=(1, 3)`."""
        return cast(SettingsShape, self._post("/settings", settings))

    def declines(self) -> DeclinePage:
        """Which payments are still to be declined."""
        return cast(DeclinePage, self._get("/payments/fail"))

    def fail_payments(
        self,
        count: int = 1,
        decline_code: str = "generic_decline",
        *,
        customer: str | None = None,
    ) -> DeclinePage:
        """Have the next `count` payments declined: `customer`'s, or anybody's."""
        wanted = {"count": count, "decline_code": decline_code, "customer": customer}
        return cast(DeclinePage, self._post("/payments/fail", wanted))

    def clear_declines(self) -> DeclinePage:
        """Let the cards decide again."""
        return cast(DeclinePage, _content(self._http.delete("/payments/fail")))

    def holds(self) -> HoldPage:
        """What is to be held, and what is."""
        return cast(HoldPage, self._get("/holds"))

    def hold(
        self, times: int = 1, *, method: str | None = None, path: str | None = None
    ) -> HoldPage:
        """Keep back the answers to the next `times` calls; they execute at once."""
        wanted = {"times": times, "method": method, "path": path}
        given = {name: value for name, value in wanted.items() if value is not None}
        return cast(HoldPage, self._post("/holds", given))

    def let_go(self, number: int | None = None) -> HoldPage:
        """Let the answer of one held call go, or all of them."""
        return cast(
            HoldPage, self._post("/holds/release", {} if number is None else {"number": number})
        )

    def clear_holds(self) -> HoldPage:
        """Hold nothing any more, and let all answers go."""
        return cast(HoldPage, _content(self._http.delete("/holds")))

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

    def bring(self, events: Sequence[Mapping[str, Any]]) -> EventPage:
        """Bring in events that happened elsewhere, oldest first, with the objects they show."""
        return cast(EventPage, self._post("/events", {"events": list(events)}))

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
