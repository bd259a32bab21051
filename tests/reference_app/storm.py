"""Fifty deliveries at once of news that contradict each other, while somebody watches the app.

The deliveries are signed events of every age, each several times, to an app of several processes.
The watcher keeps asking what the app shows; the storm is over when every delivery was answered.
"""

from __future__ import annotations

import json
import random
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
import stripe

from tests.reference_app.town import Customer, Town

AT_ONCE = 50
PATIENCE = 60.0
Shown = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Watch:
    """What was seen, one answer after the other."""

    seen: list[Shown] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


@contextmanager
def watched(customer: Customer) -> Iterator[Watch]:
    """Asks again and again, over one connection, until the block ends."""
    watch, over = Watch(), threading.Event()

    def look() -> None:
        with httpx.Client(base_url=customer.base_url, cookies=customer.cookies) as browser:
            while not over.is_set():
                answer = browser.get("/api/entitlement", timeout=PATIENCE)
                if answer.status_code == 200:
                    watch.seen.append(answer.json())
                else:
                    watch.problems.append(f"{answer.status_code}: {answer.text}")

    watcher = threading.Thread(target=look)
    watcher.start()
    try:
        yield watch
    finally:
        over.set()
        watcher.join(PATIENCE)


def signed(event: Any, secret: str) -> tuple[bytes, dict[str, str]]:
    """The webhook of `event`: body and headers."""
    body = json.dumps(event, indent=2).encode()
    signature = stripe.WebhookSignature.generate_signature_header(
        body.decode(), secret, int(time.time())
    )
    return body, {"Stripe-Signature": signature, "Content-Type": "application/json"}


def storm(
    town: Town, events: Sequence[Any], seed: int, meanwhile: Callable[[], None] = lambda: None
) -> list[httpx.Response]:
    """Deliver `AT_ONCE` webhooks at once: each event at least once, in an order drawn by `seed`.

    `meanwhile` runs as soon as the first of them is under way.
    """
    chance = random.Random(seed)
    chosen = [*events, *chance.choices(events, k=max(0, AT_ONCE - len(events)))][:AT_ONCE]
    chance.shuffle(chosen)
    start = threading.Barrier(len(chosen) + 1, timeout=PATIENCE)
    limits = httpx.Limits(max_connections=len(chosen))

    def deliver(event: Any) -> httpx.Response:
        body, headers = signed(event, town.secret)
        start.wait()
        return browser.post("/webhooks/stripe", content=body, headers=headers)

    with (
        httpx.Client(
            base_url=town.app, timeout=PATIENCE, limits=limits, trust_env=False
        ) as browser,
        ThreadPoolExecutor(max_workers=len(chosen)) as couriers,
    ):
        sent = [couriers.submit(deliver, event) for event in chosen]
        start.wait()
        meanwhile()
        return [each.result(PATIENCE) for each in sent]
