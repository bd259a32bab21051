"""The fixture `webhooks`: the courier of a test.

Webhooks go by type, and by their place among those of one type (`nth`, from 1), never by id. What
is held stays until it is released; each is signed at the moment at which it is brought.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from harness.local_stripe import LocalControl

Carry = Callable[[Mapping[str, str], bytes], int | None]
"""Brings headers and body to an endpoint; the status it answers, or `None` if it does not."""

GIVEN_UP = 1000
"""Webhooks after which a courier who goes on by himself is taken to run in a circle."""


class NoSuchWebhook(LookupError):
    """None has this type and place; what there is instead."""


@dataclass(frozen=True, slots=True)
class Webhook:
    """One delivery. `name` is its type and place, `customer.subscription.updated#2`; `event` and
    `id` are those of the event and the delivery. `state` is Carom's (`held`, `pending`, `retrying`,
    `delivered`, `failed`), or `dropped` if it was taken out of the post; `attempts` are the
    statuses it was answered with so far.
    """

    name: str
    type: str
    event: str
    state: str
    attempts: tuple[int | None, ...]
    id: str

    @property
    def waits(self) -> bool:
        """Whether the endpoint has not accepted it, and may yet."""
        return self.state not in ("delivered", "dropped")


Found = list[Webhook]


@dataclass(frozen=True, slots=True)
class Selector:
    """Those of a type, or one of them; without a type, all."""

    type: str | None = None
    nth: int | None = None

    def takes(self, webhook: Webhook) -> bool:
        name = self.type if self.nth is None else f"{self.type}#{self.nth}"
        return self.type is None or name in (webhook.type, webhook.name)

    def __str__(self) -> str:
        return "webhook" if self.type is None else self.type + (f"#{self.nth}" if self.nth else "")


class Webhooks:
    """All deliveries of one account.

    `prompt`: whatever is not held goes out after each act of the fixture `billing_app`, and with
    `settle()`. Otherwise nothing goes out until it is told to. Without an app of ours and until
    something is held or `connect` is called, the simulator sends by itself to the endpoints that
    are registered, as Stripe does.
    """

    def __init__(
        self, local: LocalControl, carry: Carry | None = None, *, prompt: bool = True
    ) -> None:
        self._local = local
        self._carry = carry
        self._prompt = prompt
        self._holds: list[Selector] = []
        self._dropped: set[str] = set()

    def connect(
        self, call: Callable[..., Any], receive: Carry, events: tuple[str, ...] = ("*",)
    ) -> str:
        """Brings what is to come to `receive(headers, body)`, say a test client of your app, and
        returns the secret that it is signed with. `call` registers the endpoint:
        `stripe_client.v1.webhook_endpoints.create`.
        """
        params = {"url": "http://app.carom.test/webhooks", "enabled_events": list(events)}
        endpoint = call(params)
        self._local.policy("held")
        self._carry = receive
        return str(endpoint["secret"])

    def list(self, type: str | None = None, state: str | None = None) -> Found:
        """Oldest first; of one type, or in one state."""
        found = [each for each in self._all() if type in (None, each.type)]
        return [each for each in found if state in (None, each.state)]

    @property
    def pending(self) -> tuple[str, ...]:
        """Names of what the endpoint has not accepted, oldest first."""
        return tuple(each.name for each in self._all() if each.waits)

    def hold(self, type: str | None = None, nth: int | None = None) -> None:
        """Keeps back all, those of a type, or the nth of them, now and from now on."""
        self._local.policy("held")
        self._holds.append(Selector(type, nth))

    def release(self, type: str | None = None, nth: int | None = None) -> Found:
        """Brings what is pending, oldest first, and holds it no more. Returns what was brought."""
        wanted = Selector(type, nth)
        if type is None:
            self._holds.clear()
        else:
            self._holds = [each for each in self._holds if each != wanted]
        return [self._bring(each) for each in self._all() if each.waits and wanted.takes(each)]

    def reorder(self, *names: str) -> Found:
        """Brings these, in this order; without names all that is pending, newest first."""
        waiting = [each for each in self._all() if each.waits]
        wanted = [self._one(name) for name in names] if names else waiting[::-1]
        return [self._bring(each) for each in wanted]

    def duplicate(self, type: str, nth: int | None = None) -> Webhook:
        """Brings one once more that was delivered: the nth of its type, or the latest."""
        found = [each for each in self.list(type) if Selector(type, nth).takes(each)]
        accepted = [each for each in found if each.state == "delivered"]
        if not accepted:
            raise self._missing(f"no {Selector(type, nth)} was delivered yet")
        return self._bring(accepted[-1])

    def drop(self, type: str, nth: int | None = None) -> Found:
        """Loses what is pending of a type, or the nth of it, for good."""
        wanted = Selector(type, nth)
        found = [each for each in self._all() if each.waits and wanted.takes(each)]
        if not found:
            raise self._missing(f"no {wanted} is pending")
        self._dropped |= {each.id for each in found}
        return [each for each in self._all() if each.id in {lost.id for lost in found}]

    def settle(self) -> Found:
        """Brings each that waits and is not held once, and what comes to wait meanwhile."""
        brought: dict[str, Webhook] = {}
        for _ in range(GIVEN_UP):
            ready = [e for e in self._all() if self._is_free(e) and e.id not in brought]
            if not ready:
                return [*brought.values()]
            brought[ready[0].id] = self._bring(ready[0])
        raise RuntimeError(f"after {GIVEN_UP} webhooks there are always more: {self.pending[-1]}")

    def after_act(self) -> None:
        """Somebody did something; under `prompt` what came of it goes out."""
        if self._prompt:
            self.settle()

    def _is_free(self, webhook: Webhook) -> bool:
        return webhook.waits and not any(each.takes(webhook) for each in self._holds)

    def _all(self) -> Found:
        counts = Counter[str]()
        found = []
        for each in self._local.deliveries(0)["deliveries"]:
            counts[each["type"]] += 1
            state = "dropped" if each["id"] in self._dropped else each["state"]
            statuses = tuple(attempt["status"] for attempt in each["attempts"])
            name = f"{each['type']}#{counts[each['type']]}"
            found.append(Webhook(name, each["type"], each["event"], state, statuses, each["id"]))
        return found

    def _one(self, name: str) -> Webhook:
        """By its name; a type alone means the oldest of it that is pending."""
        kind, _, nth = name.partition("#")
        found = [e for e in self._all() if Selector(kind, int(nth) if nth else None).takes(e)]
        waiting = [each for each in found if each.waits]
        if not waiting:
            raise self._missing(f"no {name} is pending")
        return waiting[0]

    def _bring(self, webhook: Webhook) -> Webhook:
        if self._carry is None:
            self._local.send(webhook.id)
        else:
            taken = self._local.take(webhook.id)
            status = self._carry(taken["headers"], taken["body"].encode())
            error = "no answer" if status is None else None
            self._local.answer(webhook.id, status, error=error)
        return next(each for each in self._all() if each.id == webhook.id)

    def _missing(self, problem: str) -> NoSuchWebhook:
        told = ", ".join(f"{each.name} ({each.state})" for each in self._all()) or "none"
        return NoSuchWebhook(f"{problem}; there are: {told}")
