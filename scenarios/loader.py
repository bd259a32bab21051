"""Scenarios read from YAML, with errors that name file, line, what is wrong and what was probably
meant.

The shape is checked by `schema.json` (JSON Schema 2020-12), the sentences by the table in
`phrases.py`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from scenarios.nearest import nearest, suggestion
from scenarios.phrases import ACTORS, PHRASES, phrase_of
from scenarios.story import Expectation, Scenario, Step
from scenarios.yaml_lines import Document, NotYaml, read

FOLDER = Path(__file__).parent

GROUPS: Mapping[str, str] = {
    "checkout": "Buying in Stripe Checkout",
    "portal": "The Customer Portal and the way back",
    "renewal": "Renewals and trials",
    "dunning": "Payments that fail, and money that goes back",
    "plan_change": "Changes of plan, price and quantity",
    "cancellation": "Cancelling, pausing, and coming back",
    "races": "Order, duplicates, delays and losses",
    "tenancy": "Whose subscription it is",
    "platform": "Signatures, versions and the account around it",
}
"""The folders of the scenarios that come with Carom, in the order of telling, and their titles."""

_KINDS = {
    "array": "a list",
    "boolean": "true or false",
    "integer": "a whole number",
    "object": "a mapping of keys to values",
    "string": "text",
}


class ScenarioError(Exception):
    """A scenario that cannot be played: its file, the line, and what is wrong there."""

    def __init__(self, path: Path, line: int | None, problem: str) -> None:
        self.path = path
        self.line = line
        self.problem = problem
        where = str(path) if line is None else f"{path}:{line}"
        super().__init__(f"{where}: {problem}")


def names(group: str | None = None) -> list[str]:
    """The scenarios that come with Carom, or those of one group, in alphabetical order."""
    return sorted(path.stem for path in _shipped() if group in (None, path.parent.name))


def find(name_or_path: str) -> Scenario:
    """A shipped scenario by its name, or any by its path."""
    shipped = {path.stem: path for path in _shipped()}
    if name_or_path in shipped:
        return load(shipped[name_or_path])
    path = Path(name_or_path)
    if path.suffix in (".yaml", ".yml"):
        return load(path)
    raise ScenarioError(
        path, None, f"no scenario of this name. {suggestion(name_or_path, shipped)}"
    )


def _shipped() -> list[Path]:
    return [path for group in GROUPS for path in (FOLDER / group).glob("*.yaml")]


def load(path: Path) -> Scenario:
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as fault:
        raise ScenarioError(path, None, f"cannot be read: {fault.strerror}.") from fault
    except UnicodeDecodeError as fault:
        raise ScenarioError(path, None, "is not UTF-8 text.") from fault
    return parse(text, path)


def parse(text: str, path: Path) -> Scenario:
    """The scenario that the text states. `path` is what errors call it."""
    try:
        document = read(text)
    except NotYaml as fault:
        raise ScenarioError(path, fault.line, f"not valid YAML: {fault.problem}.") from fault
    faults = list(_validator().iter_errors(document.value))
    if faults:
        fault_of_shape = max(faults, key=_relevance)
        place = tuple(fault_of_shape.absolute_path)
        raise ScenarioError(path, document.line(place), _explain(fault_of_shape))
    if document.value["scenario"] != path.stem:
        problem = f'the scenario is called "{document.value["scenario"]}", its file "{path.stem}".'
        raise ScenarioError(path, document.line(("scenario",)), problem)
    return Scenario(
        name=document.value["scenario"],
        shows=" ".join(document.value["shows"].split()),
        teaches=" ".join(document.value.get("teaches", "").split()),
        see=document.value.get("see", ""),
        steps=tuple(
            _step(document, number, raw, path) for number, raw in enumerate(document.value["steps"])
        ),
        path=path,
    )


def _step(document: Document, number: int, raw: Mapping[str, Any], path: Path) -> Step:
    (actor, said) = next(iter(raw.items()))
    line = document.line(("steps", number))
    if actor == "expect":
        return Step("expect", "expect", _summary(said), expectation=_expectation(said), line=line)
    found = phrase_of(actor, said)
    if found is None:
        raise ScenarioError(path, line, _unknown_phrase(actor, said))
    phrase, subject = found
    return Step(actor, phrase.verb, said, subject, line=line)


def _expectation(said: Mapping[str, Any]) -> Expectation:
    events = said.get("events")
    return Expectation(
        entitlement=said.get("entitlement", {}),
        subscription=said.get("subscription", {}),
        invoice=said.get("invoice", {}),
        events=None if events is None else tuple(events),
        events_include=tuple(said.get("events_include", ())),
        refused=said.get("refused"),
    )


def _summary(said: Mapping[str, Any]) -> str:
    return ", ".join(sorted(key.replace("_", " ") for key in said))


def _unknown_phrase(actor: str, said: str) -> str:
    phrases = [phrase.words for phrase in PHRASES[actor]]
    near = nearest(said, phrases)
    hint = f'Did you mean "{near}"?' if near else "It knows: " + "; ".join(phrases) + "."
    return f'the {actor} does not know "{said}". {hint}'


@cache
def _validator() -> Draft202012Validator:
    return Draft202012Validator(json.loads((FOLDER / "schema.json").read_text(encoding="utf-8")))


def _relevance(fault: ValidationError) -> tuple[int, int]:
    # The deepest fault is the most telling one; of two, an unknown key explains a missing one.
    return len(fault.absolute_path), int(fault.validator == "additionalProperties")


def _explain(fault: ValidationError) -> str:
    place = _place(fault)
    wanted: Any = fault.validator_value
    found: Any = fault.instance
    match fault.validator:
        case "additionalProperties":
            known = list(_schema_of(fault).get("properties", {}))
            unknown = sorted(key for key in found if key not in known)
            return f'{place} has an unknown key "{unknown[0]}". {suggestion(unknown[0], known)}'
        case "required":
            missing = [key for key in _schema_of(fault)["required"] if key not in found]
            return f'{place} lacks the key "{missing[0]}".'
        case "enum":
            valid = [str(value) for value in _schema_of(fault)["enum"]]
            return f'{place} is "{found}". {suggestion(str(found), valid)}'
        case "minProperties" | "maxProperties":
            return f"{place} must have exactly one actor: {', '.join(ACTORS)}."
        case "anyOf" if isinstance(found, str):
            return _unknown_phrase(str(fault.absolute_path[-1]), found)
        case "type":
            return f"{place} must be {_KINDS[str(wanted)]}, not {found!r}."
    return f"{place}: {fault.message}."


def _schema_of(fault: ValidationError) -> Mapping[str, Any]:
    assert isinstance(fault.schema, Mapping)
    return fault.schema


def _place(fault: ValidationError) -> str:
    """`step 4`, `the key "shows"`, `the scenario`: a place in the words of a person."""
    path = list(fault.absolute_path)
    if not path:
        return "the scenario"
    if path[0] == "steps" and len(path) > 1:
        inner = "".join(f", {part}" for part in path[2:])
        return f"step {int(path[1]) + 1}{inner}"
    return f'the key "{path[-1]}"'
