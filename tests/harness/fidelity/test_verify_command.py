"""`carom verify` and `carom record` on the command line: what they print, and their exit codes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from harness.cli import app
from harness.fidelity import Interaction, Recording, write

AT = 1_767_225_600


def carom(*words: str) -> Result:
    return CliRunner().invoke(app, list(words))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two recordings: one that is right, one that claims what Carom will not answer."""
    listed = {"object": "list", "data": [], "has_more": False, "url": "/v1/events"}
    right = Interaction("GET", "/v1/events", (), AT, 200, listed)
    wrong = Interaction("GET", "/v1/events", (), AT, 200, {**listed, "has_more": True, "more": 1})
    write(tmp_path, Recording("right", (right,)))
    write(tmp_path, Recording("wrong", (wrong,)))
    return tmp_path


def test_the_table_has_every_recording_the_total_and_what_differs(folder: Path) -> None:
    result = carom("verify", str(folder))
    assert result.exit_code == 0
    words = " ".join(result.output.split())
    assert "right 1 100.0 100.0 100.0 100.0" in words
    assert "wrong 1 100.0 80.0 60.0 0.0" in words
    assert "all 2 2 100.0 88.9 77.8 50.0" in words
    assert "2 differences" in words
    assert "1 more a key that the recording has" in words


def test_one_recording_can_be_chosen(folder: Path) -> None:
    result = carom("verify", str(folder), "--recording", "right")
    assert "wrong" not in result.output
    assert carom("verify", str(folder), "--recording", "no").exit_code == 2


def test_verbose_names_the_request_and_the_place(folder: Path) -> None:
    result = carom("verify", str(folder), "--verbose")
    assert "wrong [0] GET /v1/events" in result.output
    assert "has_more" in result.output


def test_json_says_the_same(folder: Path) -> None:
    told = json.loads(carom("verify", str(folder), "--json").output)
    assert told["total"]["percent"] == {
        "status": 100.0,
        "keys": 88.89,
        "values": 77.78,
        "exact": 50.0,
    }
    assert [each["name"] for each in told["recordings"]] == ["right", "wrong"]
    assert {each["path"] for each in told["differences"]} == {"has_more", "more"}


@pytest.mark.parametrize(
    ("flag", "kept", "broken"),
    [("--min-status", 100, None), ("--min-keys", 80, 90), ("--min-values", 70, 90),
     ("--min-exact", 50, 51)],
)  # fmt: skip
def test_a_share_below_its_minimum_is_exit_code_1(
    folder: Path, flag: str, kept: int, broken: int | None
) -> None:
    assert carom("verify", str(folder), flag, str(kept)).exit_code == 0
    if broken is not None:
        result = carom("verify", str(folder), flag, str(broken))
        assert result.exit_code == 1
        assert f"is below the minimum of {broken} %" in result.output


def test_a_folder_that_has_none_is_wrong_usage(tmp_path: Path) -> None:
    result = carom("verify", str(tmp_path))
    assert result.exit_code == 2
    assert "has no *.json" in result.output


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (("--name", "../up"), "make a file name"),
        (("--upstream", "api.stripe.com"), "must be a URL"),
        (("--name", "taken"), "is there already"),
    ],
)
def test_record_refuses_wrong_usage(tmp_path: Path, words: tuple[str, ...], complaint: str) -> None:
    (tmp_path / "taken.json").write_text("{}")
    result = carom("record", "--out", str(tmp_path), *words)
    assert result.exit_code == 2
    assert complaint in " ".join(result.output.split())
