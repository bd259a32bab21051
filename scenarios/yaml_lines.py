"""YAML read into plain values together with the line on which each of them stands.

Errors in a scenario must name file and line, also when the fault is found long after parsing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import yaml

Place = tuple[str | int, ...]


class NotYaml(Exception):
    """The text is no YAML document that a scenario can be read from."""

    def __init__(self, line: int, problem: str) -> None:
        super().__init__(problem)
        self.line = line
        self.problem = problem


@dataclass(frozen=True, slots=True)
class Document:
    value: Any
    lines: Mapping[Place, int]

    def line(self, place: Place) -> int:
        """The line of a place such as `("steps", 3)`, or of the nearest place around it."""
        while place and place not in self.lines:
            place = place[:-1]
        return self.lines.get(place, 1)


def read(text: str) -> Document:
    """The document, or `NotYaml`. A key that stands twice in one mapping is a fault, not a silent
    win.
    """
    loader = yaml.SafeLoader(text)
    lines: dict[Place, int] = {}
    try:
        node = loader.get_single_node()
        value = None if node is None else _value(loader, node, (), lines)
    except yaml.MarkedYAMLError as fault:
        mark = fault.problem_mark or fault.context_mark
        problem = " ".join(part for part in (fault.context, fault.problem) if part)
        raise NotYaml(mark.line + 1 if mark else 1, problem) from fault
    except (yaml.YAMLError, ValueError) as fault:
        raise NotYaml(1, str(fault).splitlines()[0]) from fault
    finally:
        loader.dispose()
    return Document(value, lines)


def _value(loader: yaml.SafeLoader, node: yaml.Node, place: Place, lines: dict[Place, int]) -> Any:
    lines[place] = node.start_mark.line + 1
    if isinstance(node, yaml.SequenceNode):
        return [_value(loader, item, (*place, n), lines) for n, item in enumerate(node.value)]
    if not isinstance(node, yaml.MappingNode):
        return loader.construct_object(node, deep=True)
    mapping: dict[str, Any] = {}
    for key_node, value_node in node.value:
        key = str(key_node.value)
        line = key_node.start_mark.line + 1
        if key in mapping:
            raise NotYaml(line, f'the key "{key}" stands twice in the same mapping')
        mapping[key] = _value(loader, value_node, (*place, key), lines)
        lines[(*place, key)] = line
    return mapping
