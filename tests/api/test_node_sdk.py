"""The official package for Node takes Carom for Stripe, over a socket.

Needs Node 20 or newer and npm, which installs the package into `.carom/`. Without them the tests
are skipped; where `CI` is set, their absence is a fault, but not a node that is too old.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import pytest

from simulator import ControlClient, Running, Simulator, running

PACKAGE = "stripe@23.1.0"
OLDEST_NODE = 20
ROOT = Path(__file__).parents[2]
STORIES = Path(__file__).parent / "node" / "stories.mjs"
PATIENCE = 120.0  # seconds

Story = Callable[[str], Any]


def missing(what: str) -> None:
    """No Node, no tests; but where every change is checked, that is a fault."""
    if os.environ.get("CI"):
        pytest.fail(f"{what}; the tests of the package for Node need it")
    pytest.skip(f"{what}: the package for Node is not tried")


def run(*command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command,
        env={**os.environ, "NO_PROXY": "127.0.0.1", **environment},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )


@pytest.fixture(scope="session")
def node() -> str:
    found = shutil.which("node")
    if found is None or shutil.which("npm") is None:
        missing("there is no node or no npm")
        raise AssertionError
    version = run(found, "--version").stdout.strip()
    if int(version.lstrip("v").partition(".")[0]) < OLDEST_NODE:
        pytest.skip(f"node is {version}, and the package needs {OLDEST_NODE} or newer")
    return found


@pytest.fixture(scope="session")
def package(node: str) -> Path:  # noqa: ARG001  # npm runs on it
    """The folder that the package is installed in; made once, also by several workers."""
    folder = ROOT / ".carom" / f"node-{PACKAGE}"
    if folder.exists():
        return folder
    folder.parent.mkdir(exist_ok=True)
    fresh = mkdtemp(dir=folder.parent)
    quiet = ("--no-audit", "--no-fund", "--ignore-scripts", "--no-save")
    installed = run("npm", "install", "--prefix", fresh, *quiet, PACKAGE)
    if installed.returncode:
        shutil.rmtree(fresh)
        missing(f"npm install {PACKAGE} failed: {installed.stderr.strip()[-300:]}")
    try:
        Path(fresh).rename(folder)
    except OSError:  # another worker was faster
        shutil.rmtree(fresh)
    return folder


@pytest.fixture(scope="module")
def served() -> Iterator[Running]:
    with running(Simulator(seed=5)) as served:
        yield served


@pytest.fixture
def carom(served: Running, request: pytest.FixtureRequest) -> Iterator[ControlClient]:
    with ControlClient(served.url, f"sk_test_{request.node.name}") as carom:
        yield carom


@pytest.fixture
def tell(carom: ControlClient, node: str, package: Path) -> Story:
    def tell(story: str) -> Any:
        told = run(node, str(STORIES), story, carom.url, carom.key, STRIPE_IN=str(package))
        assert told.returncode == 0, told.stderr
        return json.loads(told.stdout)

    return tell


def test_objects_are_made_changed_found_and_deleted(tell: Story) -> None:
    told = tell("objects")
    assert told["name"] == "Jürgen"
    assert told["metadata"] == {"seats": "3"}
    assert told["request"].startswith("req_")
    assert told["version"] == told["pinned"]
    assert told["deleted"] is True


def test_a_subscription_is_paid_and_expanded(tell: Story) -> None:
    assert tell("subscribing") == {
        "status": "active",
        "paid": 3000,
        "product": "Pro",
        "quantity": 2,
    }


def test_lists_and_searches_page_by_themselves(tell: Story) -> None:
    told = tell("pages")
    assert told["down"] == told["found"] == told["made"][::-1]
    assert told["up"] == told["made"][1:]


@pytest.mark.parametrize(
    ("refusal", "named", "status", "code", "param"),
    [
        ("missing", "StripeInvalidRequestError", 404, "resource_missing", "id"),
        ("unknown", "StripeInvalidRequestError", 400, "parameter_unknown", "bogus"),
        ("path", "StripeInvalidRequestError", 404, None, None),
        ("method", "StripeInvalidRequestError", 404, None, None),
        ("live", "StripeAuthenticationError", 401, None, None),
        ("declined", "StripeCardError", 402, "card_declined", None),
    ],
)
def test_refusals_have_the_packages_own_classes(
    refusals: Any, refusal: str, named: str, status: int, code: str | None, param: str | None
) -> None:
    error = refusals[refusal]
    assert (error["named"], error["type"], error["statusCode"]) == (named, named, status)
    assert (error.get("code"), error.get("param")) == (code, param)
    assert error["hasRequest"] is (status != 401)
    if status == 402:
        assert error["decline"] == "insufficient_funds"


@pytest.fixture(scope="module")
def refusals(served: Running, node: str, package: Path) -> Any:
    key = "sk_test_refusals"
    told = run(node, str(STORIES), "refusals", served.url, key, STRIPE_IN=str(package))
    assert told.returncode == 0, told.stderr
    return json.loads(told.stdout)


def test_a_key_makes_a_post_happen_once(tell: Story, carom: ControlClient) -> None:
    told = tell("keys")
    assert (told["same"], told["replayed"], told["original"]) == (True, "true", True)
    assert told["other"]["named"] == "StripeIdempotencyError"
    assert len(carom.events()["events"]) == 1


def test_a_delivered_webhook_is_verified_and_a_forged_one_is_not(tell: Story) -> None:
    told = tell("webhooks")
    assert (told["type"], told["about"]) == ("customer.created", "Zoë 🎱")
    for wrong in ("forged", "stranger"):
        assert told[wrong]["named"] == "StripeSignatureVerificationError"


def test_a_bad_day_is_retried(tell: Story, carom: ControlClient) -> None:
    carom.fault("rate_limit")
    carom.fault("lock_timeout")
    carom.fault("unavailable")
    told = tell("retries")
    assert told["first"]["named"] == "StripeRateLimitError"
    assert told["second"] == "b"
    assert [request["status"] for request in carom.requests()["requests"]] == [429, 429, 503, 200]
