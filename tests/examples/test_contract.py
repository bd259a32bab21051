"""The examples keep the contract, their twins each break one promise of it, and what their READMEs
tell to type is what is run here.
"""

from __future__ import annotations

import re

import pytest

from harness.app.config import load_config
from harness.model.invariants import INVARIANTS
from scenarios import names
from tests.clients.environment import ROOT
from tests.examples.command_line import understood
from tests.examples.example import CAROM_IN_README, EXAMPLES, Example, Twin

REFERENCE = ROOT / "reference_app" / "carom.toml"
EVERY_TWIN = [(example, twin) for example in EXAMPLES for twin in example.twins]


def by_name(value: Example | Twin) -> str:
    return value.name


@pytest.mark.parametrize("example", EXAMPLES, ids=by_name)
def test_the_configuration_can_be_read(example: Example) -> None:
    config = load_config(example.folder / "carom.toml", INVARIANTS)
    # As much as the app that they are measured by.
    assert config.promises == load_config(REFERENCE, INVARIANTS).promises
    assert set(config.plans) == {"basic", "pro"}
    assert config.profile.writer == "webhook-only"


@pytest.mark.parametrize("example", EXAMPLES, ids=by_name)
def test_the_readme_names_what_is_there(example: Example) -> None:
    named = re.findall(r"^\| `([^`]+)`", example.readme, re.MULTILINE)
    assert named
    assert [name for name in named if not (example.folder / name).exists()] == []
    told = [command.partition(CAROM_IN_README)[2] for command in example.commands]
    understood_all = [understood(words.split()) for words in told if words]
    assert [each["explored"] for each in understood_all[:2]] == [False, True]
    assert len(understood_all) == 2 + len(example.twins)


@pytest.mark.parametrize("example", EXAMPLES, ids=by_name)
def test_each_twin_is_shown_by_a_command(example: Example) -> None:
    files = {path.stem for path in example.folder.glob("*/twins/*.*") if path.stem[0] != "_"}
    assert {twin.name for twin in example.twins} == files == example.breaks.keys()
    for name, promise in example.breaks.items():
        [source] = example.folder.glob(f"*/twins/{name}.*")
        assert f"Breaks `{promise}`" in source.read_text(encoding="utf-8")


@pytest.mark.clients
@pytest.mark.parametrize("example", EXAMPLES, ids=by_name)
def test_every_scenario_holds(example: Example) -> None:
    done = example.type(example.commands[1])
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.rstrip().endswith(f"{len(names())} scenarios: {len(names())} holds")


@pytest.mark.clients
@pytest.mark.parametrize("example", EXAMPLES, ids=by_name)
def test_other_orders_of_three_stories_hold(example: Example) -> None:
    stories = "round_trip checkout_two_tabs switched_there_and_back"
    done = example.type(f"{CAROM_IN_README} check {stories} --explore --departures 1 --budget 40s")
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"^exploration: holds in \d\d+ schedules$", done.stdout, re.MULTILINE)


@pytest.mark.clients
@pytest.mark.parametrize(("example", "twin"), EVERY_TWIN, ids=by_name)
def test_a_twin_breaks_its_promise(example: Example, twin: Twin) -> None:
    done = example.type(twin.command)
    assert done.returncode == 1, done.stdout + done.stderr
    assert re.search(rf"^(broken +)?{twin.breaks} (broken in| first in)", done.stdout, re.MULTILINE)
