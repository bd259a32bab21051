"""The reference app keeps every invariant on a stage of its own; each broken twin breaks its own.

All scenarios are played in `tests/scenarios/test_shipped.py`. Here the app is started for each, the
correct one in this process, the twins as `carom check` starts them.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

import scenarios
from harness.app.config import Config, Stripe, load_config
from harness.app.process import free_port, started
from harness.checking import Bench, opened
from harness.model.invariants import INVARIANTS
from harness.run_events import RunFinished

ROOT = Path(__file__).parents[2]
PATIENCE = 20.0
FACTORY = """
import os
from reference_app.settings import from_environment
from reference_app.web import create_app

def create():
    return create_app(from_environment(os.environ, app_url="http://app.carom.test"))
"""


def reference_config() -> Config:
    return load_config(ROOT / "reference_app" / "carom.toml", INVARIANTS)


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    folder = tmp_path_factory.mktemp("factory")
    (folder / "carom_reference_factory.py").write_text(FACTORY, encoding="utf-8")
    config = reference_config()
    launch = replace(
        config.launch, asgi="carom_reference_factory:create", directory=folder, command=()
    )
    with opened(replace(config, launch=launch), seed=7, in_process=True) as bench:
        yield bench


def run(bench: Bench, name: str) -> RunFinished:
    return bench.run(scenarios.find(name), lambda _: None)


@pytest.mark.parametrize("name", ["app_restarts", "older_api_version", "round_trip"])
def test_the_correct_app_holds(bench: Bench, name: str) -> None:
    finished = run(bench, name)
    assert finished.problem is None
    assert not finished.broken
    assert finished.verdict == "holds"
    assert finished.kept


@pytest.mark.parametrize(
    ("mutant", "name", "invariant"),
    [
        ("refresh_on_return", "redirect_before_webhook_checkout", "single-writer"),
        ("refresh_on_return", "redirect_before_webhook_portal", "single-writer"),
        ("cancel_revokes_now", "cancel_at_period_end", "paid-access-kept"),
        ("last_write_wins", "old_news_after_new", "converges"),
    ],
)
def test_a_broken_twin_breaks_its_invariant_first(mutant: str, name: str, invariant: str) -> None:
    config = reference_config().with_arguments(["--mutant", mutant])
    with opened(config, seed=7) as bench:
        finished = run(bench, name)
    assert finished.verdict == "broken"
    assert finished.broken[0].invariant == invariant


def test_an_app_that_runs_already_can_be_checked_again_and_again(tmp_path: Path) -> None:
    """It keeps its database between checks, so each must bring users and events of its own."""
    config = reference_config()
    stripe = Stripe(key="sk_test_fixed", port=free_port(), webhook_secret="whsec_fixed")
    url = f"http://127.0.0.1:{(port := free_port())}"
    launch = replace(config.launch, command=(), url=url)
    command = [sys.executable, "-m", "reference_app", "--port", str(port)]
    env = {
        "APP_URL": url,
        "DATABASE_URL": f"sqlite:///{tmp_path}/app.db",
        "STRIPE_API_BASE": f"http://127.0.0.1:{stripe.port}",
        "STRIPE_API_KEY": "sk_test_fixed",
        "STRIPE_WEBHOOK_SECRET": "whsec_fixed",
    }
    with started(command, ROOT, env, f"{url}/health", within=PATIENCE):
        for _ in range(2):
            with opened(replace(config, launch=launch, stripe=stripe), seed=7) as bench:
                assert run(bench, "cancel_now").verdict == "holds"
