"""`carom coverage` and `carom serve --strict`."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import httpx
import pytest
from typer.testing import CliRunner

from harness import cli
from harness.commands import serve as serving
from simulator import coverage


def carom(*words: str) -> str:
    result = CliRunner().invoke(cli.app, list(words))
    assert result.exit_code == 0, result.output
    return result.output


def test_the_table_has_a_line_for_each_resource_and_the_totals() -> None:
    told = carom("coverage")
    assert "/v1/subscriptions" in told
    totals = coverage().totals()
    assert f"{totals['stored']} stored" in told


def test_all_names_every_endpoint() -> None:
    lines = carom("coverage", "--all").splitlines()
    assert "simulated POST /v1/subscriptions" in lines
    assert "stored    POST /v1/payouts" in lines


def test_json_is_whole() -> None:
    told = json.loads(carom("coverage", "--json"))
    assert told["totals"] == coverage().totals()
    assert told["families"]["/v1/payouts"]["POST /v1/payouts"] == "stored"


@pytest.mark.parametrize(("words", "status"), [((), 200), (("--strict",), 501)])
def test_strict_refuses_what_is_only_shaped(
    monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], status: int
) -> None:
    served: list[Any] = []
    monkeypatch.setattr(serving, "serve", lambda simulator, *_, **__: served.append(simulator))
    carom("serve", *words)

    async def ask() -> int:
        transport = httpx.ASGITransport(app=served[0])
        async with httpx.AsyncClient(transport=transport, base_url="http://carom") as client:
            headers = {"Authorization": "Bearer sk_test_strict"}
            answer = await client.get("/v1/reviews", headers=headers)
        await served[0].close()
        return answer.status_code

    assert asyncio.run(ask()) == status
