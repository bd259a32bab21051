"""Scenarios: stories in YAML about one customer, Stripe and an app, and the one loader that reads
them.
"""

from scenarios.loader import GROUPS, ScenarioError, find, load, names, parse
from scenarios.nearest import nearest, suggestion
from scenarios.phrases import PHRASES, Phrase, phrase_of
from scenarios.story import Expectation, Scenario, Step, Story, story_of
from scenarios.told import STORIES, load_story, story_names

__all__ = [
    "GROUPS",
    "PHRASES",
    "STORIES",
    "Expectation",
    "Phrase",
    "Scenario",
    "ScenarioError",
    "Step",
    "Story",
    "find",
    "load",
    "load_story",
    "names",
    "nearest",
    "parse",
    "phrase_of",
    "story_names",
    "story_of",
    "suggestion",
]
