"""Exports in all the forms in which people have them; what is wrong in one is told by its place."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from harness.recorded import NotAnExport, read_export

VERSION = "2025-06-30.basil"


def event(number: int, created: int, **changes: Any) -> dict[str, Any]:
    return {
        "object": "event",
        "id": f"evt_{number}",
        "type": "customer.updated",
        "created": created,
        "api_version": VERSION,
        "data": {"object": {"object": "customer", "id": "cus_1"}},
        **changes,
    }


FIVE = [event(1, 10), event(2, 20), event(3, 20), event(4, 30)]


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "events.jsonl"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    "text",
    [
        "\n".join(json.dumps(each) for each in FIVE) + "\n\n",
        json.dumps(FIVE),
        json.dumps({"object": "list", "has_more": False, "data": FIVE[::-1]}, indent=2),
        "\n".join(json.dumps(each) for each in [*FIVE, FIVE[1]]),
    ],
    ids=["lines", "list", "answer of the API, newest first", "with a duplicate"],
)
def test_the_events_come_oldest_first_and_once(text: str, tmp_path: Path) -> None:
    found = read_export(written(tmp_path, text))
    assert [each.event["id"] for each in found] == ["evt_1", "evt_2", "evt_3", "evt_4"]
    assert {each.customer for each in found} == {"cus_1"}


@pytest.mark.parametrize(
    ("second", "problem"),
    [
        ("not JSON", ":2: not valid JSON"),
        ("[]", ':2: no event: "object" must be "event", not \'list\''),
        (json.dumps({"object": "customer"}), "not 'customer'"),
        (
            json.dumps({**event(2, 20), "created": "today"}),
            "\"created\" is 'today'; an event has int",
        ),
        (json.dumps(event(2, 20, api_version=None)), '"api_version" is None'),
        (json.dumps(event(2, 20, data={"object": "cus_1"})), '"data.object" must be an object'),
        (json.dumps(event(2, 20, api_version="2024-06-20")), "in API version 2024-06-20; Carom"),
    ],
)
def test_a_bad_line_is_told_with_its_number(second: str, problem: str, tmp_path: Path) -> None:
    path = written(tmp_path, f"{json.dumps(FIVE[0])}\n{second}\n")
    with pytest.raises(NotAnExport) as told:
        read_export(path)
    assert str(told.value).startswith(f"{path}:2: ")
    assert problem in str(told.value)


def test_a_bad_item_of_a_list_is_told_by_its_place(tmp_path: Path) -> None:
    with pytest.raises(NotAnExport, match=r"events\.jsonl item 2: no event"):
        read_export(written(tmp_path, json.dumps([FIVE[0], {}])))


@pytest.mark.parametrize("text", ["", "[]", '{"data": []}'])
def test_an_export_without_events_is_none(text: str, tmp_path: Path) -> None:
    with pytest.raises(NotAnExport, match="has no events"):
        read_export(written(tmp_path, text))


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    with pytest.raises(NotAnExport, match="cannot be read"):
        read_export(tmp_path / "nowhere.jsonl")
    (tmp_path / "latin").write_bytes(b"\xff")
    with pytest.raises(NotAnExport, match="is not UTF-8 text"):
        read_export(tmp_path / "latin")
