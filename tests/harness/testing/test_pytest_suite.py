"""examples/pytest_suite runs as it stands, and every test in it passes."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]


def test_the_example_suite_passes() -> None:
    args = ["-p", "harness.pytest_plugin", "-p", "no:cacheprovider", "-q", "examples/pytest_suite"]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-c", "examples/pytest_suite/pytest.ini", *args],
        cwd=ROOT,
        env={**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "10 passed" in done.stdout
