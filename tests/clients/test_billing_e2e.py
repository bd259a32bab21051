"""`billing-e2e` (pypi.org/project/billing-e2e) plays its own scenarios on Carom's test clocks.

They are the files that `billing-e2e init` writes, byte for byte; all that is given are two prices.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from subprocess import CompletedProcess
from xml.etree import ElementTree

import pytest
import stripe

from simulator import Running, Simulator, running
from tests.clients.environment import python_with, run

WRAPPER = Path(__file__).parent / "billing_e2e_here.py"
KEY = "sk_test_billinge2e"
CONFIG = """\
stripe: {{key: "${{STRIPE_TEST_KEY}}"}}
app: {{}}
vars: {{monthly_price: {monthly}, upgrade_price: {upgrade}}}
"""
SCENARIOS = {
    "Renewal",
    "Failed renewal",
    "Plan change with proration",
    "Cancellation at period end",
    "Card problems at signup",
}


@pytest.fixture(scope="module")
def python() -> str:
    return python_with("billing-e2e==0.1.0")


@pytest.fixture(scope="module")
def served() -> Iterator[Running]:
    """On the wall clock: `billing-e2e` freezes its test clocks at the real time."""
    with running(Simulator(clock="real")) as served:
        yield served


@pytest.fixture(scope="module")
def folder(python: str, served: Running, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project as `billing-e2e init` leaves it, with two prices filled in."""
    folder = tmp_path_factory.mktemp("billing_e2e")
    config = CONFIG.format(monthly=price(served, 1000), upgrade=price(served, 3000))
    (folder / "billing-e2e.yml").write_text(config)
    written = billing_e2e(python, served, folder, "init")
    assert written.returncode == 0, written.stderr
    return folder


def price(served: Running, amount: int) -> str:
    api = stripe.StripeClient(KEY, base_addresses={"api": served.url}).v1
    made = api.prices.create(
        {
            "currency": "usd",
            "unit_amount": amount,
            "recurring": {"interval": "month"},
            "product_data": {"name": f"Plan for {amount}"},
        }
    )
    return made.id


def billing_e2e(python: str, served: Running, folder: Path, *words: str) -> CompletedProcess[str]:
    command = (python, str(WRAPPER), served.url, *words)
    return run(*command, inside=folder, STRIPE_TEST_KEY=KEY)


def test_all_its_scenarios_pass(python: str, served: Running, folder: Path) -> None:
    ran = billing_e2e(python, served, folder, "run", "--junit", "report.xml")
    assert ran.returncode == 0, ran.stdout + ran.stderr
    report = ElementTree.parse(folder / "report.xml").getroot()
    assert {case.get("name") for case in report.iter("testcase")} == SCENARIOS
    assert report.get("failures") == "0"


def test_what_it_kept_it_can_clean(python: str, served: Running, folder: Path) -> None:
    kept = billing_e2e(python, served, folder, "run", "--keep", "scenarios/renewal.yml")
    assert kept.returncode == 0, kept.stdout + kept.stderr
    cleaned = billing_e2e(python, served, folder, "clean")
    assert "1 billing-e2e test clock(s) deleted" in cleaned.stdout
    assert "no billing-e2e test clock left" in billing_e2e(python, served, folder, "clean").stdout
