"""The command: exit codes, and messages that help. What it runs is tested elsewhere."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import xml.etree.ElementTree as Tree
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
        (("check", "-c", REFERENCE, "--budget", "soon"), '"soon" is no time; say for example 60s'),
        (("check", "-c", REFERENCE, "--strategy", "nera"), 'Did you mean "near"?'),
        (("replay", "-c", REFERENCE, "/nowhere/x.carom.json"), "there is no such finding"),
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
    assert "ended with exit code 1 before it served. The last it printed:" in result.output


def test_a_broken_app_is_exit_code_1_and_names_the_invariant() -> None:
    result = carom(
        "check",
        "cancel_at_period_end",
        "-c",
        REFERENCE,
        "--app-arg",
        "--mutant cancel_revokes_now",
    )
    assert result.exit_code == 1
    assert "paid-access-kept broken at moment" in result.output
    assert "However:" in result.output


def test_what_is_found_is_written_told_and_played_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("APP_MUTANT", "cancel_revokes_now")
    words = ("-c", REFERENCE, "--in-process")
    checked = carom(
        "check", "redirect_before_webhook_portal", *words, "--explore", "--max-findings", "1",
        "--departures", "0", "--strategy", "near", "--junit", "report.xml",
    )  # fmt: skip
    assert checked.exit_code == 1
    assert "paid-access-kept broken in" in checked.output
    assert "Replay:  carom replay .carom/findings/paid-access-kept-" in checked.output
    assert "exploration: broken, 1 finding" in checked.output
    suites = Tree.parse("report.xml").getroot()
    assert [suite.get("name") for suite in suites] == [
        "redirect_before_webhook_portal",
        "explored redirect_before_webhook_portal",
    ]
    assert suites[1].get("failures") == "1"
    assert "paid-access-kept" in carom("findings").output
    again = carom("replay", *words)
    assert again.exit_code == 1
    assert again.output.startswith("BROKEN")
    monkeypatch.delenv("APP_MUTANT")
    mended = carom("replay", *words)
    assert mended.exit_code == 0
    assert mended.output.startswith("FIXED")


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
