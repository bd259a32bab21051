"""The search query language (docs.stripe.com/search#search-query-language), from text to clauses.

Up to ten clauses, joined by spaces or AND, or by OR, never both; no parentheses; `-` negates a
clause. Text is quoted; numbers, `true`, `false` and `null` may stand bare.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from simulator.api.search.faults import mixed_connectives, too_many_clauses, unparsable

Operator = Literal[":", "~", "=", ">", "<", ">=", "<="]

MAX_CLAUSES = 10

_CLAUSE = re.compile(
    r"""
    (?P<negated>-)?
    (?P<field>[A-Za-z_][A-Za-z0-9_.]*)
    (?:\[(?:"(?P<key>(?:[^"\\]|\\.)*)"|'(?P<other_key>(?:[^'\\]|\\.)*)')\])?
    \s*(?P<operator>>=|<=|[:~=><])\s*
    (?:"(?P<text>(?:[^"\\]|\\.)*)"|'(?P<other_text>(?:[^'\\]|\\.)*)'
      |(?P<bare>-?[0-9]+(?:\.[0-9]+)?|(?i:null|true|false)))
    (?!\S)
    """,
    re.VERBOSE | re.ASCII | re.DOTALL,
)
_CONNECTIVE = re.compile(r"\s+(?:(AND|OR)\s+)?", re.IGNORECASE | re.ASCII)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Clause:
    """`-metadata["key"]:"value"`: `key` is there for metadata only; a null `value` means absent."""

    field: str
    key: str | None
    operator: Operator
    value: str | None
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Query:
    """Clauses of which all must hold, or any."""

    clauses: tuple[Clause, ...]
    any_of: bool = False


def parse(text: str) -> Query:
    """The query that a text says; Stripe's 400 where it says none."""
    text = text.strip()
    clauses: list[Clause] = []
    connectives: set[str] = set()
    place = 0
    while True:
        found = _CLAUSE.match(text, place)
        if found is None:
            raise unparsable()
        clauses.append(_clause(found))
        place = found.end()
        if place == len(text):
            break
        between = _CONNECTIVE.match(text, place)
        assert between is not None  # a clause ends before a space
        connectives.add((between[1] or "AND").upper())
        place = between.end()
    if len(connectives) > 1:
        raise mixed_connectives()
    if len(clauses) > MAX_CLAUSES:
        raise too_many_clauses(MAX_CLAUSES)
    return Query(tuple(clauses), connectives == {"OR"})


def _clause(found: re.Match[str]) -> Clause:
    bare = found["bare"]
    quoted = _either(found["text"], found["other_text"])
    value = bare.lower() if bare is not None else quoted
    operator: Operator = found["operator"]  # type: ignore[assignment]  # the pattern's choices
    return Clause(
        found["field"],
        _either(found["key"], found["other_key"]),
        operator,
        None if bare is not None and value == "null" else value,
        found["negated"] is not None,
    )


def _either(double: str | None, single: str | None) -> str | None:
    quoted = double if double is not None else single
    return None if quoted is None else _ESCAPED.sub(r"\1", quoted)
