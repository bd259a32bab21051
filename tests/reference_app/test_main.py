"""`python -m reference_app` and its seed say at once what they lack, and change nothing."""

from __future__ import annotations

import socket
from typing import Any

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


def test_an_unknown_mutant_is_refused_with_the_known_ones(capsys: Any) -> None:
    with pytest.raises(SystemExit):
        main(["--mutant", "unheard_of"])
    assert "last_write_wins" in capsys.readouterr().err


def test_the_seed_needs_a_key(capsys: Any) -> None:
    assert seed.main({}) == 2
    assert "STRIPE_API_KEY is not set" in capsys.readouterr().err
