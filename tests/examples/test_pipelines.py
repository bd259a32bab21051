"""The workflow and the container files say what Carom understands, about files that are there."""

from __future__ import annotations

import json
import re
import shlex
import tomllib
from collections.abc import Iterator
from inspect import signature
from typing import Any

import pytest
import yaml

from harness.announcement import announce
from harness.commands.serve import serve_command
from harness.explore.finding import FOLDER
from harness.exploring import seconds, seed_of
from simulator import Simulator, running
from tests.clients.environment import ROOT
from tests.examples.command_line import understood

WORKFLOW = ROOT / "examples" / "github-actions" / "carom.yml"
DOCKER = ROOT / "examples" / "docker"
COMMIT = "688ce2b1d0c94fd2a3b17c9c35d7f0c1a2b3c4d5"


@pytest.fixture
def workflow() -> dict[str, Any]:
    told = yaml.safe_load(WORKFLOW.read_text(encoding="utf-8"))
    assert isinstance(told, dict)
    return told


@pytest.fixture
def services() -> dict[str, Any]:
    told = yaml.safe_load((DOCKER / "compose.yaml").read_text(encoding="utf-8"))
    return dict(told["services"])


def instructions() -> Iterator[tuple[str, str]]:
    """The Dockerfile's instructions and their arguments."""
    text = (DOCKER / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", "")
    for line in text.splitlines():
        if line and not line.startswith("#"):
            word, _, rest = line.partition(" ")
            yield word, rest.strip()


def test_the_workflow_checks_and_keeps_what_it_wrote(workflow: dict[str, Any]) -> None:
    # YAML 1.1 takes the word `on` for true.
    assert workflow[True] == ["push", "pull_request"]
    [job] = workflow["jobs"].values()
    steps = job["steps"]
    assert all(("run" in step) != ("uses" in step) for step in steps)
    [command] = [step["run"] for step in steps if step.get("run", "").startswith("carom ")]
    carom, *words = shlex.split(command.replace("$COMMIT", COMMIT))
    assert carom == "carom"
    told = understood(words)
    assert told["explored"]
    assert seconds(told["budget"]) < job["timeout-minutes"] * 60
    assert seed_of(told["seed"]) > 0
    upload = steps[-1]
    assert upload["uses"].startswith("actions/upload-artifact@")
    kept = upload["with"]["path"].split()
    assert kept == [str(told["junit"]), str(told["html"]), str(FOLDER)]
    assert upload["with"]["include-hidden-files"] is True
    assert "always()" in upload["if"] or "cancelled()" in upload["if"]


def test_every_variable_of_a_step_is_set(workflow: dict[str, Any]) -> None:
    [job] = workflow["jobs"].values()
    for step in job["steps"]:
        used = set(re.findall(r"\$([A-Z]+)", step.get("run", "")))
        assert used == step.get("env", {}).keys()
        # What somebody else may have chosen reaches a shell through its environment only.
        assert "${{" not in step.get("run", "")


def test_the_image_is_made_of_files_that_are_there() -> None:
    copied = [words.split()[:-1] for word, words in instructions() if word == "COPY"]
    sources = [source for each in copied for source in each]
    assert [source for source in sources if not (ROOT / source).exists()] == []
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    packages = project["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
    named = {project["project"]["readme"], *project["project"]["license-files"]}
    assert {*packages, *named, "pyproject.toml"} <= set(sources)
    ignored = (DOCKER / "Dockerfile.dockerignore").read_text(encoding="utf-8").splitlines()
    shown = tuple(line[1:] for line in ignored if line.startswith("!"))
    assert [source for source in sources if not source.startswith(shown)] == []


def test_the_image_runs_a_check_as_nobody_special() -> None:
    told = dict(instructions())
    assert json.loads(told["ENTRYPOINT"]) == ["carom"]
    assert not understood(json.loads(told["CMD"]))["scenario"]
    assert told["USER"] == "node"


def test_the_services_run_what_carom_understands(services: dict[str, Any]) -> None:
    for name in ("check", "carom"):
        assert understood(services[name]["command"])
        assert (DOCKER / services[name]["build"]["context"]).resolve() == ROOT
        assert (ROOT / services[name]["build"]["dockerfile"]).is_file()
    assert services["check"]["network_mode"] == "none"
    [script] = services["app"]["command"]
    scripts = json.loads((ROOT / "examples/express/package.json").read_text())["scripts"]
    assert re.findall(r"npm run --silent (\w+)", script) == ["seed"]
    assert script.endswith(f"exec {scripts['start']}")


def test_the_app_knows_the_secret_that_carom_serve_prints(
    services: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    told = services["app"]["environment"]
    assert "--seed" not in services["carom"]["command"]
    seed = signature(serve_command).parameters["seed"].default
    with running(Simulator(seed=seed)) as served:
        announce(served.url, f"{told['APP_URL']}/webhooks/stripe")
    printed = capsys.readouterr().out
    assert f"STRIPE_WEBHOOK_SECRET={told['STRIPE_WEBHOOK_SECRET']}\n" in printed
    assert f'"{told["STRIPE_API_KEY"]}"' in printed
