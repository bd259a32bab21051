"""Recordings are read and written; a file that is none says where it goes wrong."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from harness.fidelity import Interaction, Recording, RecordingError, load, load_all, write

INTERACTION: dict[str, Any] = {
    "method": "POST",
    "path": "/v1/customers",
    "params": [["email", "ada@example.org"]],
    "version": "2026-10-28.endive",
    "at": 1_767_225_600,
    "status": 200,
    "response": {"id": "cus_TOnPTfYVb5cWQv", "object": "customer"},
}


def file_of(folder: Path, content: Any) -> Path:
    file = folder / "one.json"
    file.write_text(content if isinstance(content, str) else json.dumps(content))
    return file


def test_what_is_written_is_read_back(tmp_path: Path) -> None:
    recording = Recording(
        "greeting",
        (
            Interaction("GET", "/v1/customers", (("limit", "3"),), 5, 200, {"data": []}, "v", "a"),
            Interaction("POST", "/v1/refunds", (), 6, 401, {"error": {}}, key="invalid"),
        ),
    )
    file = write(tmp_path / "new", recording)
    assert file.name == "greeting.json"
    assert load(file) == recording


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"at": "now"}, 'interactions[0].at: must be an integer; found "now"'),
        ({"at": True}, "interactions[0].at: must be an integer"),
        ({"method": "PUT"}, "interactions[0].method: must be one of GET, POST, DELETE"),
        ({"path": "customers"}, "interactions[0].path: must be a path such as /v1/customers"),
        ({"params": {}}, "interactions[0].params: must be a list"),
        ({"params": [["a", 1]]}, "interactions[0].params[0]: must be a list of a name and a value"),
        ({"key": "sk_test_1"}, "interactions[0].key: must be"),
        ({"version": 3}, "interactions[0].version: must be a text"),
    ],
)
def test_a_wrong_field_is_named(tmp_path: Path, change: Any, complaint: str) -> None:
    file = file_of(tmp_path, {"name": "x", "interactions": [{**INTERACTION, **change}]})
    with pytest.raises(RecordingError) as caught:
        load(file)
    assert str(file) in str(caught.value)
    assert complaint in str(caught.value)


def test_a_missing_answer_is_named(tmp_path: Path) -> None:
    interaction = {key: value for key, value in INTERACTION.items() if key != "response"}
    with pytest.raises(RecordingError, match=r"interactions\[0\]\.response: is missing"):
        load(file_of(tmp_path, {"name": "x", "interactions": [interaction]}))


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ("{", "line 1: is not JSON"),
        ("[]", "the file: must be a hash"),
        ({"interactions": []}, "name: must be a text; found nothing"),
        ({"name": "x", "interactions": []}, "interactions: is empty"),
    ],
)
def test_a_file_that_is_no_recording_is_refused(
    tmp_path: Path, content: Any, complaint: str
) -> None:
    with pytest.raises(RecordingError, match=complaint.replace("[", r"\[")):
        load(file_of(tmp_path, content))


def test_a_key_is_never_repeated_in_a_complaint(tmp_path: Path) -> None:
    file = file_of(
        tmp_path, {"name": "x", "interactions": [{**INTERACTION, "key": "sk_test_secret"}]}
    )
    with pytest.raises(RecordingError) as caught:
        load(file)
    assert "secret" not in str(caught.value)


def test_a_folder_is_read_by_file_name_and_by_choice(tmp_path: Path) -> None:
    for name in ("b", "a"):
        write(tmp_path, Recording(name, (Interaction("GET", "/v1/events", (), 1, 200, {}),)))
    assert [each.name for each in load_all(tmp_path)] == ["a", "b"]
    assert [each.name for each in load_all(tmp_path, ["b"])] == ["b"]
    with pytest.raises(RecordingError, match="no recording named c"):
        load_all(tmp_path, ["c"])


def test_a_folder_without_recordings_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RecordingError, match=r"has no \*\.json in it"):
        load_all(tmp_path)
    with pytest.raises(RecordingError, match="is not a folder"):
        load_all(tmp_path / "nowhere")
