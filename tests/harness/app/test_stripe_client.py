"""Stripe's SDK on the in-process client: the same objects and errors as over a socket."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import Future

import pytest
import stripe

from harness.app.stripe_client import InProcessClient
from simulator import Held, Hold, Running, Simulator, running

KEY = "sk_test_inprocess"


@pytest.fixture
def served() -> Iterator[Running]:
    with running(Simulator()) as simulator:
        yield simulator


def client(served: Running) -> stripe.StripeClient:
    http_client = InProcessClient(served)
    return stripe.StripeClient(
        KEY, http_client=http_client, base_addresses={"api": "http://nowhere.test"}
    )


@pytest.mark.parametrize("borrowed", [True, False])
def test_objects_lists_and_headers_come_as_over_a_socket(served: Running, borrowed: bool) -> None:
    sdk = client(served)
    if borrowed:
        with served.here():
            made(sdk)
    else:
        made(sdk)


def made(sdk: stripe.StripeClient) -> None:
    customer = sdk.v1.customers.create({"email": "ada@customer.test", "metadata": {"a": "b"}})
    assert customer.last_response is not None
    assert customer.last_response.request_id is not None
    found = sdk.v1.customers.list({"email": "ada@customer.test"}).data
    assert [each.id for each in found] == [customer.id]
    with pytest.raises(stripe.InvalidRequestError) as refused:
        sdk.v1.customers.retrieve("cus_none")
    assert refused.value.code == "resource_missing"
    assert refused.value.request_id is not None


def test_an_answer_that_is_held_comes_when_it_is_let_go(served: Running) -> None:
    sdk, arrived, told = client(served), Future[Held](), Future[str]()
    holds = served.ask(lambda simulator: simulator.desk(f"Bearer {KEY}").holds)

    def call() -> None:
        told.set_result(sdk.v1.customers.create({}).id)

    with served.here():
        served.ask(lambda _: holds.add(Hold(arrived=arrived.set_result)))
        thread = threading.Thread(target=call)
        thread.start()
        served.wait(arrived, seconds=5)
        assert not told.done()
        served.ask(lambda _: holds.release(arrived.result(0).number))
        served.wait(told, seconds=5)
        thread.join()
    assert told.result(0).startswith("cus_")


def test_on_the_loop_itself_nobody_waits(served: Running) -> None:
    holds = served.ask(lambda simulator: simulator.desk(f"Bearer {KEY}").holds)
    with served.here():
        served.ask(lambda _: holds.add(Hold()))
        assert client(served).v1.customers.create({}).id.startswith("cus_")
