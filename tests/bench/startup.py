"""From `carom serve` to the first answer of the Stripe API."""

from __future__ import annotations

from http.client import HTTPConnection
from time import monotonic, perf_counter, sleep

from tests.bench.figure import Figure, Measured
from tests.bench.servers import CAROM, STARTING, started
from tests.bench.shop import KEY

TARGET = 1.0
ROUNDS = 3


def measure() -> Measured:
    yield Figure(
        "the first answer after a start", min(_first() for _ in range(ROUNDS)), "s", TARGET
    )


def _first() -> float:
    began = perf_counter()
    with started(CAROM) as (_, port):
        deadline = monotonic() + STARTING
        while not _answers(port):
            if monotonic() > deadline:
                raise TimeoutError(f"no answer within {STARTING:g} s")
            sleep(0.005)
        return perf_counter() - began


def _answers(port: int) -> bool:
    connection = HTTPConnection("127.0.0.1", port, timeout=STARTING)
    try:
        connection.request("GET", "/v1/customers", headers={"Authorization": f"Bearer {KEY}"})
        return connection.getresponse().status == 200
    except ConnectionRefusedError:
        return False
    finally:
        connection.close()
