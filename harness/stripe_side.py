"""Stripe as the harness sees it: the API with a secret key, and Carom's control API beside it.

The harness reads the truth through the public API, as anybody could. Its own requests are told
from the app's by their `Request-Id`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import httpx

from harness.app.config import Plan
from harness.app.http import SocketTransport
from harness.app.protocol import Transport
from simulator import ControlClient

Obj = dict[str, Any]


class StripeRefused(Exception):
    """Stripe said no to something the harness asked for; the story cannot go on.

    `code` is that of Stripe's error, such as `resource_missing`.
    """

    def __init__(self, asked: str, answer: Obj) -> None:
        error = answer.get("error", {})
        self.code = error.get("code")
        super().__init__(f"Stripe answered {asked} with {error.get('message', answer)}")


class Control(Protocol):
    """What the harness asks of the control API; `ControlClient` asks it over a socket."""

    def reset(self, seed: int, policy: Any, start: int, public_url: str) -> Any: ...

    def world(self) -> Any: ...

    def advance(self, seconds: int | None = None, to: int | None = None) -> Any: ...

    def events(self, after: int = 0) -> Any: ...

    def bring(self, events: Sequence[Obj]) -> Any: ...

    def requests(self, after: int = 0) -> Any: ...

    def deliveries(self, after: int = 0) -> Any: ...

    def take(self, delivery: str) -> Any: ...

    def answer(
        self, delivery: str, status: int | None, error: str | None = None, body: str = ""
    ) -> Any: ...

    def change_settings(self, **settings: Any) -> Any: ...

    def fault(self, kind: Any, times: int = 1) -> Any: ...

    def clear_faults(self) -> Any: ...

    def close(self) -> None: ...


class StripeSide:
    """One account. `events` of before the run began (the catalog's) are not part of the story."""

    def __init__(self, url: str, key: str) -> None:
        self.url = url
        self.key = key
        self.control: Control = ControlClient(url, key)
        self._api = httpx.Client(
            base_url=url,
            headers={"Authorization": f"Bearer {key}"},
            trust_env=False,
            timeout=30.0,
        )
        self._mine: set[str] = set()
        self._requests_seen = 0
        self._events_seen = 0
        self._names: dict[str, str] = {}
        self._counts: Counter[str] = Counter()

    def close(self) -> None:
        self.control.close()
        self._api.close()

    def pages(self) -> Transport:
        """Leads to the hosted pages."""
        return SocketTransport(self.url, "the simulated Stripe")

    def begin(self) -> None:
        """From now on what happens belongs to the story, and its events are counted anew."""
        self._names.clear()
        self._counts.clear()
        self._events_seen = self.control.events(0)["next"]
        self._requests_seen = self.control.requests(0)["next"]
        self._counts.clear()
        self._names.clear()

    def call(self, method: str, path: str, form: Mapping[str, str] | None = None) -> Obj:
        """One API request, in Stripe's form encoding; `StripeRefused` with Stripe's words if it
        fails.
        """
        if method == "GET":
            reply = self._api.request(method, path, params=form)
        else:
            reply = self._api.request(method, path, data=form)
        self._mine.add(reply.headers.get("Request-Id", ""))
        answer: Obj = reply.json()
        if reply.status_code >= 400:
            raise StripeRefused(f"{method} {path}", answer)
        return answer

    def subscriptions(self, customer: str | None) -> list[Obj]:
        """All subscriptions of the customer, ended ones too, newest first. A deleted customer has
        none any more.
        """
        if customer is None:
            return []
        form = {"customer": customer, "status": "all", "limit": "100"}
        try:
            return list(self.call("GET", "/v1/subscriptions", form)["data"])
        except StripeRefused as fault:
            if fault.code == "resource_missing":
                return []
            raise

    def latest_invoice(self, customer: str) -> Obj | None:
        form = {"customer": customer, "limit": "1"}
        found = self.call("GET", "/v1/invoices", form)["data"]
        return found[0] if found else None

    def paid_invoices(self, customer: str | None) -> int | None:
        """How many of the customer's invoices were paid with something. `None` for a deleted one,
        of whom nothing more is known.
        """
        if customer is None:
            return 0
        form = {"customer": customer, "status": "paid", "limit": "100"}
        try:
            found = self.call("GET", "/v1/invoices", form)["data"]
        except StripeRefused as fault:
            if fault.code == "resource_missing":
                return None
            raise
        return len([each for each in found if each["amount_paid"] > 0])

    def products(self, plans: Mapping[str, Plan]) -> dict[str, str]:
        """The products of the plans' prices, and which plan each is; not those that are several."""
        found: dict[str, set[str]] = {}
        for name, plan in plans.items():
            page = self.call("GET", "/v1/prices", {"lookup_keys[0]": plan.lookup_key})
            for price in page["data"]:
                found.setdefault(price["product"], set()).add(name)
        return {product: name for product, (name, *more) in found.items() if not more}

    def price(self, lookup_key: str) -> Obj:
        found = self.call("GET", "/v1/prices", {"lookup_keys[0]": lookup_key})["data"]
        if not found:
            problem = f"no price with the lookup key {lookup_key}: is [setup] complete?"
            raise StripeRefused("GET /v1/prices", {"error": {"message": problem}})
        return dict(found[0])

    def now(self) -> int:
        return int(self.control.world()["now"])

    def new_events(self) -> list[str]:
        """Names of the events since the last question, oldest first: `invoice.paid#2` is the
        second.
        """
        page = self.control.events(self._events_seen)
        self._events_seen = page["next"]
        for event in page["events"]:
            self._counts[event["type"]] += 1
            self._names[event["id"]] = f"{event['type']}#{self._counts[event['type']]}"
        return [self._names[event["id"]] for event in page["events"]]

    def event_name(self, event_id: str) -> str:
        if event_id not in self._names:
            raise KeyError(f"{event_id} has not been seen: new_events() comes first")
        return self._names[event_id]

    def app_calls(self) -> list[str]:
        """The app's own requests to Stripe since the last question: `POST /v1/customers`."""
        page = self.control.requests(self._requests_seen)
        self._requests_seen = page["next"]
        return [
            f"{each['method']} {each['path']}"
            for each in page["requests"]
            if each["id"] not in self._mine
        ]


def session_id(url: str) -> str:
    """The Checkout session that a Checkout address is for."""
    path = url.partition("#")[0].partition("?")[0]
    return path.rstrip("/").rpartition("/")[2]


__all__ = ["Control", "Obj", "StripeRefused", "StripeSide", "session_id"]
