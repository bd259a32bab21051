"""Stories read from YAML: the same sentences as in scenarios, without a courier and expectations.

`given` is what each customer has done before, `acts` what each does from then on.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from scenarios.loader import FOLDER, ScenarioError
from scenarios.phrases import PHRASES, phrase_of
from scenarios.story import PLAYING, Step, Story
from scenarios.yaml_lines import Document, NotYaml, Place, read

STORIES = FOLDER / "stories"
KEYS = ("story", "shows", "given", "acts")


def story_names() -> list[str]:
    """The stories that come with Carom for exploring, in alphabetical order."""
    return sorted(path.stem for path in STORIES.glob("*.yaml"))


def load_story(path: Path) -> Story:
    """The story in the file. `ScenarioError` says where it cannot be understood."""
    try:
        document = read(path.read_text(encoding="utf-8"))
    except OSError as fault:
        raise ScenarioError(path, None, f"cannot be read: {fault.strerror}.") from fault
    except UnicodeDecodeError as fault:
        raise ScenarioError(path, None, "is not UTF-8 text.") from fault
    except NotYaml as fault:
        raise ScenarioError(path, fault.line, f"not valid YAML: {fault.problem}.") from fault
    return _Reader(path, document).story()


class _Reader:
    def __init__(self, path: Path, document: Document) -> None:
        self._path = path
        self._document = document

    def story(self) -> Story:
        told = self._mapping(self._document.value, ())
        for key in told:
            if key not in KEYS:
                known = ", ".join(KEYS)
                raise self._error((key,), f'unknown key "{key}"; a story has {known}.')
        for key in ("story", "shows", "acts"):
            if key not in told:
                raise self._error((), f'the story lacks the key "{key}".')
        if told["story"] != self._path.stem:
            problem = f'the story is called "{told["story"]}", its file "{self._path.stem}".'
            raise self._error(("story",), problem)
        acts = self._mapping(told["acts"], ("acts",))
        return Story(
            name=str(told["story"]),
            shows=" ".join(str(told["shows"]).split()),
            given=self._steps(told.get("given", []), ("given",)),
            acts={str(who): self._steps(said, ("acts", who)) for who, said in acts.items()},
        )

    def _steps(self, said: Any, place: Place) -> tuple[Step, ...]:
        if not isinstance(said, list):
            raise self._error(place, f'"{place[-1]}" must be a list of steps.')
        return tuple(self._step(each, (*place, n)) for n, each in enumerate(said))

    def _step(self, said: Any, place: Place) -> Step:
        step = self._mapping(said, place)
        actor, words = next(iter(step.items()), ("", ""))
        if len(step) != 1 or actor not in PLAYING or not isinstance(words, str):
            problem = f"a step has one actor ({', '.join(PLAYING)}) and what it does."
            raise self._error(place, problem)
        found = phrase_of(actor, words)
        if found is None:
            known = "; ".join(phrase.words for phrase in PHRASES[actor])
            raise self._error(place, f'the {actor} does not know "{words}". It knows: {known}.')
        phrase, subject = found
        return Step(actor, phrase.verb, words, subject, line=self._document.line(place))

    def _mapping(self, value: Any, place: Place) -> Mapping[str, Any]:
        if not isinstance(value, dict):
            what = f'"{place[-1]}"' if place else "the story"
            raise self._error(place, f"{what} must be a mapping of keys to values.")
        return value

    def _error(self, place: Place, problem: str) -> ScenarioError:
        return ScenarioError(self._path, self._document.line(place), problem)
