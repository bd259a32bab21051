"""Recordings: requests that were sent to the real Stripe API, and its answers.

One file is one scenario, as JSON; docs/recordings.md describes the format. A file that is none is
refused with the place at which it goes wrong.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, cast

Pairs = tuple[tuple[str, str], ...]
Method = Literal["GET", "POST", "DELETE"]

METHODS = ("GET", "POST", "DELETE")
UNUSABLE = "invalid"
"""What `key` says where the request carried a key that opens nothing."""


class RecordingError(Exception):
    """A file that is no recording. `where` is a path into it, such as `interactions[2].params`."""

    def __init__(self, file: Path, where: str, problem: str) -> None:
        super().__init__(f"{file}: {where}: {problem}" if where else f"{file}: {problem}")
        self.file = file
        self.where = where


@dataclass(frozen=True, slots=True)
class Interaction:
    """One request and its answer.

    `params` are the decoded names and values in order: the query of a GET or DELETE, the form of a
    POST. `at` is when the answer was given, Unix seconds.
    """

    method: Method
    path: str
    params: Pairs
    at: int
    status: int
    response: Any
    version: str | None = None
    account: str | None = None
    key: str | None = None

    @property
    def refused(self) -> bool:
        return self.status >= 400


@dataclass(frozen=True, slots=True)
class Recording:
    """One scenario: its interactions in the order in which they happened."""

    name: str
    interactions: tuple[Interaction, ...]


def load(file: Path) -> Recording:
    """Read one recording; `RecordingError` says what is wrong with the file."""
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
    except OSError as fault:
        raise RecordingError(file, "", f"cannot be read: {fault.strerror}") from fault
    except UnicodeDecodeError as fault:
        raise RecordingError(file, "", "is not UTF-8 text") from fault
    except json.JSONDecodeError as fault:
        raise RecordingError(file, f"line {fault.lineno}", f"is not JSON: {fault.msg}") from fault
    reader = _Reader(file)
    body = reader.hash(content, "")
    name = reader.text(body, "name", "")
    found = reader.list(body, "interactions", "")
    if not found:
        raise RecordingError(file, "interactions", "is empty: there is nothing to replay")
    return Recording(
        name, tuple(reader.interaction(each, f"interactions[{n}]") for n, each in enumerate(found))
    )


def load_all(folder: Path, only: Sequence[str] = ()) -> list[Recording]:
    """All recordings of a folder, by file name; with `only`, those of that name."""
    if not folder.is_dir():
        raise RecordingError(folder, "", "is not a folder of recordings")
    found = [load(file) for file in sorted(folder.glob("*.json"))]
    if not found:
        raise RecordingError(folder, "", "has no *.json in it")
    unknown = sorted(set(only) - {recording.name for recording in found})
    if unknown:
        raise RecordingError(folder, "", f"has no recording named {', '.join(unknown)}")
    return [recording for recording in found if not only or recording.name in only]


def write(folder: Path, recording: Recording) -> Path:
    """Write a recording as `{name}.json`; returns the file."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{recording.name}.json"
    content = {
        "name": recording.name,
        "interactions": [_written(each) for each in recording.interactions],
    }
    file.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return file


def _written(interaction: Interaction) -> dict[str, Any]:
    optional = {
        "version": interaction.version,
        "account": interaction.account,
        "key": interaction.key,
    }
    return {
        "method": interaction.method,
        "path": interaction.path,
        "params": [list(pair) for pair in interaction.params],
        **{name: value for name, value in optional.items() if value is not None},
        "at": interaction.at,
        "status": interaction.status,
        "response": interaction.response,
    }


class _Reader:
    """Takes a parsed file apart and says where it is not what it should be."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def interaction(self, value: Any, where: str) -> Interaction:
        given = self.hash(value, where)
        method = self.text(given, "method", where)
        if method not in METHODS:
            raise self._wrong(f"{where}.method", f"one of {', '.join(METHODS)}", method)
        path = self.text(given, "path", where)
        if not path.startswith("/v"):
            raise self._wrong(f"{where}.path", "a path such as /v1/customers", path)
        key = self.optional(given, "key", where)
        if key not in (None, UNUSABLE):
            raise self._wrong(f"{where}.key", f'"{UNUSABLE}" or nothing: keys are not kept', "…")
        if "response" not in given:
            raise RecordingError(self._file, f"{where}.response", "is missing")
        return Interaction(
            method=cast(Method, method),
            path=path,
            params=tuple(self._pairs(given, where)),
            at=self.number(given, "at", where),
            status=self.number(given, "status", where),
            response=given["response"],
            version=self.optional(given, "version", where),
            account=self.optional(given, "account", where),
            key=key,
        )

    def hash(self, value: Any, where: str) -> Mapping[str, Any]:
        if not isinstance(value, dict):
            raise self._wrong(where or "the file", "a hash", value)
        return value

    def list(self, given: Mapping[str, Any], name: str, where: str) -> Sequence[Any]:
        value = given.get(name)
        if not isinstance(value, list):
            raise self._wrong(_under(where, name), "a list", value)
        return value

    def text(self, given: Mapping[str, Any], name: str, where: str) -> str:
        value = given.get(name)
        if not isinstance(value, str) or not value:
            raise self._wrong(_under(where, name), "a text", value)
        return value

    def optional(self, given: Mapping[str, Any], name: str, where: str) -> str | None:
        return None if given.get(name) is None else self.text(given, name, where)

    def number(self, given: Mapping[str, Any], name: str, where: str) -> int:
        value = given.get(name)
        if not isinstance(value, int) or isinstance(value, bool):
            raise self._wrong(_under(where, name), "an integer", value)
        return value

    def _pairs(self, given: Mapping[str, Any], where: str) -> Iterator[tuple[str, str]]:
        for number, pair in enumerate(self.list(given, "params", where)):
            place = f"{where}.params[{number}]"
            if not isinstance(pair, list) or [type(part) for part in pair] != [str, str]:
                raise self._wrong(place, "a list of a name and a value, both texts", pair)
            yield pair[0], pair[1]

    def _wrong(self, where: str, expected: str, found: Any) -> RecordingError:
        shown = "nothing" if found is None else json.dumps(found, ensure_ascii=False)[:60]
        return RecordingError(self._file, where, f"must be {expected}; found {shown}")


def _under(where: str, name: str) -> str:
    return f"{where}.{name}" if where else name
