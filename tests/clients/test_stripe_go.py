"""stripe-go (pkg.go.dev/github.com/stripe/stripe-go) takes Carom for Stripe, webhooks included.

Its `ConstructEvent` refuses an event of another API version than its own: the endpoint's counts.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from simulator import Simulator, running
from tests.clients.environment import CLIENTS, run

MODULE = "github.com/stripe/stripe-go/v85@v85.0.0"
SOURCE = Path(__file__).parent / "stripe_go" / "main.go"
KEY = "sk_test_go"


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The program, built; Go keeps the module, and what it compiled, under `.carom/clients`."""
    go = shutil.which("go")
    if go is None:
        pytest.skip("there is no go, so stripe-go is not tried against Carom")
    kept = CLIENTS / "go"
    kept.mkdir(parents=True, exist_ok=True)
    folder = tmp_path_factory.mktemp("stripe_go")
    shutil.copy(SOURCE, folder)
    caches = {
        "GOCACHE": str(kept / "build"),
        "GOMODCACHE": str(kept / "modules"),
        "GOFLAGS": "-modcacherw",
        "GOTOOLCHAIN": "local",
    }
    steps = (
        ("mod", "init", "example.com/subscriber"),
        ("get", MODULE),
        ("build", "-o", "subscriber", "."),
    )
    for step in steps:
        done = run(go, *step, inside=folder, **caches)
        if done.returncode and step[0] == "get":
            pytest.skip(f"{MODULE} cannot be had, so it is not tried: {done.stderr[-300:]}")
        assert done.returncode == 0, done.stderr
    return str(folder / "subscriber")


def test_a_subscription_is_made_and_told_in_its_version(program: str) -> None:
    with running(Simulator()) as served:
        ran = run(program, CAROM_URL=served.url, CAROM_KEY=KEY)
    assert ran.returncode == 0, ran.stderr
    told = json.loads(ran.stdout)
    assert (told["customer"], told["status"], told["paid"]) == ("go@example.com", "active", 1500)
    assert told["told"] == "customer.subscription.created"
    assert told["event_version"] == told["sdk_version"]
    assert "had no valid signature" in told["forged"]
