"""The scenarios that come with Carom: each holds on the reference app, states the rule that it
teaches, and speaks in phrases that the schema knows.
"""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

import scenarios
from harness.actors import VERBS
from harness.explore.theatre import Theatre
from harness.run import Run
from scenarios.catalogue import catalogue
from scenarios.loader import FOLDER
from scenarios.phrases import PHRASES

SCHEMA = json.loads((FOLDER / "schema.json").read_text(encoding="utf-8"))
PAGE = Path(__file__).parents[2] / "docs" / "scenarios.md"
SEED = 7

REQUIRED = {
    "cancel_at_period_end",
    "cancel_now",
    "checkout_then_access",
    "duplicate_deliveries",
    "nothing_changed_in_portal",
    "old_news_after_new",
    "portal_cancel_classic",
    "portal_cancel_flexible",
    "reactivate",
    "redirect_before_webhook_checkout",
    "redirect_before_webhook_portal",
    "round_trip",
    "switch_plan_mid_cycle",
}


@pytest.mark.parametrize("name", scenarios.names())
def test_the_reference_app_holds(stages: Theatre, name: str) -> None:
    finished = Run(scenarios.find(name), stages.emptied(), SEED, lambda _: None).play()
    assert finished.problem is None
    assert not finished.broken
    assert finished.verdict == "holds"
    assert finished.kept


def test_the_library_is_large_and_every_group_has_its_share() -> None:
    groups = Counter(scenarios.find(name).path.parent.name for name in scenarios.names())
    assert set(scenarios.names()) >= REQUIRED
    assert groups.total() >= 40
    assert set(groups) == set(scenarios.GROUPS)
    assert min(groups.values()) >= 4


def test_names_are_unique_across_the_groups() -> None:
    assert len(set(scenarios.names())) == len(scenarios.names())
    assert sorted(name for group in scenarios.GROUPS for name in scenarios.names(group)) == (
        scenarios.names()
    )


@pytest.mark.parametrize("name", scenarios.names())
def test_each_teaches_a_rule_and_asserts_something(name: str) -> None:
    scenario = scenarios.find(name)
    assert scenario.name == name
    assert scenario.shows.endswith(".")
    assert scenario.teaches.endswith(".")
    assert scenario.see.startswith("https://docs.stripe.com/")
    assert any(step.expectation is not None for step in scenario.steps)


def test_no_two_teach_the_same() -> None:
    taught = [scenarios.find(name).teaches for name in scenarios.names()]
    assert len(set(taught)) == len(taught)


def test_the_page_of_all_scenarios_is_made_from_the_files() -> None:
    command = "python -m scenarios.catalogue > docs/scenarios.md"
    assert PAGE.read_text(encoding="utf-8") == catalogue(), f"make it anew: {command}"


def test_the_schema_is_a_schema() -> None:
    Draft202012Validator.check_schema(SCHEMA)


def test_the_schema_has_the_phrases_of_the_table() -> None:
    steps = SCHEMA["$defs"]["step"]["properties"]
    told = {actor: [choice["pattern"] for choice in steps[actor]["anyOf"]] for actor in PHRASES}
    assert told == {
        actor: [phrase.pattern for phrase in phrases] for actor, phrases in PHRASES.items()
    }


def test_an_actor_can_do_what_the_phrases_say_and_nothing_else() -> None:
    said = {actor: {phrase.verb for phrase in phrases} for actor, phrases in PHRASES.items()}
    assert said == {actor: set(verbs) for actor, verbs in VERBS.items()}


def test_each_verb_is_spoken_by_a_scenario() -> None:
    """A verb that no scenario speaks has never been tried."""
    spoken = {
        (step.actor, step.verb) for name in scenarios.names() for step in scenarios.find(name).steps
    }
    known = {(actor, verb) for actor, verbs in VERBS.items() for verb in verbs}
    # Recordings are other people's: tests/harness/recorded plays one.
    assert known - spoken == {("recording", "bring")}
