"""Requests a second over loopback: one worker of Carom, eight keep-alive connections."""

from __future__ import annotations

from tests.bench.customers import hits
from tests.bench.figure import Figure, Measured
from tests.bench.load import answers_a_second
from tests.bench.servers import carom

TARGETS = {"retrieve a customer": 5_000.0}


def measure() -> Measured:
    with carom() as url:
        for name, hit in hits(url).items():
            rate = max(answers_a_second(url, hit) for _ in range(3))
            yield Figure(name, rate, "/s", TARGETS.get(name), "at least")
