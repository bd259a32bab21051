"""The reports of a command: each flag writes what it says, and all of them tell the same."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import xmlschema
from typer.testing import CliRunner, Result

from harness.cli import app
from harness.report.junit import schema

ROOT = Path(__file__).parents[2]
REFERENCE = ROOT / "reference_app" / "carom.toml"


def carom(*words: str) -> Result:
    return CliRunner().invoke(app, list(words))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("reports")


@pytest.fixture(scope="module")
def checked(folder: Path) -> Iterator[Result]:
    """A twin that is checked and explored, with every report there is."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.setenv("APP_MUTANT", "cancel_revokes_now")
        patch.setenv("GITHUB_ACTIONS", "true")
        patch.setenv("GITHUB_STEP_SUMMARY", str(folder / "summary.md"))
        yield carom(
            "check", "redirect_before_webhook_portal", "-c", str(REFERENCE), "--in-process",
            "--explore", "--departures", "0", "--strategy", "near", "--max-findings", "1",
            "--json", "--junit", "out/report.xml", "--html", "out/report.html",
            "--events", "out/events.ndjson",
        )  # fmt: skip


@pytest.fixture(scope="module")
def document(checked: Result) -> dict[str, object]:
    told: dict[str, object] = json.loads(checked.stdout)
    return told


def test_standard_output_is_one_document(checked: Result, document: dict[str, object]) -> None:
    assert checked.exit_code == document["exit_code"] == 1
    assert document["verdict"] == "broken"


def test_the_events_are_lines_from_beginning_to_end(checked: Result, folder: Path) -> None:
    text = (folder / "out" / "events.ndjson").read_text(encoding="utf-8")
    names = [json.loads(line)["event"] for line in text.splitlines()]
    assert checked.exit_code == 1
    assert names[0] == "CheckStarted"
    assert names[-1] == "CheckFinished"
    assert names.count("ScheduleRun") > 0
    assert {"StepTaken", "InvariantBroken", "StoryStarted", "Found", "ShrinkProgress"} <= {*names}


def test_junit_is_accepted_by_its_schema(checked: Result, folder: Path) -> None:
    assert checked.exit_code == 1
    xmlschema.XMLSchema(schema()).validate(str(folder / "out" / "report.xml"))


def test_the_page_draws_what_the_app_and_stripe_said_to_each_other(
    checked: Result, folder: Path
) -> None:
    assert checked.exit_code == 1
    page = (folder / "out" / "report.html").read_text(encoding="utf-8")
    assert "paid-access-kept" in page
    assert "POST /billing/portal → 200" in page
    assert "POST /v1/billing_portal/sessions → 200" in page
    assert "The friendly order beside it" in page


def test_in_github_actions_annotations_and_a_summary_come_by_themselves(
    checked: Result, folder: Path
) -> None:
    errors = [line for line in checked.stderr.splitlines() if line.startswith("::error file=")]
    assert any("title=paid-access-kept broken%2C story" in line for line in errors)
    summary = (folder / "summary.md").read_text(encoding="utf-8")
    assert summary.startswith("## Carom: broken")
    assert "```mermaid" in summary


def test_a_finding_names_its_file(document: dict[str, object], folder: Path) -> None:
    findings = document["findings"]
    assert isinstance(findings, list)
    (finding,) = findings
    assert (folder / finding["path"]).is_file()


def test_strict_has_no_verdict_while_a_promise_is_not_exercised() -> None:
    strict = carom("check", "cancel_now", "-c", str(REFERENCE), "--in-process", "--strict")
    assert strict.exit_code == 3
    assert "not exercised" in strict.output


def test_a_run_that_asserted_nothing_has_no_verdict(tmp_path: Path) -> None:
    config = tmp_path / "carom.toml"
    text = REFERENCE.read_text(encoding="utf-8").replace(
        'directory = ".."', f'directory = "{ROOT}"'
    )
    config.write_text(f'{text}\n[promises]\ninvariants = ["idempotent"]\n', encoding="utf-8")
    scenario = tmp_path / "nothing.yaml"
    scenario.write_text(
        "scenario: nothing\nshows: Nobody asks for anything.\nsteps:\n  - customer: signs up\n",
        "utf-8",
    )
    told = carom("run", str(scenario), "-c", str(config), "--in-process")
    assert told.exit_code == 3
    assert "not exercised" in told.output


def test_a_report_that_cannot_be_written_is_wrong_usage(tmp_path: Path) -> None:
    taken = tmp_path / "file"
    taken.write_text("", encoding="utf-8")
    told = carom(
        "check", "cancel_now", "-c", str(REFERENCE), "--in-process",
        "--events", str(taken / "events.ndjson"),
    )  # fmt: skip
    assert told.exit_code == 2
    assert "--events" in told.output


def test_a_command_that_could_not_begin_writes_its_reports_all_the_same(config_file: Path) -> None:
    junit = config_file.parent / "report.xml"
    told = carom(
        "check", "checkout_then_access", "-c", str(config_file), "--json", "--junit", str(junit)
    )
    assert told.exit_code == 3
    document = json.loads(told.stdout)
    assert document["verdict"] == "no verdict"
    assert "No module named app" in document["problem"]
    xmlschema.XMLSchema(schema()).validate(str(junit))
