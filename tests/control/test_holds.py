"""Yield points over the control API: an answer is kept back while the world goes on."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from simulator import ControlClient, ControlRefused

PATIENCE = 20.0


def call(carom: ControlClient, method: str, path: str) -> httpx.Response:
    headers = {"Authorization": f"Bearer {carom.key}"}
    return httpx.request(method, carom.url + path, headers=headers, timeout=PATIENCE)


def wait_until_held(carom: ControlClient) -> int:
    while not (held := carom.holds()["held"]):
        pass
    return held[0]["number"]


def test_a_held_call_has_executed_and_is_answered_when_it_is_let_go(carom: ControlClient) -> None:
    carom.hold(method="POST", path="/v1/customers")
    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(call, carom, "POST", "/v1/customers")
        number = wait_until_held(carom)
        assert not answer.done()
        assert len(call(carom, "GET", "/v1/customers").json()["data"]) == 1
        assert carom.let_go(number) == {"holds": [], "held": []}
        assert answer.result(PATIENCE).status_code == 200


def test_a_world_that_is_thrown_away_lets_its_calls_go(carom: ControlClient) -> None:
    carom.hold()
    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(call, carom, "GET", "/v1/customers")
        wait_until_held(carom)
        carom.reset()
        assert answer.result(PATIENCE).status_code == 200
    assert carom.holds() == {"holds": [], "held": []}


def test_what_is_not_held_cannot_be_let_go(carom: ControlClient) -> None:
    assert carom.hold(3)["holds"] == [{"times": 3, "method": None, "path": None}]
    with pytest.raises(ControlRefused, match="no call 7 is held; held are: none"):
        carom.let_go(7)
    assert carom.clear_holds() == {"holds": [], "held": []}
