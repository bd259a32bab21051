"""The format of a finding's file: a schema says it, and the files keep to it."""

from __future__ import annotations

import json
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from harness.explore.finding import read_finding

Document = dict[str, Any]


@pytest.fixture(scope="module")
def schema() -> Document:
    text = files("harness.report").joinpath("finding.schema.json").read_text(encoding="utf-8")
    loaded: Document = json.loads(text)
    jsonschema.Draft202012Validator.check_schema(loaded)
    return loaded


def test_what_is_written_keeps_to_the_schema_and_is_read_as_it_was(
    schema: Document, finding_file: Path
) -> None:
    text = finding_file.read_text(encoding="utf-8")
    jsonschema.validate(json.loads(text), schema)
    assert read_finding(finding_file).text() == text


@pytest.mark.parametrize(
    "spoil",
    [
        lambda told: told.update(carom=2),
        lambda told: told.update(port=8080),
        lambda told: told["steps"].clear(),
        lambda told: told["steps"][0].update(do="no actor"),
        lambda told: told["steps"][0].update(departs=0),
        lambda told: told["breaks"].pop("however"),
        lambda told: told["found"].update(schedules=0),
    ],
)
def test_what_is_no_finding_does_not_keep_to_it(
    schema: Document, finding_file: Path, spoil: Callable[[Document], None]
) -> None:
    told = json.loads(finding_file.read_text(encoding="utf-8"))
    spoil(told)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(told, schema)


def test_every_key_is_described(schema: Document) -> None:
    described = [key for key, value in schema["properties"].items() if "description" in value]
    assert described == list(schema["properties"])
