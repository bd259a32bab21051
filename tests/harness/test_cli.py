"""The command: exit codes, and messages that help. What it runs is tested elsewhere."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from harness.cli import app

REFERENCE = str(Path(__file__).parents[2] / "reference_app" / "carom.toml")


def carom(*words: str) -> Result:
    return CliRunner().invoke(app, list(words))


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("run", "round_tip", "-c", REFERENCE), 'Did you mean "round_trip"?'),
        (("check", "-c", "/nowhere/carom.toml"), "there is no such file"),
        (("chek",), "Did you mean 'check'?"),
        (("serve", "--host", "0.0.0.0"), "can be reached from other machines"),
        (("serve", "--port", "70000"), "less than or equal to 65535"),
        (("serve", "--clock", "slow"), "'slow' is not one of"),
    ],
)
def test_wrong_usage_is_exit_code_2_with_a_message(words: tuple[str, ...], message: str) -> None:
    result = carom(*words)
    assert result.exit_code == 2
    assert message in " ".join(result.output.replace("│", " ").split())


def test_a_plan_that_the_app_does_not_have_is_named(config_file: Path) -> None:
    result = carom("run", "switch_plan_mid_cycle", "-c", str(config_file))
    assert result.exit_code == 2
    assert "switch_plan_mid_cycle.yaml needs a [plans.basic]" in " ".join(result.output.split())


def test_an_app_that_does_not_start_is_exit_code_3(config_file: Path) -> None:
    result = carom("check", "checkout_then_access", "-c", str(config_file))
    assert result.exit_code == 3
    assert "No module named app" in result.output
    assert "1 scenario: 1 no verdict" in result.output


def test_a_broken_app_is_exit_code_1_and_names_the_invariant() -> None:
    result = carom(
        "check", "cancel_at_period_end", "-c", REFERENCE, "--app-arg", "--mutant cancel_revokes_now"
    )
    assert result.exit_code == 1
    assert "paid-access-kept broken at moment" in result.output
    assert "However:" in result.output


def test_a_good_app_is_exit_code_0() -> None:
    result = carom("run", "cancel_now", "-c", REFERENCE)
    assert result.exit_code == 0
    assert result.output.count("customer.subscription.deleted: 200") == 1


def test_every_scenario_is_listed() -> None:
    assert "redirect_before_webhook_portal" in carom("scenarios").output


def test_serve_prints_the_set_up_and_ends_well() -> None:
    command = [sys.executable, "-c", "from harness.cli import main; main()", "serve", "--port", "0"]
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
        assert process.stdout is not None
        lines = []
        for line in process.stdout:
            lines.append(line)
            if "Ctrl-C" in line:
                break
        process.send_signal(signal.SIGINT)
        assert process.wait(20) == 0
    told = "".join(lines)
    assert 'stripe.StripeClient("sk_test_carom", base_addresses={"api": "http://127.0.0.1:' in told
    assert "new Stripe(" in told
    assert "STRIPE_WEBHOOK_SECRET=whsec_" in told
