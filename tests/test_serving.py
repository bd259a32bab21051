"""A simulator beside the caller: its loop can be borrowed, and given back."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from concurrent.futures import Future

import httpx
import pytest

from simulator import Running, Simulator, running


@pytest.fixture
def served() -> Iterator[Running]:
    with running(Simulator()) as simulator:
        yield simulator


def answers(served: Running) -> bool:
    return httpx.get(f"{served.url}/_carom/health", trust_env=False, timeout=5).is_success


async def thread_of(_simulator: Simulator) -> int:
    return threading.get_ident()


def test_it_serves_from_a_thread_of_its_own(served: Running) -> None:
    assert answers(served)
    assert served.inside(thread_of) != threading.get_ident()
    assert served.ask(lambda _: threading.get_ident()) != threading.get_ident()


def test_whoever_borrows_the_loop_is_answered_on_the_spot(served: Running) -> None:
    with served.here():
        assert served.is_here
        assert served.inside(thread_of) == threading.get_ident()
        assert served.ask(lambda _: threading.get_ident()) == threading.get_ident()
    assert not served.is_here
    assert answers(served)


def in_a_thread(work: Future[bool], served: Running) -> threading.Thread:
    def run() -> None:
        work.set_result(answers(served))

    thread = threading.Thread(target=run)
    thread.start()
    return thread


def test_others_are_served_while_the_borrower_waits(served: Running) -> None:
    with served.here():
        answered: Future[bool] = Future()
        thread = in_a_thread(answered, served)
        served.wait(answered, seconds=5)
        assert answered.result(0)
        thread.join()


def test_the_borrower_waits_no_longer_than_it_says(served: Running) -> None:
    never: Future[None] = Future()
    with served.here():
        served.wait(never, seconds=0.01)
    served.wait(never, seconds=0.01)
    assert not never.done()


def test_the_loop_runs_by_itself_for_what_makes_the_borrower_wait(served: Running) -> None:
    with served.here():
        with served.elsewhere():
            assert not served.is_here
            assert answers(served)
        assert served.is_here


def test_another_thread_can_go_on_in_the_place_of_the_borrower(served: Running) -> None:
    asked: Future[int] = Future()

    def go_on() -> None:
        served.move_here()
        asked.set_result(served.ask(lambda _: threading.get_ident()))

    with served.here():
        thread = threading.Thread(target=go_on)
        thread.start()
        thread.join()
        assert asked.result(0) == thread.ident


def test_a_loop_of_the_borrowers_own_is_no_obstacle(served: Running) -> None:
    async def borrow() -> int:
        with served.here():
            return served.inside(thread_of)

    answered: Future[tuple[int, int]] = Future()

    def asking() -> None:
        answered.set_result((asyncio.run(borrow()), threading.get_ident()))

    thread = threading.Thread(target=asking)
    thread.start()
    thread.join()
    there, here = answered.result(0)
    assert there == here
