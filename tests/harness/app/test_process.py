"""Starting an app as a process: readiness, its last words, its setup, and its end."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import httpx
import pytest

from harness.app.process import environment, free_port, run_setup, started
from harness.app.protocol import AppUnavailable

SERVER = """
import os, sys
from http.server import BaseHTTPRequestHandler, HTTPServer
class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        body = f"{os.getpid()} {os.environ.get('WORD')} {os.environ.get('STRIPE_X')}".encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
    def log_message(self, *args): pass
HTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
"""


def test_it_is_ready_inside_the_block_and_gone_after_it(tmp_path: Path) -> None:
    port = free_port()
    url = f"http://127.0.0.1:{port}/"
    command = [sys.executable, "-c", SERVER, str(port)]
    with started(command, tmp_path, {"WORD": "hello"}, url, within=20):
        pid, word, _ = httpx.get(url, trust_env=False).text.split()
        assert word == "hello"
    with pytest.raises(ProcessLookupError):
        os.kill(int(pid), 0)


def test_an_app_that_dies_is_told_with_its_last_words(tmp_path: Path) -> None:
    command = [sys.executable, "-c", "print('no such table'); raise SystemExit(3)"]
    url = f"http://127.0.0.1:{free_port()}/"
    with (
        pytest.raises(AppUnavailable, match=r"(?s)exit code 3 before it served.*no such table"),
        started(command, tmp_path, {}, url, within=20),
    ):
        pass


def test_an_app_that_does_not_answer_in_time_is_told(tmp_path: Path) -> None:
    command = [sys.executable, "-c", "import signal; signal.pause()"]
    url = f"http://127.0.0.1:{free_port()}/ready"
    with (
        pytest.raises(AppUnavailable, match=r"did not answer .*/ready within 0.2 s"),
        started(command, tmp_path, {}, url, within=0.2),
    ):
        pass


def test_a_command_that_is_not_there_is_named(tmp_path: Path) -> None:
    with (
        pytest.raises(AppUnavailable, match="cannot start no-such-command"),
        started(["no-such-command"], tmp_path, {}, "http://127.0.0.1:1/", within=1),
    ):
        pass


def test_nothing_of_stripes_is_inherited_from_the_shell(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STRIPE_API_KEY", "sk_live_secret")
    assert "STRIPE_API_KEY" not in environment({})
    assert environment({"STRIPE_API_KEY": "sk_test_1"})["STRIPE_API_KEY"] == "sk_test_1"


def test_setup_gives_the_values_that_its_output_holds(tmp_path: Path) -> None:
    command = [sys.executable, "-c", "print('made bpc_1A and price_2B')"]
    found = run_setup(command, tmp_path, {}, {"CONFIG": r"bpc_\w+", "PRICE": r"price_(\w+)"})
    assert found == {"CONFIG": "bpc_1A", "PRICE": "2B"}


def test_setup_that_fails_is_told_with_its_output(tmp_path: Path) -> None:
    command = [sys.executable, "-c", "print('key refused'); raise SystemExit(1)"]
    with pytest.raises(AppUnavailable, match=r"(?s)\[setup\].*exit code 1.*key refused"):
        run_setup(command, tmp_path, {}, {})


def test_setup_without_the_wanted_value_is_told(tmp_path: Path) -> None:
    command = [sys.executable, "-c", "print('nothing')"]
    with pytest.raises(AppUnavailable, match=r"CONFIG: .* printed nothing that matches bpc_"):
        run_setup(command, tmp_path, {}, {"CONFIG": "bpc_"})
