"""However the harness leads to an app, and the app to Stripe, the same schedules show the same."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from harness.app.config import load_config
from harness.checking import opened
from harness.explore.choice import Choice, Kind
from harness.explore.theatre import Theatre
from harness.model.invariants import INVARIANTS
from scenarios import STORIES, load_story

ROOT = Path(__file__).parents[3]
KINDS: tuple[Kind, ...] = ("again", "double", "lose", "refuse", "restart", "revisit", "stall")

Seen = dict[tuple[Kind, int], str]

PLAIN = """
import reference_app.asgi


def create():
    return reference_app.asgi.create()
"""


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


class With:
    """The friendly schedule, but one fault of a kind, the `nth` time that it can be."""

    def __init__(self, kind: Kind, nth: int) -> None:
        self._kind = kind
        self._left = nth

    def choose(self, step_index: int, enabled: Sequence[Choice]) -> int:  # noqa: ARG002
        kinds = [choice.kind for choice in enabled]
        self._left -= self._kind in kinds
        return kinds.index(self._kind) if self._kind in kinds and self._left == 0 else 0


def seen(theatre: Theatre) -> Seen:
    story = load_story(STORIES / "bought_and_ended.yaml")
    theatre.remember(story)
    return {
        (kind, nth): theatre.play(story, With(kind, nth)).transcript
        for nth in (1, 2)
        for kind in KINDS
    }


@pytest.fixture(scope="module")
def usual() -> Seen:
    """In process, with calls to Stripe in process, every run played in full."""
    config = load_config(ROOT / "reference_app" / "carom.toml", INVARIANTS)
    with opened(config, seed=7, in_process=True) as bench, bench.theatre() as theatre:
        theatre.branches = False
        found = seen(theatre)
    assert "Stripe answers the app late -> no answer yet" in found["stall", 1]
    assert "Stripe refuses the app -> 502" in found["refuse", 1]
    assert len(set(found.values())) > len(KINDS)
    return found


def test_runs_that_begin_alike_and_are_played_once(usual: Seen) -> None:
    config = load_config(ROOT / "reference_app" / "carom.toml", INVARIANTS)
    with opened(config, seed=7, in_process=True) as bench, bench.theatre() as theatre:
        assert seen(theatre) == usual
        assert theatre.branches
        assert theatre.kept


def test_an_app_that_asks_stripe_over_a_socket(usual: Seen, tmp_path: Path) -> None:
    (tmp_path / "plain_app.py").write_text(PLAIN, encoding="utf-8")
    config = load_config(ROOT / "reference_app" / "carom.toml", INVARIANTS)
    launch = replace(config.launch, asgi="plain_app:create")
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(tmp_path)
        config = replace(config, launch=launch)
        with opened(config, seed=7, in_process=True) as bench, bench.theatre() as theatre:
            assert seen(theatre) == usual


def test_an_app_in_a_process_of_its_own_that_can_be_put_back(usual: Seen) -> None:
    config = load_config(ROOT / "reference_app" / "carom.toml", INVARIANTS)
    with opened(config, seed=7) as bench, bench.theatre() as theatre:
        assert theatre.plays_again
        assert seen(theatre) == usual
