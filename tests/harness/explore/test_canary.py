"""The canary: an app that fails in one schedule out of a hundred by design. Whoever says that it
holds does not look; here the whole way is gone, from the search to the exit code.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from rich.console import Console
from toys import ToyStage, story_of

from harness.app.config import load_config
from harness.explore.events import ExplorationFinished, Found
from harness.explore.explorer import Explorer, Options
from harness.explore.finding import read_finding
from harness.explore.strategies import Walk
from harness.model.invariants import INVARIANTS
from harness.replay import replay
from harness.report.exploration import ExplorationReport, exit_code_of
from harness.run_events import CheckStarted

STORY = story_of(a=5)
CONFIG = Path(__file__).parents[3] / "reference_app" / "carom.toml"
RANDOM = Options(departures=0, strategies=("walk", "pct"), random_runs=1500, max_findings=1)


def test_it_fails_in_about_one_schedule_out_of_a_hundred() -> None:
    stage, walk = ToyStage("canary"), Walk(7, 3000)
    played = {}
    while walk.next_run():
        run = stage.play(STORY, walk)
        played[run.transcript] = bool(run.breaks)
    assert 0.005 < sum(played.values()) / len(played) < 0.02


def test_it_is_found_shrunk_written_told_and_ends_with_status_1(tmp_path: Path) -> None:
    screen = Console(record=True, width=80)
    report = ExplorationReport(screen)
    report(CheckStarted(load_config(CONFIG, INVARIANTS), 7, ()))
    stage = ToyStage("canary")
    explored = Explorer(
        stage, RANDOM, lambda found: report(Found(found, found.write(tmp_path)))
    ).explore([STORY])
    report(ExplorationFinished(explored, 1.0))
    (path,) = tmp_path.iterdir()
    told = screen.export_text()
    assert "converges broken in" in told
    assert "exploration: broken, 1 finding" in told
    assert exit_code_of(explored) == 1
    assert {replay(read_finding(path), stage).verdict for _ in range(10)} == {"BROKEN"}
    assert replay(read_finding(path), ToyStage(), follow=True).verdict == "FIXED"


def test_every_seed_finds_it() -> None:
    for seed in range(10):
        explored = Explorer(ToyStage("canary"), replace(RANDOM, seed=seed, shrink_runs=0))
        assert explored.explore([STORY]).findings


def test_its_sound_twin_is_not_said_to_be_broken() -> None:
    explored = Explorer(ToyStage(), RANDOM).explore([STORY])
    assert not explored.findings
    assert exit_code_of(explored) == 0
