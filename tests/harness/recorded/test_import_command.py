"""`carom import`: an export becomes a scenario that runs, and whose deliveries can be reordered."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from harness.app.config import load_config
from harness.checking import opened
from harness.cli import app
from harness.explore.explorer import Explorer, Options
from harness.model.invariants import INVARIANTS
from harness.recorded.writing import moments
from scenarios import load, story_of

REFERENCE = Path(__file__).parents[3] / "reference_app" / "carom.toml"


def carom(*words: str | Path) -> Result:
    return CliRunner().invoke(app, [str(word) for word in words])


def imported(export: Path, prices: list[str], *more: str) -> Result:
    plans = [f"--plan={price}={name}" for price, name in zip(prices, ("basic", "pro"), strict=True)]
    return carom("import", export, "-c", REFERENCE, "--to", export.parent / "out", *plans, *more)


@pytest.fixture
def scenario(export: Path, prices: list[str]) -> Path:
    (export.parent / "out").mkdir()
    told = imported(export, prices)
    assert told.exit_code == 0, told.output
    return export.parent / "out" / "grace.yaml"


def test_what_is_written_is_a_scenario_and_its_events_without_anybodys_name(
    prices: list[str], scenario: Path
) -> None:
    text = scenario.with_suffix(".jsonl").read_text(encoding="utf-8")
    events = [json.loads(line) for line in text.splitlines()]
    assert "navy.example" not in text
    assert "Hopper" not in text
    assert '"livemode": true' not in text
    assert '"team": "compilers"' in text
    keys = {
        item["price"]["id"]: item["price"]["lookup_key"]
        for event in events
        if event["data"]["object"]["object"] == "subscription"
        for item in event["data"]["object"]["items"]["data"]
    }
    assert keys == dict(zip(prices, ("basic_monthly", "pro_monthly"), strict=True))
    steps = [step.name for step in load(scenario).steps]
    assert steps[:2] == ["customer: signs up", "customer: starts checkout of basic"]
    brought = [step.subject for step in load(scenario).steps if step.actor == "recording"]
    assert brought[0]["n"] == "1"
    assert brought[-1]["last"] == str(len(events))


def test_a_correct_app_keeps_its_promises_when_it_happens_again(scenario: Path) -> None:
    told = carom("run", scenario, "-c", REFERENCE, "--in-process")
    assert told.exit_code == 0, told.output
    assert "pro, active" in told.output
    assert "no access, canceled" in told.output


def test_other_orders_of_what_was_recorded_find_what_a_broken_app_does(
    scenario: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("APP_MUTANT", "last_write_wins")
    config = load_config(REFERENCE, INVARIANTS)
    with opened(config, 7, in_process=True) as bench, bench.theatre() as theatre:
        options = Options(departures=1, strategies=("near",), max_findings=1, shrink_runs=40)
        explored = Explorer(theatre, options).explore([story_of(load(scenario))])
    (finding,) = explored.findings
    steps = [step.choice.name for step in finding.played.steps]
    assert any(name.startswith("recording: brings events ") for name in steps)
    assert finding.broken.invariant in ("converges", "monotonic", "no-phantom-grant")


def test_a_recording_that_is_gone_or_shorter_gives_no_verdict(scenario: Path) -> None:
    events = scenario.with_suffix(".jsonl")
    events.write_text("".join(events.read_text(encoding="utf-8").splitlines(True)[:5]))
    told = carom("run", scenario, "-c", REFERENCE, "--in-process")
    assert told.exit_code == 3
    assert "has 5 events, none from" in " ".join(told.output.split())


@pytest.mark.parametrize(
    ("more", "problem"),
    [
        (("--customer", "cus_nobody"), "no event is about cus_nobody"),
        (("--plan", "price_1"), '"price_1" is no pair'),
        (("--plan", "price_1=por"), 'has no plan por. Did you mean "pro"?'),
        (("--name", "1st"), "must begin with a letter"),
        (("--to", "/nowhere/at/all"), "there is no folder"),
    ],
)
def test_a_wrong_word_is_refused_and_nothing_is_written(
    export: Path, prices: list[str], more: tuple[str, ...], problem: str
) -> None:
    (export.parent / "out").mkdir()
    told = imported(export, prices, *more)
    assert told.exit_code == 2, told.output
    assert problem in " ".join(told.output.split())
    assert list((export.parent / "out").iterdir()) == []


def test_a_price_that_is_nobodys_plan_is_asked_for(export: Path, prices: list[str]) -> None:
    told = carom("import", export, "-c", REFERENCE, "--to", export.parent, "--name", "other")
    assert told.exit_code == 2
    assert f"Say --plan {prices[0]}=PLAN" in " ".join(told.output.split())


def test_a_bad_line_is_told_and_nothing_is_written(export: Path, prices: list[str]) -> None:
    (export.parent / "out").mkdir()
    with export.open("a", encoding="utf-8") as lines:
        lines.write("{\n")
    told = imported(export, prices)
    assert told.exit_code == 2
    assert "grace.jsonl:39: not valid JSON" in " ".join(told.output.split())
    assert list((export.parent / "out").iterdir()) == []


def test_of_several_customers_one_must_be_chosen(
    export: Path, prices: list[str], events: list[dict[str, Any]]
) -> None:
    other = {**events[6], "id": "evt_other"}
    other["data"] = {"object": {**events[6]["data"]["object"], "id": "cus_other"}}
    with export.open("a", encoding="utf-8") as lines:
        lines.write(json.dumps(other) + "\n")
    (export.parent / "out").mkdir()
    told = imported(export, prices)
    assert told.exit_code == 2
    assert "about 2 customers; say --customer" in " ".join(told.output.split())
    mine = events[6]["data"]["object"]["id"]
    assert imported(export, prices, "--customer", mine).exit_code == 0


def test_a_recording_is_never_written_over(scenario: Path, export: Path, prices: list[str]) -> None:
    before = scenario.read_bytes()
    told = imported(export, prices)
    assert told.exit_code == 2
    assert "is there already" in told.output
    assert scenario.read_bytes() == before


def test_a_moment_is_what_came_of_one_request_or_one_second() -> None:
    def event(created: int, request: str | None) -> dict[str, Any]:
        return {"created": created, "request": {"id": request}}

    told = [event(1, "a"), event(2, "a"), event(2, "b"), event(3, None), event(3, None)]
    assert list(moments([*told, event(4, None)])) == [(1, 2), (3, 3), (4, 5), (6, 6)]
