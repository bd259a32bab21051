"""The Carom that a recording is replayed against: one fresh account of a running server."""

from __future__ import annotations

from collections.abc import Mapping
from types import TracebackType
from typing import Any
from urllib.parse import urlencode

import httpx

from harness.fidelity.compare import Reply
from harness.fidelity.recording import Method, Pairs
from simulator import ControlClient

PATIENCE = 60.0
"""Seconds to wait for one answer."""

UNUSABLE_KEY = "not_an_api_key"


class Upstream:
    """One account, called as the recorded application called Stripe. Times are Unix seconds."""

    def __init__(self, url: str, key: str) -> None:
        self._control = ControlClient(url, key)
        self._key = key
        self._http = httpx.Client(base_url=url, timeout=PATIENCE, trust_env=False)
        self.now = 0

    def __enter__(self) -> Upstream:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._http.close()
        self._control.close()

    def open(self, start: int, settings: Mapping[str, Any]) -> None:
        """A fresh account whose clock stands at `start`."""
        self.now = self._control.reset(policy="held", start=start, settings=settings)["now"]

    def move_to(self, instant: int) -> None:
        """Let time pass up to `instant`; an instant in the past is now."""
        if instant > self.now:
            self.now = self._control.advance(to=instant)["now"]

    def call(
        self,
        method: Method,
        path: str,
        params: Pairs,
        *,
        version: str | None = None,
        account: str | None = None,
        usable: bool = True,
    ) -> Reply:
        """Send one request; a body that is not JSON is given as text."""
        encoded = urlencode(params)
        headers = {
            "Authorization": f"Bearer {self._key if usable else UNUSABLE_KEY}",
            **({"Stripe-Version": version} if version else {}),
            **({"Stripe-Account": account} if account else {}),
        }
        if method == "POST":
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            response = self._http.post(path, content=encoded, headers=headers)
        else:
            url = f"{path}?{encoded}" if encoded else path
            response = self._http.request(method, url, headers=headers)
        try:
            body: Any = response.json()
        except ValueError:
            body = response.text
        return Reply(self.now, response.status_code, body)
