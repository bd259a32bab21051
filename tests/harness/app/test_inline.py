"""Sync handlers run where the loop runs while nothing overlaps, and in threads when it may."""

from __future__ import annotations

import asyncio
import threading
from contextvars import ContextVar

import pytest
from starlette.concurrency import run_in_threadpool

from harness.app.inline import Inline

WHO: ContextVar[str] = ContextVar("who", default="nobody")


def test_a_sync_handler_runs_on_the_thread_of_the_loop() -> None:
    with Inline():
        assert asyncio.run(run_in_threadpool(threading.get_ident)) == threading.get_ident()
    assert asyncio.run(run_in_threadpool(threading.get_ident)) != threading.get_ident()


def test_where_things_overlap_it_runs_in_a_thread() -> None:
    with Inline() as inline:
        inline.threads = True
        assert asyncio.run(run_in_threadpool(threading.get_ident)) != threading.get_ident()


def test_another_loop_than_the_one_that_is_named_goes_on_as_it_would() -> None:
    loop = asyncio.new_event_loop()
    with Inline(loop):
        here = loop.run_until_complete(run_in_threadpool(threading.get_ident))
        elsewhere = asyncio.run(run_in_threadpool(threading.get_ident))
    loop.close()
    assert here == threading.get_ident() != elsewhere


def test_it_finds_what_a_worker_thread_would_find() -> None:
    def handler(word: str, *, times: int) -> str:
        before = WHO.get()
        WHO.set("the handler")
        with pytest.raises(RuntimeError):
            asyncio.get_running_loop()
        return f"{before} {asyncio.run(said(word)) * times}"

    async def said(word: str) -> str:
        return word

    async def request() -> str:
        WHO.set("the caller")
        answer = await run_in_threadpool(handler, "x", times=2)
        assert asyncio.get_running_loop().is_running()
        return f"{answer} {WHO.get()}"

    with Inline():
        assert asyncio.run(request()) == "the caller xx the caller"


def test_what_a_handler_raises_is_raised() -> None:
    def handler() -> None:
        raise KeyError("no")

    async def request() -> None:
        with pytest.raises(KeyError):
            await run_in_threadpool(handler)
        assert asyncio.get_running_loop().is_running()

    with Inline():
        asyncio.run(request())
