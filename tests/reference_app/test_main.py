"""`python -m reference_app` and its seed say at once what they lack, and change nothing."""

from __future__ import annotations

import os
import re
import socket
import sys
from pathlib import Path
from subprocess import PIPE, Popen
from typing import Any

import httpx
import pytest

from reference_app import seed
from reference_app.__main__ import main

SETTINGS = ("STRIPE_API_KEY", "STRIPE_WEBHOOK_SECRET", "APP_URL")


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in SETTINGS:
        monkeypatch.delenv(name, raising=False)


def test_a_missing_setting_is_named(capsys: Any) -> None:
    assert main(["--port", "0"]) == 2
    assert capsys.readouterr().err.startswith("STRIPE_API_KEY is not set")


def test_a_taken_port_is_named(capsys: Any) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert main(["--port", str(port)]) == 1
    assert f"cannot listen on 127.0.0.1:{port}" in capsys.readouterr().err


def test_on_a_free_port_it_says_which(tmp_path: Path) -> None:
    environment = {
        **os.environ,
        "DATABASE_URL": f"sqlite:///{tmp_path}/app.db",
        "STRIPE_API_KEY": "sk_test_x",
        "STRIPE_WEBHOOK_SECRET": "whsec_x",
    }
    command = [sys.executable, "-m", "reference_app", "--port", "0"]
    with Popen(command, env=environment, stdout=PIPE, text=True) as app:
        try:
            assert app.stdout is not None
            said = re.fullmatch(r"listening on (http://127\.0\.0\.1:\d+)\n", app.stdout.readline())
            assert said is not None
            assert httpx.get(f"{said[1]}/health", trust_env=False).json() == {"status": "ok"}
        finally:
            app.terminate()


def test_postgresql_without_a_role_for_the_writer_is_refused(
    capsys: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STRIPE_API_KEY", "sk_test_x")
    monkeypatch.setenv("STRIPE_WEBHOOK_SECRET", "whsec_x")
    monkeypatch.setenv("DATABASE_URL", "postgresql://web@/app")
    monkeypatch.delenv("DATABASE_WRITER_URL", raising=False)
    assert main(["--port", "0"]) == 2
    assert "python -m reference_app.schema" in capsys.readouterr().err


def test_an_unknown_mutant_is_refused_with_the_known_ones(capsys: Any) -> None:
    with pytest.raises(SystemExit):
        main(["--mutant", "unheard_of"])
    assert "last_write_wins" in capsys.readouterr().err


def test_the_seed_needs_a_key(capsys: Any) -> None:
    assert seed.main({}) == 2
    assert "STRIPE_API_KEY is not set" in capsys.readouterr().err
