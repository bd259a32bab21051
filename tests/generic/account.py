"""An account whose API is called in v1 and v2 as SDKs call it, in process."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import orjson

from simulator.api import Accounts, Answer, Request, StripeApi
from simulator.billing import HANDLERS, INCLUDABLE, LAWS
from simulator.engine import API_VERSION, VirtualClock, World

KEY = "sk_test_generic"
START = 1_767_225_600


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer, read."""

    answer: Answer

    @property
    def status(self) -> int:
        return self.answer.status

    @property
    def headers(self) -> dict[str, str]:
        return dict(self.answer.headers)

    @property
    def body(self) -> Any:
        return orjson.loads(self.answer.body)

    @property
    def error(self) -> Any:
        return self.body["error"]

    @property
    def fidelity(self) -> str:
        return self.headers["Carom-Fidelity"]


class Account:
    """One account; `get`, `post` and `delete` give the answer, whatever it is."""

    def __init__(self) -> None:
        accounts = Accounts(_world)
        self.api = StripeApi(accounts, HANDLERS, INCLUDABLE)
        self.world = accounts.open(KEY)

    def get(self, path: str, **params: Any) -> Reply:
        return self.call("GET", path, params)

    def post(self, path: str, **params: Any) -> Reply:
        return self.call("POST", path, params)

    def delete(self, path: str, **params: Any) -> Reply:
        return self.call("DELETE", path, params)

    def made(self, path: str, **params: Any) -> Any:
        """The object that a POST makes."""
        reply = self.post(path, **params)
        assert reply.status == 200, reply.body
        return reply.body

    def told(self) -> list[str]:
        """The types of all events, oldest first."""
        return [event["type"] for event in self.world.events]

    def call(self, method: str, path: str, params: dict[str, Any], **headers: str) -> Reply:
        named = {
            "authorization": f"Bearer {KEY}",
            "stripe-version": API_VERSION,
            **{name.replace("_", "-"): value for name, value in headers.items()},
        }
        as_json = method == "POST" and path.startswith("/v2/")
        form = "&".join(_pairs(params, ""))
        body = orjson.dumps(params) if as_json else form.encode() if method == "POST" else b""
        query = "" if method == "POST" else form
        return Reply(self.api.answer(Request(method, path, query, named, body)))


def _pairs(value: Any, name: str) -> Iterator[str]:
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _pairs(item, f"{name}[{key}]" if name else key)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _pairs(item, f"{name}[{index}]")
    else:
        text = str(value).lower() if isinstance(value, bool) else str(value)
        yield f"{quote(name, safe='[]')}={quote(text)}"


def _world(key: str) -> World:
    return World(key=key, seed=1, clock=VirtualClock(START), laws=LAWS)
