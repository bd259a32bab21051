"""Typed reading of a TOML document, with errors that name file, line, key and what to do.

`tomllib` does not tell where a key stands, so the line is looked for in the text; it is only a
help for the reader of a message, and nothing else depends on it.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from scenarios import suggestion


class ConfigError(Exception):
    """`carom.toml` cannot be used: where, what is wrong, what to do."""

    def __init__(self, path: Path, line: int | None, problem: str) -> None:
        self.path = path
        self.line = line
        self.problem = problem
        where = str(path) if line is None else f"{path}:{line}"
        super().__init__(f"{where}: {problem}")


class Table:
    """One TOML table. Each getter takes a key out; `finish` refuses what nobody asked for."""

    def __init__(self, values: Mapping[str, Any], text: str, path: Path, name: str = "") -> None:
        self._values = dict(values)
        self._text = text
        self._path = path
        self._name = name
        self._asked: set[str] = set()

    def __contains__(self, key: str) -> bool:
        return key in self._values

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def table(self, key: str, *, required: bool = False) -> Table:
        found = self._take(key, dict, "a table", None if required else {})
        name = f"{self._name}.{key}" if self._name else key
        return Table(found, self._text, self._path, name)

    def text(self, key: str, default: str | None = None) -> str:
        return str(self._take(key, str, "text in quotes", default))

    def optional_text(self, key: str) -> str | None:
        self._asked.add(key)
        return self.text(key) if key in self._values else None

    def flag(self, key: str, default: bool) -> bool:
        return bool(self._take(key, bool, "true or false", default))

    def integer(self, key: str, default: int | None = None) -> int:
        return int(self._take(key, int, "a whole number", default))

    def seconds(self, key: str, default: float) -> float:
        found = self._take(key, (int, float), "a number of seconds", default)
        if found < 0:
            raise self.error(key, f"{self._called(key)} is {found}; it must not be negative.")
        return float(found)

    def texts(self, key: str, default: Iterable[str] | None = None) -> tuple[str, ...]:
        fallback = None if default is None else list(default)
        found = self._take(key, list, "a list of texts", fallback)
        for item in found:
            if not isinstance(item, str):
                raise self.error(key, f"{self._called(key)} must hold texts only, not {item!r}.")
        return tuple(found)

    def words(self, key: str) -> dict[str, str]:
        """A table of texts, e.g. environment variables."""
        found = self._take(key, dict, "a table", {})
        for name, value in found.items():
            if not isinstance(value, str):
                raise self.error(name, f"{self._called(key)}.{name} must be text, not {value!r}.")
        return dict(found)

    def choice(self, key: str, choices: Iterable[str], default: str | None = None) -> str:
        found = self.text(key, default)
        return self._chosen(key, found, list(choices))

    def choices(self, key: str, choices: Iterable[str], default: Iterable[str]) -> tuple[str, ...]:
        valid = list(choices)
        return tuple(self._chosen(key, found, valid) for found in self.texts(key, default))

    def path_beside(self, key: str) -> Path:
        """A folder, absolute; relative ones are taken from where the file is. Default: that
        place.
        """
        folder = (self._path.parent / self.text(key, ".")).resolve()
        if not folder.is_dir():
            raise self.error(key, f"{self._called(key)}: there is no folder {folder}.")
        return folder

    def finish(self) -> None:
        """Refuses keys that no getter asked for: a misspelt key must not be silently without
        effect.
        """
        for key in self._values:
            if key not in self._asked:
                problem = f"unknown key {self._called(key)}. {suggestion(key, self._asked)}"
                raise self.error(key, problem)

    def allow(self, *keys: str) -> None:
        """Keys that are valid here although nobody asked for them, because they may be absent."""
        self._asked.update(keys)

    def error(self, key: str, problem: str) -> ConfigError:
        return ConfigError(self._path, line_of(self._text, self._name, key), problem)

    def _take(self, key: str, kind: Any, called: str, default: Any) -> Any:
        self._asked.add(key)
        if key not in self._values:
            if default is None:
                raise self.error(key, f"{self._called(key)} is missing; it must be {called}.")
            return default
        found = self._values[key]
        # In Python a bool is an int; in a configuration it never is.
        if not isinstance(found, kind) or (isinstance(found, bool) and kind is not bool):
            raise self.error(key, f"{self._called(key)} must be {called}, not {found!r}.")
        return found

    def _chosen(self, key: str, found: str, choices: list[str]) -> str:
        if found not in choices:
            problem = f'{self._called(key)} is "{found}". {suggestion(found, choices)}'
            raise self.error(key, problem)
        return found

    def _called(self, key: str) -> str:
        return f"[{self._name}] {key}" if self._name else f"[{key}]"


def line_of(text: str, table: str, key: str) -> int | None:
    """The line of the key in its table (`""`: of the whole file), else of the table, else none."""
    heading = re.compile(rf"^\s*\[\s*{re.escape(table)}(\.{re.escape(key)})?\s*\]")
    inside = not table
    table_line = None
    for number, line in enumerate(text.splitlines(), start=1):
        opened = heading.match(line)
        if opened:
            inside, table_line = True, number
            if opened.group(1):
                return number
        elif line.lstrip().startswith("["):
            if not table and re.match(rf"^\s*\[\s*{re.escape(key)}\b", line):
                return number
            inside = inside and line.lstrip().startswith("[[")
        elif inside and re.match(rf'^\s*"?{re.escape(key)}"?\s*[=.]', line):
            return number
    return table_line


def read_toml(path: Path) -> tuple[str, dict[str, Any]]:
    """The text and its values, or a `ConfigError` that says where the text stops being TOML."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError as fault:
        problem = "there is no such file. Say where it is with --config PATH."
        raise ConfigError(path, None, problem) from fault
    except OSError as fault:
        raise ConfigError(path, None, f"cannot be read: {fault.strerror}.") from fault
    except UnicodeDecodeError as fault:
        raise ConfigError(path, None, "is not UTF-8 text.") from fault
    try:
        return text, tomllib.loads(text)
    except tomllib.TOMLDecodeError as fault:
        found = re.search(r"\(at line (\d+), column \d+\)", str(fault))
        problem = re.sub(r"\s*\(at .*\)$", "", str(fault))
        line = int(found.group(1)) if found else None
        raise ConfigError(path, line, f"not valid TOML: {problem}.") from fault
