"""What somebody asks of an exploration on the command line, and who is set to it."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from harness.app.config import load_config
from harness.checking import Bench, is_ours
from harness.cli import app
from harness.exploring import Wanted, executor_of, seed_of
from harness.model.invariants import INVARIANTS

REFERENCE = Path(__file__).parents[2] / "reference_app" / "carom.toml"
COMMIT = "688ce2b1d0c94fd2a3b17c9c35d7f0c1a2b3c4d5"


def test_a_commit_is_a_seed_that_every_reader_of_json_can_hold() -> None:
    assert seed_of("7") == 7
    assert seed_of(COMMIT) == int(COMMIT[:13], 16) < 2**53
    assert seed_of(COMMIT) == seed_of(COMMIT) != seed_of(COMMIT[::-1])


@pytest.mark.parametrize("wrong", ["", "x", "-1", COMMIT[:7], COMMIT.upper(), "9" * 16])
def test_what_is_no_seed_is_refused_with_what_is_one(wrong: str) -> None:
    with pytest.raises(ValueError, match="a number, or a commit in full"):
        seed_of(wrong)


@pytest.mark.parametrize(
    ("option", "word", "problem"),
    [
        ("--seed", "abc", "a commit in full"),
        ("--jobs", "many", "say 1, 2, ... or auto"),
        ("--executor", "threads", "none of inline, processes and dask://host:port"),
        ("--strategy", "nere", "there is no nere"),
        ("--budget", "soon", "is no time"),
    ],
)
def test_a_wrong_word_ends_the_command_with_status_2(option: str, word: str, problem: str) -> None:
    ended = CliRunner().invoke(app, ["check", "-c", str(REFERENCE), option, word])
    assert ended.exit_code == 2
    assert problem in " ".join(ended.output.split())


def test_an_app_that_runs_already_is_explored_by_one() -> None:
    config = load_config(REFERENCE, INVARIANTS)
    assert is_ours(config)
    elsewhere = replace(config.launch, command=(), asgi=None, url="http://127.0.0.1:1")
    assert not is_ours(replace(config, launch=elsewhere))
    assert not is_ours(replace(config, stripe=replace(config.stripe, port=12111)))
    bench = Bench("", replace(config, launch=elsewhere), 7)
    for name in ("processes", "dask://127.0.0.1:9"):
        wanted = Wanted(1.0, 1, (), 1, executor=name, jobs=2)
        # The bench has no simulator, and it is the one that is asked.
        with pytest.raises(AssertionError), executor_of(bench, wanted):
            pass


def test_a_cluster_that_cannot_be_reached_is_no_verdict(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setitem(sys.modules, "distributed", None)
    words = ["check", "cancel_now", "-c", str(REFERENCE), "--in-process", "--explore"]
    ended = CliRunner().invoke(app, [*words, "--executor", "dask://127.0.0.1:9"])
    assert ended.exit_code == 3
    assert "pip install 'carom[cluster]'" in " ".join(ended.output.split())
