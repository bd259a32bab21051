"""`carom.toml`: a valid one gives values; a broken one says where, what, and what to do."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.app.config import JUDGED_BY, Config, ConfigError, load_config
from harness.model.invariants import INVARIANTS


def load(path: Path) -> Config:
    return load_config(path, INVARIANTS)


def test_a_short_file_is_enough(config_file: Path) -> None:
    config = load(config_file)
    assert config.launch.command[0] == "{python}"
    assert config.launch.directory == config_file.parent
    assert config.plans["pro"].shown_as == "pro"
    assert config.portal.method == "POST"
    assert config.portal.url == "/url"
    assert config.profile.writer == "webhook-only"
    assert config.promises == tuple(name for name in INVARIANTS if name not in JUDGED_BY)
    assert config.webhook_events == ("*",)


def test_the_reference_app_has_a_valid_one() -> None:
    config = load(Path(__file__).parents[3] / "reference_app" / "carom.toml")
    assert set(config.plans) == {"basic", "pro"}


def test_words_can_be_appended_to_the_command(config_file: Path) -> None:
    config = load(config_file).with_arguments(["--mutant", "x"])
    assert config.launch.command[-2:] == ("--mutant", "x")


@pytest.mark.parametrize(
    ("old", "new", "line", "problem"),
    [
        ('path = "/portal"', 'pth = "/portal"', 11, "[portal] path is missing; it must be text"),
        ('path = "/portal"', 'path = "/portal"\nmetod = "GET"', 13, 'Did you mean "method"?'),
        ('path = "/portal"', "path = 3", 12, "[portal] path must be text in quotes, not 3."),
        ('path = "/portal"', 'path = "portal"', 12, 'must be a path of the app and begin with "/"'),
        ('plan = "/plan"', 'plan = "plan"', 22, "is no JSON pointer"),
        ("{lookup_key}", "{lokup_key}", 15, 'Did you mean "lookup_key"?'),
        ("{stripe_key}", "{stripe_kee}", 4, 'Did you mean "stripe_key"?'),
        ("[webhook]", "[webhok]", None, "[webhook] is missing"),
        ("[portal]\n", "[portal\n", 11, "not valid TOML"),
    ],
)
def test_a_fault_names_file_line_key_and_remedy(
    config_file: Path, old: str, new: str, line: int | None, problem: str
) -> None:
    text = config_file.read_text(encoding="utf-8")
    assert text.count(old) >= 1
    config_file.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        load(config_file)
    assert caught.value.line == line
    assert problem in caught.value.problem
    assert str(caught.value).startswith(str(config_file))


@pytest.mark.parametrize(
    ("added", "problem"),
    [
        ('[profile]\nwriter = "webhook"', '[profile] writer is "webhook". Did you mean "webhook-'),
        ('[profile]\ngrants = ["activ"]', 'Did you mean "active"?'),
        ("[profile]\nlag = -1", "must not be negative"),
        ("[profile]\nlag = true", "must be a number of seconds, not True"),
        ('[promises]\ninvariants = ["converge"]', 'Did you mean "converges"?'),
        ('[stripe]\nkey = "sk_live_1"', "live keys are refused"),
        ("[profil]\nlag = 1", "unknown key [profil]"),
    ],
)
def test_a_wrong_word_gets_the_nearest(config_file: Path, added: str, problem: str) -> None:
    with config_file.open("a", encoding="utf-8") as file:
        file.write(f"\n{added}\n")
    with pytest.raises(ConfigError) as caught:
        load(config_file)
    assert problem in caught.value.problem
    assert caught.value.line is not None


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"there is no such file\. Say where it is with --config"):
        load(tmp_path / "carom.toml")


def test_an_app_must_come_to_run_somehow(config_file: Path) -> None:
    text = config_file.read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if not line.startswith("command")]
    config_file.write_text("\n".join(lines), encoding="utf-8")
    with pytest.raises(ConfigError, match="command, asgi or url"):
        load(config_file)


def test_a_running_app_needs_the_values_it_was_started_with(config_file: Path) -> None:
    text = config_file.read_text(encoding="utf-8")
    text = text.replace("[app]\n", '[app]\nurl = "http://127.0.0.1:8000"\n')
    config_file.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError, match="needs \\[stripe\\] key, port and webhook_secret"):
        load(config_file)


HOOK = (
    '[app.memory]\npath = "/memory"\nheaders = { Authorization = "Bearer {stripe_key}" }\n\n[plans'
)


def test_an_app_may_say_where_it_gives_and_takes_its_memory(config_file: Path) -> None:
    assert load(config_file).launch.memory is None
    text = config_file.read_text(encoding="utf-8")
    config_file.write_text(text.replace("[plans", HOOK, 1), encoding="utf-8")
    memory = load(config_file).launch.memory
    assert memory is not None
    assert memory.path == "/memory"
    config_file.write_text(text.replace("[plans", HOOK.replace("/memory", "memory"), 1))
    with pytest.raises(ConfigError, match='begin with "/"'):
        load(config_file)
    config_file.write_text(text.replace("[plans", HOOK.replace("stripe_key", "stripe_kee"), 1))
    with pytest.raises(ConfigError, match=r'Did you mean "stripe_key"\?'):
        load(config_file)


def test_an_app_that_counts_promises_to_count_once(config_file: Path) -> None:
    text = config_file.read_text(encoding="utf-8").replace(
        'plan = "/plan"', 'plan = "/plan"\ngranted = "/credits"'
    )
    config_file.write_text(f"{text}\n[profile]\ngrant = 100\n", encoding="utf-8")
    config = load(config_file)
    assert "grant-once" in config.promises
    assert config.profile.grant == 100
    assert config.entitlement.pointers["granted"] == "/credits"


def test_an_app_that_shows_seats_and_limits_promises_that_they_follow_the_plan(
    config_file: Path,
) -> None:
    text = config_file.read_text(encoding="utf-8")
    text = text.replace('plan = "/plan"', 'plan = "/plan"\nlimit = "/tables"')
    text = text.replace('lookup_key = "pro_monthly"', 'lookup_key = "pro_monthly"\nlimit = 8')
    config_file.write_text(text, encoding="utf-8")
    config = load(config_file)
    assert "plan-fidelity" in config.promises
    assert "no-local-proration" not in config.promises
    assert config.plans["pro"].limit == 8
