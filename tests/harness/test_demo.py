"""`carom demo`: the round trip over sockets, the same bytes for the same seed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from harness.cli import app


def demo(seed: int, out: Path) -> tuple[str, bytes, bytes]:
    result = CliRunner().invoke(app, ["demo", "--seed", str(seed), "--out", str(out)])
    assert result.exit_code == 0, result.output
    told = result.output.rsplit("\n", 2)[0]
    return told, (out / "events.jsonl").read_bytes(), (out / "webhooks.jsonl").read_bytes()


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, bytes, bytes]:
    return demo(7, tmp_path_factory.mktemp("first"))


def documents(lines: bytes) -> list[dict[str, Any]]:
    return [json.loads(line) for line in lines.splitlines()]


def test_it_tells_the_story_and_ends_in_success(first: tuple[str, bytes, bytes]) -> None:
    told = [" ".join(line.split()) for line in first[0].splitlines()]
    story = [
        "pays with 4242",
        "checkout.session.completed: 200 pro, active",
        "cancels customer.subscription.updated unchanged",
        "returns unchanged",
        "customer.subscription.updated: 200 pro, active, until Feb 09",
        "customer.subscription.deleted: 200 no access, canceled",
        "holds round_trip",
    ]
    places = iter(told)
    for chapter in story:
        assert any(chapter in line for line in places), chapter


def test_the_same_seed_gives_the_same_bytes(
    first: tuple[str, bytes, bytes], tmp_path: Path
) -> None:
    assert demo(7, tmp_path) == first


def test_another_seed_gives_other_ids_and_the_same_story(
    first: tuple[str, bytes, bytes], tmp_path: Path
) -> None:
    _, events, webhooks = demo(8, tmp_path)
    before, after = documents(first[1]), documents(events)
    assert [event["type"] for event in before] == [event["type"] for event in after]
    assert not {event["id"] for event in before} & {event["id"] for event in after}
    assert [w["type"] for w in documents(webhooks)] == [w["type"] for w in documents(first[2])]
