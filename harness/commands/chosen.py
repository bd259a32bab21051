"""What somebody chose on the command line, as values; a wrong word ends the command with the
nearest right one.
"""

from __future__ import annotations

import importlib.util
import shlex
from collections.abc import Sequence
from pathlib import Path

from harness.app.config import Config, ConfigError, load_config
from harness.commands.ending import usage
from harness.explore.executors import is_executor, jobs_of
from harness.explore.strategies import NAMES as STRATEGIES
from harness.exploring import seconds, seed_of
from harness.model.invariants import INVARIANTS
from scenarios import Scenario, ScenarioError, find, suggestion


def chosen_config(path: Path, app_args: Sequence[str] | None = None) -> Config:
    try:
        config = load_config(path, INVARIANTS)
    except ConfigError as fault:
        usage(str(fault))
    extra = [word for argument in app_args or [] for word in shlex.split(argument)]
    if extra and not config.launch.command:
        usage(f"{path}: --app-arg needs a [app] command to append to.")
    return config.with_arguments(extra)


def chosen_scenarios(wanted: Sequence[str], config: Config) -> list[Scenario]:
    """The scenarios of these names or paths; each can be played with the plans of the app."""
    try:
        chosen = [find(name) for name in wanted]
    except ScenarioError as fault:
        usage(str(fault))
    for scenario in chosen:
        unknown = sorted(scenario.plans - set(config.plans))
        if unknown:
            usage(f"{config.path}: {scenario.path.name} needs a [plans.{unknown[0]}].")
    return chosen


def chosen_seconds(text: str) -> float:
    try:
        return seconds(text)
    except ValueError as fault:
        usage(f"--budget: {fault}")


def chosen_seed(text: str) -> int:
    try:
        return seed_of(text)
    except ValueError as fault:
        usage(f"--seed: {fault}")


def chosen_jobs(text: str) -> int:
    try:
        return jobs_of(text)
    except ValueError as fault:
        usage(f"--jobs: {fault}")


def chosen_executor(text: str) -> str:
    if not is_executor(text):
        usage(f'--executor: "{text}" is none of inline, processes and dask://host:port.')
    return text


def chosen_strategies(text: str) -> tuple[str, ...]:
    chosen = tuple(word.strip() for word in text.split(",") if word.strip())
    for name in chosen:
        if name not in STRATEGIES:
            usage(f"--strategy: there is no {name}. {suggestion(name, STRATEGIES)}")
    return chosen


def reference_app() -> Path:
    """Where the reference app's configuration lies; the app itself is not imported here."""
    found = importlib.util.find_spec("reference_app")
    assert found is not None
    assert found.origin is not None
    return Path(found.origin).parent / "carom.toml"
