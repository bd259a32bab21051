"""The contract harness on PostgreSQL: the app keeps its promises there, in the order of the stories
and in others, and a broken twin is found.

On SQLite, and for all stories, `tests/harness/test_reference_app.py` does the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

import scenarios
from harness.app.config import Config, load_config
from harness.checking import opened
from harness.explore.explorer import Explorer, Options
from harness.model.invariants import INVARIANTS
from tests.postgres import Cluster
from tests.reference_app.town import ROOT

STORIES = ("duplicate_deliveries", "old_news_after_new")
EXPLORED = "bought_and_ended"


@pytest.fixture
def config(postgres: Cluster) -> Iterator[Config]:
    """The app's own, with an empty database in PostgreSQL."""
    found = load_config(ROOT / "reference_app" / "carom.toml", INVARIANTS)
    with postgres.database() as urls:
        env = {
            **found.launch.env,
            **urls.environment(),
            "DATABASE_OWNER_URL": urls.owner,  # for its memory: each schedule begins anew
        }
        yield replace(found, launch=replace(found.launch, env=env, command=()))


@pytest.mark.parametrize("name", STORIES)
def test_a_story_holds(config: Config, name: str) -> None:
    with opened(config, seed=7, in_process=True) as bench:
        finished = bench.run(scenarios.find(name), lambda _: None)
    assert finished.problem is None
    assert finished.verdict == "holds"
    assert finished.kept


def test_a_story_holds_twice_over_and_the_twin_without_a_lock_is_found(config: Config) -> None:
    """Between schedules the database is put back: the second time is as the first."""
    stories = [scenarios.load_story(scenarios.STORIES / f"{EXPLORED}.yaml")]
    with opened(config, seed=7, in_process=True) as bench, bench.theatre() as theatre:
        prompt = Options(departures=0, strategies=("near",), isolation=False)
        correct = Explorer(theatre, prompt).explore(stories)
        assert (correct.findings, correct.schedules >= 1) == ([], True)

        near = Options(departures=1, strategies=("near",), max_findings=1, shrink_runs=0)
        twin = theatre.recast({"APP_MUTANT": "refetch_without_lock"})
        broken = Explorer(twin, near).explore(stories)
        assert [each.broken.invariant for each in broken.findings] == ["no-phantom-grant"]
