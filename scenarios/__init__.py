"""Scenarios: stories in YAML about one customer, Stripe and an app, and the one loader that reads
them.
"""

from scenarios.loader import ScenarioError, find, load, names, parse
from scenarios.nearest import nearest, suggestion
from scenarios.phrases import PHRASES, Phrase, phrase_of
from scenarios.story import Expectation, Scenario, Step, Story, story_of

__all__ = [
    "PHRASES",
    "Expectation",
    "Phrase",
    "Scenario",
    "ScenarioError",
    "Step",
    "Story",
    "find",
    "load",
    "names",
    "nearest",
    "parse",
    "phrase_of",
    "story_of",
    "suggestion",
]
