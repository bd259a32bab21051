"""Apps and configurations that nothing can be said about: a message that helps, in seconds, exit
code 2 or 3, and no process left.
"""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from harness.cli import app

REFERENCE = Path(__file__).parents[2] / "reference_app" / "carom.toml"
APP = """
import json, os, signal, sys, threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
mode, port = sys.argv[1], int(sys.argv[2])
print("starting as", mode, flush=True)
if mode == "crash":
    raise SystemExit("KeyError: DATABASE_URL")
class Handler(BaseHTTPRequestHandler):
    def answer(self, status, body):
        told = body if isinstance(body, str) else json.dumps(body)
        kind = "text/html" if isinstance(body, str) else "application/json"
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(told)))
        self.end_headers()
        self.wfile.write(told.encode())
    def do_GET(self):
        if self.path == "/entitlement":
            if mode == "hang":
                threading.Event().wait()
            print("reading the entitlement", flush=True)
            free = {"plan": "free", "status": "none", "access": False}
            pages = {"html": (200, "<p>Sign in first</p>"), "fail": (500, "no such table: plans")}
            return self.answer(*pages.get(mode, (200, free)))
        self.answer(200 if self.path == "/" else 404, "a page")
    def do_POST(self):
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if self.path == "/checkout":
            return self.answer(200, {"url": "http://stripe.carom.test/c/pay/cs_test_1"})
        known = {"/signup": 200, "/portal": 409, "/webhook": 400}
        self.answer(known.get(self.path, 404), {})
    def log_message(self, *args): pass
ThreadingHTTPServer(("127.0.0.1", port), Handler).serve_forever()
"""


def children() -> set[str]:
    """The processes that this one has started and that still are."""
    found: set[str] = set()
    for task in Path("/proc/self/task").iterdir():
        found |= set((task / "children").read_text(encoding="utf-8").split())
    return found


@pytest.fixture
def configured(config_file: Path) -> Iterator[Path]:
    """A configuration of the app above; afterwards all that was started must be gone."""
    (config_file.parent / "app.py").write_text(APP, encoding="utf-8")
    before = children()
    yield config_file
    assert children() == before


def changed(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def check(path: Path, mode: str = "well", port: str = "{port}") -> Result:
    command = f'command = ["{{python}}", "app.py", "{mode}", "{port}"]\nanswers_within = 0.5'
    lines = path.read_text(encoding="utf-8").splitlines()
    told = [command if line.startswith("command") else line for line in lines]
    path.write_text("\n".join(told), encoding="utf-8")
    began = time.monotonic()
    result = CliRunner().invoke(app, ["check", "checkout_then_access", "-c", str(path)])
    assert time.monotonic() - began < 10
    return result


@pytest.mark.parametrize(
    ("mode", "code", "problems"),
    [
        ("crash", 3, ["ended with exit code 1 before it served", "KeyError: DATABASE_URL"]),
        ("hang", 3, ["does not answer GET /entitlement", "starting as hang"]),
        ("html", 2, ["toml:22: [entitlement] path", "no JSON but text/html", "Sign in first"]),
        ("fail", 3, ["GET /entitlement with 500", "no such table", "reading the entitlement"]),
    ],
)
def test_an_app_that_cannot_be_judged_is_told_with_its_last_words(
    configured: Path, mode: str, code: int, problems: list[str]
) -> None:
    result = check(configured, mode)
    assert result.exit_code == code
    for problem in problems:
        assert problem in result.output


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ('plan = "/plan"', 'plan = "/plam"', 'toml:23: [entitlement] plan = "/plam" leads nowhere'),
        ('access = "/access"', 'access = "/status"', "must lead to true or false, not 'none'"),
        ('free = "none"', 'fre = "none"', 'shows the plan "free"; say in [entitlement.plans]'),
        ('"/checkout"', '"/chekout"', "[checkout] path does not match the app"),
        ('"/portal"', '"/portl"', '[portal] path: the app has no "/portl", it answers 404 there'),
        ('"/webhook"', '"/webhok"', '[webhook] path: the app has no "/webhok"'),
        ('"/signup"', '"/signin"', "the app answered POST /signin with 404"),
        ('path = "/checkout"', 'path = "/checkout"\nurl = "/href"', 'no "href"'),
    ],
)
def test_a_configuration_that_does_not_match_the_app_is_exit_code_2_and_names_the_line(
    configured: Path, old: str, new: str, problem: str
) -> None:
    changed(configured, old, new)
    result = check(configured)
    assert result.exit_code == 2
    assert f"{configured}:" in result.output
    assert problem in result.output


@pytest.mark.parametrize(
    ("old", "new", "code", "problem"),
    [
        ('"{stripe_url}"', '"http://127.0.0.1:9"', 3, "reference_app.seed ended with exit code 1"),
        ('"{stripe_key}"', '"sk_test_another"', 2, "the app does not ask Carom's Stripe"),
        ('"{webhook_secret}"', '"whsec_another"', 2, "a genuine webhook with 400, as it does one"),
    ],
)
def test_an_app_that_is_not_told_of_our_stripe_is_told_what_it_needs(
    tmp_path: Path, old: str, new: str, code: int, problem: str
) -> None:
    path = tmp_path / "carom.toml"
    path.write_text(REFERENCE.read_text(encoding="utf-8"), encoding="utf-8")
    changed(path, 'directory = ".."', f'directory = "{REFERENCE.parents[1]}"')
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace(old, new), encoding="utf-8")
    before = children()
    result = CliRunner().invoke(app, ["check", "checkout_then_access", "-c", str(path)])
    assert result.exit_code == code
    assert problem in result.output
    assert (f"{path}:" in result.output) == (code == 2)
    assert children() == before


def test_an_app_that_is_down_is_exit_code_3(configured: Path) -> None:
    changed(configured, "[app]", '[app]\nurl = "http://127.0.0.1:9"')
    lines = [
        line
        for line in configured.read_text(encoding="utf-8").splitlines()
        if not line.startswith("command")
    ]
    fixed = '[stripe]\nkey = "sk_test_1"\nport = 12119\nwebhook_secret = "whsec_1"'
    configured.write_text("\n".join([*lines, fixed]), encoding="utf-8")
    result = CliRunner().invoke(app, ["check", "checkout_then_access", "-c", str(configured)])
    assert result.exit_code == 3
    assert "the app does not answer POST /signup" in result.output


def test_a_port_of_stripes_that_is_taken_is_exit_code_2(configured: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with configured.open("a", encoding="utf-8") as file:
            file.write(f"[stripe]\nport = {port}\n")
        result = check(configured)
    assert result.exit_code == 2
    assert f"cannot listen on 127.0.0.1:{port}" in result.output


def test_an_app_whose_port_is_taken_is_told_with_its_own_words(configured: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        result = check(configured, port=str(taken.getsockname()[1]))
    assert result.exit_code == 3
    assert "Address already in use" in result.output


def test_an_app_that_listens_elsewhere_is_asked_about_its_port(configured: Path) -> None:
    changed(configured, "[app]", "[app]\nready_within = 1")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    result = check(configured, port=str(port))
    assert result.exit_code == 3
    assert "did not answer http://127.0.0.1:" in result.output
    assert "which is {port} here?" in result.output


def test_the_matching_configuration_gets_past_all_that(configured: Path) -> None:
    result = check(configured)
    assert result.exit_code == 1
    assert "checkout_then_access" in result.output
