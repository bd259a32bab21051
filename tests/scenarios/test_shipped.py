"""The scenarios that come with Carom: all of them load, and the schema says what the loader
knows.
"""

from __future__ import annotations

import json

import pytest
from jsonschema import Draft202012Validator

import scenarios
from scenarios.loader import FOLDER
from scenarios.phrases import PHRASES

SCHEMA = json.loads((FOLDER / "schema.json").read_text(encoding="utf-8"))

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


def test_all_are_there() -> None:
    assert set(scenarios.names()) >= REQUIRED


@pytest.mark.parametrize("name", scenarios.names())
def test_each_loads_and_asserts_something(name: str) -> None:
    scenario = scenarios.find(name)
    assert scenario.name == name
    assert scenario.shows.endswith(".")
    assert any(step.expectation is not None for step in scenario.steps)


def test_the_schema_is_a_schema() -> None:
    Draft202012Validator.check_schema(SCHEMA)


def test_the_schema_has_the_phrases_of_the_table() -> None:
    steps = SCHEMA["$defs"]["step"]["properties"]
    told = {actor: [choice["pattern"] for choice in steps[actor]["anyOf"]] for actor in PHRASES}
    assert told == {
        actor: [phrase.pattern for phrase in phrases] for actor, phrases in PHRASES.items()
    }


def test_each_phrase_is_used_by_a_scenario_or_is_a_variant() -> None:
    """A verb that no scenario speaks has never been tried."""
    spoken = {
        (step.actor, step.verb) for name in scenarios.names() for step in scenarios.find(name).steps
    }
    known = {(actor, phrase.verb) for actor, phrases in PHRASES.items() for phrase in phrases}
    assert known - spoken == {("courier", "deliver_all_backwards"), ("customer", "change_card")}
