"""`carom init`: asks or does not, looks at a running app, and never writes over a file."""

from __future__ import annotations

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest
from typer.testing import CliRunner, Result

from harness.app.config import Config, load_config
from harness.cli import app
from harness.model.invariants import INVARIANTS


class Shop(BaseHTTPRequestHandler):
    """An app that runs: it shows its entitlement to who has a session."""

    def do_GET(self) -> None:
        if self.path == "/up":
            self._answer(200, "fine")
        elif self.path == "/api/subscription" and self.headers["Cookie"] == "session=ada":
            self._answer(200, json.dumps({"tier": None, "data": {"active": False}}))
        else:
            self._answer(404, "nothing here")

    def do_POST(self) -> None:
        self._answer(400 if self.path == "/stripe/webhook" else 404, "")

    def log_message(self, *_: object) -> None:
        """Nobody reads it."""

    def _answer(self, status: int, text: str) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text.encode())


@pytest.fixture
def shop() -> Iterator[str]:
    with HTTPServer(("127.0.0.1", 0), Shop) as server:
        thread = Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "carom.toml"


def init(place: Path, *args: str, said: str = "") -> Result:
    return CliRunner().invoke(app, ["init", "--config", str(place), *args], input=said)


def written(place: Path) -> Config:
    return load_config(place, INVARIANTS)


def test_with_yes_nothing_is_asked_and_the_file_says_what_is_usual(place: Path) -> None:
    told = init(place, "--yes", "--template", "rails")
    assert told.exit_code == 0, told.output
    assert written(place).launch.command[0] == "bin/rails"
    assert f"carom check --config {place}" in told.output
    assert "?" not in told.output


def test_without_a_template_the_folder_says_what_the_app_is_made_with(place: Path) -> None:
    (place.parent / "manage.py").touch()
    assert init(place, "--yes").exit_code == 0
    assert "manage.py" in written(place).launch.command


def test_what_is_said_is_written(place: Path) -> None:
    said = [
        "flask",
        "python -m shop --port {port}",
        "solo=solo_monthly, team = team_yearly",
        "/ping",
        "/join",
        "/portal",
        "/buy",
        "/hooks",
        "/me",
        "/tier",
        "/ok",
    ]
    told = init(place, said="\n".join(said) + "\n")
    assert told.exit_code == 0, told.output
    config = written(place)
    assert config.launch.command == ("python", "-m", "shop", "--port", "{port}")
    assert {name: plan.lookup_key for name, plan in config.plans.items()} == {
        "solo": "solo_monthly",
        "team": "team_yearly",
    }
    assert (config.launch.ready, config.sign_up.path) == ("/ping", "/join")
    assert (config.portal.path, config.checkout.path) == ("/portal", "/buy")
    assert (config.webhook_path, config.entitlement.path) == ("/hooks", "/me")
    assert config.entitlement.pointers["plan"] == "/tier"
    assert config.entitlement.pointers["access"] == "/ok"


def test_a_running_app_is_looked_at(place: Path, shop: str) -> None:
    header = ("--header", "Cookie: session=ada")
    told = init(place, "--yes", "--template", "express", "--probe", shop, *header)
    assert told.exit_code == 0, told.output
    config = written(place)
    assert (config.launch.ready, config.webhook_path) == ("/up", "/stripe/webhook")
    assert config.entitlement.path == "/api/subscription"
    assert config.entitlement.pointers == {"plan": "/tier", "access": "/data/active"}
    assert "it shows an entitlement at /api/subscription" in told.output


def test_an_app_that_always_runs_is_attached_to(place: Path, shop: str) -> None:
    told = init(place, "--yes", "--template", "flask", "--probe", shop + "/home", "--attach")
    assert told.exit_code == 0, told.output
    config = written(place)
    assert config.launch.url == shop
    assert config.launch.command == ()
    assert (config.stripe.key, config.stripe.port) == ("sk_test_carom", 12111)
    assert "not found: where it shows an entitlement at ..." in told.output


@pytest.mark.parametrize(
    ("args", "said", "problem"),
    [
        (("--template", "fastpi", "--yes"), "", "there is no fastpi"),
        (("--yes",), "", "nothing here says what the app is made with"),
        (("--attach", "--template", "flask"), "", "--attach needs --probe URL"),
        (("--template", "flask", "--probe", "localhost:1"), "", "is no address"),
        (("--template", "flask", "--probe", "http://127.0.0.1:9"), "", "does not answer"),
        (
            ("--template", "flask", "--probe", "http://127.0.0.1:9", "--header", "Cookie"),
            "",
            '"Cookie" is no header',
        ),
        (("--template", "flask"), "\nbasic\n", '"basic" is no plan'),
        (("--template", "flask"), "\n", "With --yes nothing is asked"),
        ((), "", "With --yes nothing is asked"),
        (("--template", "flask"), "\n\nup\n\n\n\n\n\n\n\n", "must be a path of the app"),
        (("--template", "flask"), "run 'it\n", "No closing quotation"),
    ],
)
def test_a_wrong_word_is_refused_and_nothing_is_written(
    args: tuple[str, ...], said: str, problem: str, place: Path
) -> None:
    told = init(place, *args, said=said)
    assert told.exit_code == 2, told.output
    assert problem in told.output
    assert not place.exists()


def test_a_file_that_is_there_is_left_as_it_is(place: Path) -> None:
    place.write_text("mine", encoding="utf-8")
    told = init(place, "--yes", "--template", "flask")
    assert told.exit_code == 2
    assert "is there already" in told.output
    assert place.read_text(encoding="utf-8") == "mine"


def test_a_folder_that_is_not_there_is_told(place: Path) -> None:
    told = init(place.parent / "nowhere" / "carom.toml", "--yes", "--template", "flask")
    assert told.exit_code == 2
    assert "there is no folder" in told.output
