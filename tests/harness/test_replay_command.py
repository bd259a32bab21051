"""`carom replay` and `carom explain`: findings of known twins break in the same way every time, and
are fixed in the app without the bug.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from typer.testing import CliRunner, Result

from harness.app.process import environment, free_port
from harness.cli import app
from harness.explore.finding import read_finding

ROOT = Path(__file__).parents[2]
REFERENCE = ROOT / "reference_app" / "carom.toml"
GOLDEN = Path(__file__).parent / "report" / "golden"
TWINS = [
    ("refetch_without_lock", "handler_race", ("--follow",)),
    ("refresh_on_return", "return_writes", ()),
]
"""Twin, the finding in it, and how the mended app is to be asked: a lock makes the race's schedule
impossible, so it can only be followed.
"""
STRICT = ("-c", str(REFERENCE), "--in-process")


def carom(*words: str, enter: str | None = None) -> Result:
    return CliRunner().invoke(app, list(words), input=enter)


def file_of(name: str) -> str:
    return str(GOLDEN / f"{name}.carom.json")


@pytest.mark.parametrize(("twin", "finding", "how"), TWINS)
def test_a_finding_breaks_in_the_same_way_ten_times_of_ten_and_is_fixed_in_the_mended_app(
    monkeypatch: pytest.MonkeyPatch, twin: str, finding: str, how: tuple[str, ...]
) -> None:
    monkeypatch.setenv("APP_MUTANT", twin)
    again = carom("replay", *[file_of(finding)] * 10, *STRICT)
    assert again.exit_code == 1
    lines = again.output.splitlines()
    assert [line for line in lines if line.startswith("BROKEN")] == [lines[0]] * 10
    assert not [line for line in lines if line.startswith(("CHANGED", "FIXED"))]
    monkeypatch.delenv("APP_MUTANT")
    mended = carom("replay", file_of(finding), *STRICT, *how)
    assert mended.exit_code == 0
    assert mended.output.startswith("FIXED")


def test_a_strict_replay_names_the_first_step_that_cannot_be_done_and_what_can() -> None:
    changed = carom("replay", file_of("handler_race"), *STRICT)
    assert changed.exit_code == 1
    assert changed.output.startswith("CHANGED  no-phantom-grant")
    assert 'step 7: "app: gets the answer for' in changed.output
    assert "what can be done:" in changed.output
    assert "... and " in changed.output
    assert "--follow skips what cannot be done any more" in changed.output


def test_step_by_step_says_what_comes_next_and_waits_for_enter(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("APP_MUTANT", "refresh_on_return")
    waited: list[str] = []

    def readline() -> str:
        waited.append("enter")
        return "\n"

    monkeypatch.setattr("harness.commands.replay.wait_for_enter", readline)
    told = carom("replay", file_of("return_writes"), *STRICT, "--step")
    assert waited == ["enter"] * 3
    lines = told.output.splitlines()
    assert lines[0].startswith("single-writer-")
    assert "given: signs up; starts checkout of pro" in lines[0]
    assert "next  2 of 3  ada: cancels" in lines
    last = next(line for line in lines if line.startswith("next  3 of 3"))
    assert "(a friendly world: courier: delivers ada/customer.subscription.updated#1)" in last
    assert "      ada pro, active, access, winding down" in lines
    assert told.output.count("BROKEN") == 1


@contextmanager
def running_app(stripe_port: int, port: int, folder: Path, mutant: str) -> Iterator[None]:
    """The reference app as somebody has started it, under a debugger for example."""
    env = {
        "APP_URL": f"http://127.0.0.1:{port}",
        "DATABASE_URL": f"sqlite:///{folder}/app.db",
        "SESSION_SECRET": "not a secret, only for this test",
        "STRIPE_API_BASE": f"http://127.0.0.1:{stripe_port}",
        "STRIPE_API_KEY": "sk_test_debugged",
        "STRIPE_WEBHOOK_SECRET": "whsec_debugged",
    }
    command = [sys.executable, "-m", "reference_app", "--port", str(port), "--mutant", mutant]
    with subprocess.Popen(
        command,
        cwd=ROOT,
        env=environment(env),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        try:
            transport = httpx.HTTPTransport(retries=8)
            with httpx.Client(transport=transport, trust_env=False, timeout=20) as client:
                assert client.get(f"http://127.0.0.1:{port}/health").status_code == 200
            yield
        finally:
            process.terminate()


def test_an_app_that_runs_already_is_asked_and_not_started(tmp_path: Path) -> None:
    stripe_port, port = free_port(), free_port()
    url = f'[app]\nurl = "http://127.0.0.1:{port}"\n'
    fixed = f'key = "sk_test_debugged"\nport = {stripe_port}\nwebhook_secret = "whsec_debugged"'
    text = REFERENCE.read_text(encoding="utf-8").replace("[app]\n", url)
    text = text.replace('directory = ".."', f'directory = "{ROOT}"')
    config = tmp_path / "carom.toml"
    config.write_text(f"{text}\n[stripe]\n{fixed}\n", encoding="utf-8")
    with running_app(stripe_port, port, tmp_path, "refresh_on_return"):
        told = carom("replay", file_of("return_writes"), "-c", str(config), "--no-launch")
    assert told.output.startswith("BROKEN   single-writer")
    assert told.exit_code == 1


def test_no_launch_without_an_address_is_wrong_usage() -> None:
    told = carom("replay", file_of("return_writes"), "-c", str(REFERENCE), "--no-launch")
    assert told.exit_code == 2
    assert "--no-launch needs [app] url" in told.output


def test_explain_tells_a_finding_without_an_app() -> None:
    told = carom("explain", file_of("handler_race"))
    assert told.exit_code == 0
    assert "no-phantom-grant is broken for ada in 7 steps." in told.output
    assert f"carom replay {file_of('handler_race')}" in told.output
    assert carom("explain", file_of("handler_race"), "--mermaid").output == (
        GOLDEN / "handler_race.mmd"
    ).read_text(encoding="utf-8")


def test_a_finding_goes_by_its_name_and_a_wrong_name_gets_the_nearest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    read_finding(Path(file_of("return_writes"))).write()
    (name,) = (path.name.removesuffix(".carom.json") for path in Path(".carom/findings").iterdir())
    assert carom("explain", name).output.startswith("single-writer is broken for ada in 3 steps.")
    wrong = carom("explain", name[:-1] + "x")
    assert wrong.exit_code == 2
    assert f'Did you mean "{name}"?' in wrong.output


def test_explain_refuses_what_is_no_finding(tmp_path: Path) -> None:
    path = tmp_path / "x.carom.json"
    path.write_text(json.dumps({"carom": 3}), encoding="utf-8")
    told = carom("explain", str(path))
    assert told.exit_code == 2
    assert '"carom" must be 1' in told.output
