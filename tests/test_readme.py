"""What README.md promises is what happens: its commands run, and print what it shows."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
CAROM = Path(sys.executable).with_name("carom")
ADDRESS = "http://127.0.0.1:12111"
ADVANCE = (
    f'curl -s {ADDRESS}/_carom/clock/advance -H "Authorization: Bearer sk_test_anything"'
    ' -H "Content-Type: application/json" -d \'{"seconds": 2678400}\''
)
RACE = (
    "check bought_again_after_the_end --config reference_app/carom.toml --explore --max-findings 1"
    ' --app-arg "--mutant refetch_without_lock"'
)
PATIENCE = 120


def blocks(language: str) -> list[str]:
    """The fenced blocks of a language; `""` for those without one."""
    fences = re.findall(r"^```(\w*)\n(.*?)^```$", README, re.DOTALL | re.MULTILINE)
    return [body for named, body in fences if named == language]


def commands() -> list[str]:
    """Every command of the `sh` blocks, on one line, without its comment."""
    joined = "\n".join(blocks("sh")).replace("\\\n", " ")
    lines = (re.sub(r"\s+#.*", "", line).strip() for line in joined.splitlines())
    return [re.sub(r"\s+", " ", line) for line in lines if line]


def run(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [CAROM, *words], cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE, check=False
    )


def squeezed(text: str) -> str:
    return re.sub(r"\s+", " ", text)


def test_each_command_is_run_by_a_test() -> None:
    assert commands() == [
        "make demo",
        "make test",
        "carom serve",
        ADVANCE,
        "carom coverage",
        "carom check --config reference_app/carom.toml",
        'carom check --config reference_app/carom.toml --app-arg "--mutant cancel_revokes_now"',
        f"carom {RACE}",
    ]


def test_the_demo_prints_the_picture(tmp_path: Path) -> None:
    told = run("demo", "--seed", "7", "--out", str(tmp_path))
    assert told.returncode == 0, told.stdout + told.stderr
    picture = blocks("")[0]
    assert picture.splitlines()[-1] in told.stdout
    for row in ("signs up no access", "✓ as told", "opens the portal", "8 events: 200 unchanged"):
        assert row in squeezed(told.stdout)
        assert row in squeezed(picture)


def test_coverage_is_as_the_readme_says() -> None:
    shown = next(block for block in blocks("") if "endpoints:" in block)
    assert run("coverage").stdout.endswith(shown)


def test_make_targets_are_what_the_readme_says() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert re.search(r"^demo:.*\n\t\$\(BIN\)/carom demo$", makefile, re.MULTILINE)
    assert re.search(r"^test:.*\n\t\$\(BIN\)/pytest ", makefile, re.MULTILINE)


def test_the_reference_app_passes_and_its_twin_fails_as_shown() -> None:
    twin = run(
        "check",
        "--config",
        "reference_app/carom.toml",
        "--app-arg",
        "--mutant cancel_revokes_now",
        "cancel_at_period_end",
    )
    assert twin.returncode == 1, twin.stdout + twin.stderr
    shown = next(block for block in blocks("") if block.startswith("✗"))
    assert squeezed(shown).strip() in squeezed(twin.stdout)
    sound = run("check", "--config", "reference_app/carom.toml", "cancel_at_period_end")
    assert sound.returncode == 0, sound.stdout + sound.stderr


def test_the_race_inside_a_handler_is_found_as_shown() -> None:
    told = run(*shlex.split(RACE))
    assert told.returncode == 1, told.stdout + told.stderr
    shown = next(block for block in blocks("") if block.startswith("paid-access-kept"))
    remarks = re.compile(r"^ *# may as well change places with the next step\n", re.MULTILINE)
    assert squeezed(shown).strip() in squeezed(remarks.sub("", told.stdout))


@contextmanager
def serving(*words: str) -> Iterator[None]:
    server = subprocess.Popen(
        [CAROM, "serve", *words], cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    try:
        deadline = time.monotonic() + 20
        while True:
            try:
                urllib.request.urlopen(f"{ADDRESS}/_carom/health", timeout=1).close()
                break
            except OSError:
                assert server.poll() is None, server.stderr and server.stderr.read()
                assert time.monotonic() < deadline
                time.sleep(0.05)
        yield
    finally:
        server.terminate()
        server.wait(timeout=20)
        if server.stderr:
            server.stderr.close()


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
@pytest.mark.xdist_group("port 12111")
def test_served_as_written_and_time_moved_as_written(capfd: pytest.CaptureFixture[str]) -> None:
    with serving("--clock", "virtual", "--webhook-url", ""):
        exec(blocks("python")[0], {})  # the README's own lines
        subprocess.run(ADVANCE, shell=True, check=True, timeout=30)
        assert '"now"' in capfd.readouterr().out
