"""The page of all scenarios, stories and phrases, made from the files themselves.

    python -m scenarios.catalogue > docs/scenarios.md

A test compares the page with the files.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator

from scenarios.loader import GROUPS, find, names
from scenarios.phrases import PHRASES
from scenarios.story import Scenario
from scenarios.told import STORIES, load_story, story_names

_HEAD = """\
# Scenarios

Each scenario is a story about one customer with what must be true in between, in one YAML file
below `scenarios/`. `carom run NAME` plays one and tells it step by step; `carom check` plays all.
What each *teaches* is a rule of Stripe's, with the page of its documentation about it.

This page is made from the files: `python -m scenarios.catalogue > docs/scenarios.md`.
"""

_STORIES = """\
## Stories

A story says what customers, staff and time set out to do, and nothing about webhooks: `carom check
--explore` plays it in the friendly order and in others. `given` is done before, in a friendly
world. Scenarios that are named on the command line are explored as stories, too.
"""

_PHRASES = """\
## Phrases

What a step may say. A word in braces stands for yours: `{plan}` is a plan of `carom.toml`, `{card}`
one of Stripe's test cards, `{n}` a number, `{unit}` seconds, minutes, hours or days.
"""

_ACTORS = {
    "customer": "The customer, in the app and on Stripe's pages",
    "stranger": "Somebody who is not the customer",
    "support": "The app's staff, through Stripe's API or on its dashboard",
    "courier": "Which webhooks are delivered now, and how",
    "clock": "How far Stripe's time moves",
    "app": "What happens to the app",
    "recording": "What `carom import` has made of a real account's events",
}


def catalogue() -> str:
    """The whole page, as Markdown."""
    return "\n".join([_HEAD, *_groups(), _STORIES, *_stories(), _PHRASES, *_phrases()])


def _groups() -> Iterator[str]:
    for group, title in GROUPS.items():
        yield f"## {title} (`{group}`)\n"
        for name in names(group):
            yield _told(find(name))


def _told(scenario: Scenario) -> str:
    page = f" ([Stripe]({scenario.see}))" if scenario.see else ""
    return f"### `{scenario.name}`\n\n{scenario.shows}\n\n*Teaches:* {scenario.teaches}{page}\n"


def _stories() -> Iterator[str]:
    for name in story_names():
        yield f"- `{name}`: {load_story(STORIES / f'{name}.yaml').shows}"
    yield ""


def _phrases() -> Iterator[str]:
    for actor, phrases in PHRASES.items():
        yield f"### `{actor}:` {_ACTORS[actor]}\n"
        yield from (f"- `{phrase.words}`" for phrase in phrases)
        yield ""


if __name__ == "__main__":
    sys.stdout.write(catalogue())
