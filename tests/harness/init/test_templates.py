"""Every template becomes a carom.toml that loads, and the files of a project say which it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.app.config import load_config
from harness.init import TEMPLATES, guess, text_of
from harness.init.answers import Answers
from harness.model.invariants import INVARIANTS


@pytest.mark.parametrize("name", TEMPLATES)
def test_the_file_of_each_template_loads_and_says_what_the_template_does(
    name: str, tmp_path: Path
) -> None:
    answers = TEMPLATES[name].answers
    path = tmp_path / "carom.toml"
    path.write_text(text_of(answers), encoding="utf-8")
    config = load_config(path, INVARIANTS)
    assert config.launch.command == answers.command
    assert config.launch.setup == answers.setup
    assert config.launch.env == answers.env
    assert config.launch.env["STRIPE_API_BASE"] == "{stripe_url}"
    assert {name: plan.lookup_key for name, plan in config.plans.items()} == answers.plans
    assert config.sign_up.headers == answers.headers
    assert config.sign_up.path == (answers.sign_in.path if answers.sign_in else "")
    assert config.webhook_path == answers.webhook
    assert config.entitlement.pointers == answers.pointers
    assert "converges" in config.promises


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_comment_goes_before_every_table(name: str) -> None:
    lines = text_of(TEMPLATES[name].answers).splitlines()
    bare = [
        line
        for number, line in enumerate(lines)
        if line.startswith("[")
        and not line.startswith(("[plans.", "[app]"))
        and not lines[number - 1].startswith("#")
    ]
    assert bare == []
    assert max(map(len, lines)) <= 100


def test_words_with_quotes_and_names_with_dots_survive(tmp_path: Path) -> None:
    answers = Answers(
        command=('say "hi"', "back\\slash", "é"),
        env={"A.B": '"{stripe_key}"'},
        plans={"pro plan": "pro.monthly"},
        headers={"X-User": "{email}"},
    )
    path = tmp_path / "carom.toml"
    path.write_text(text_of(answers), encoding="utf-8")
    config = load_config(path, INVARIANTS)
    assert config.launch.command == answers.command
    assert config.launch.env == answers.env
    assert config.plans["pro plan"].lookup_key == "pro.monthly"


@pytest.mark.parametrize(
    ("file", "text", "name"),
    [
        ("manage.py", "", "django"),
        ("artisan", "", "laravel"),
        ("bin/rails", "", "rails"),
        ("package.json", '{"dependencies": {"next": "15", "express": "5"}}', "next"),
        ("package.json", '{"dependencies": {"express": "5"}}', "express"),
        ("package.json", "not JSON", None),
        ("package.json", '{"dependencies": null}', None),
        ("requirements.txt", "Flask==3.0\n", "flask"),
        ("pyproject.toml", '[project]\ndependencies = ["fastapi>=0.115"]\n', "fastapi"),
        ("pyproject.toml", "not TOML", None),
        ("README.md", "fastapi", None),
    ],
)
def test_a_project_is_known_by_its_files(
    file: str, text: str, name: str | None, tmp_path: Path
) -> None:
    (tmp_path / file).parent.mkdir(exist_ok=True)
    (tmp_path / file).write_text(text, encoding="utf-8")
    assert guess(tmp_path) == name
