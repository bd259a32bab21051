"""From a query to a predicate on objects (docs.stripe.com/search#search-query-language).

Matching ignores case. On text, `:` finds the words of the value, one after the other; `~` finds a
substring of at least three characters. Words are what spaces separate, a choice of ours: that keeps
an email address whole, so that `email:"amy"` is not `email~"amy"`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from operator import eq, ge, gt, le, lt
from typing import Any, TypeAlias

from simulator.api.search.faults import (
    not_a_number,
    too_short,
    unparsable,
    unsupported_field,
    unsupported_operator,
)
from simulator.api.search.fields import METADATA, Field, Resource, Sort
from simulator.api.search.grammar import Clause, Query
from simulator.engine import Obj, value_at

Predicate: TypeAlias = "Callable[[Obj], bool]"
Test: TypeAlias = "Callable[[Any], bool]"

SHORTEST_SUBSTRING = 3
_COMPARISONS: Mapping[str, Callable[[Any, Any], bool]] = {
    ":": eq,
    "=": eq,
    ">": gt,
    "<": lt,
    ">=": ge,
    "<=": le,
}


def predicate(query: Query, resource: Resource) -> Predicate:
    """Whether an object of the resource matches; refuses fields and operators it does not have."""
    tests = [_clause(clause, resource) for clause in query.clauses]
    if len(tests) == 1:
        return tests[0]
    joined = any if query.any_of else all
    return lambda obj: joined(test(obj) for test in tests)


def names_a_parent(query: Query, resource: Resource) -> bool:
    """Whether every match is within a customer or subscription that the query names."""
    within = [
        not clause.negated and clause.value is not None and resource.fields[clause.field].parent
        for clause in query.clauses
        if clause.field in resource.fields
    ]
    if query.any_of:
        return len(within) == len(query.clauses) and all(within)
    return any(within)


def _clause(clause: Clause, resource: Resource) -> Predicate:
    field = _field(clause, resource)
    if clause.operator not in field.sort.value:
        raise unsupported_operator(clause.field, clause.operator, resource.name)
    test, path, negated = _test(clause, field), field.path, clause.negated
    return lambda obj: test(value_at(obj, path)) is not negated


def _field(clause: Clause, resource: Resource) -> Field:
    if clause.field == METADATA:
        if clause.key is None:
            raise unparsable()
        return Field(Sort.TOKEN, (METADATA, clause.key))
    field = resource.fields.get(clause.field)
    if field is None:
        raise unsupported_field(clause.field, resource.name)
    if clause.key is not None:
        raise unparsable()
    return field


def _test(clause: Clause, field: Field) -> Test:
    if clause.value is None:
        if clause.operator != ":":
            raise unparsable()
        return lambda value: value is None
    if field.sort is Sort.NUMBER:
        return _number(clause, clause.value)
    wanted = clause.value.casefold()
    if clause.operator == "~":
        if len(wanted) < SHORTEST_SUBSTRING:
            raise too_short(clause.field, SHORTEST_SUBSTRING)
        return lambda value: value is not None and wanted in _folded(value)
    if field.sort is Sort.TEXT:
        return _words(wanted)
    return lambda value: value is not None and _folded(value) == wanted


def _number(clause: Clause, written: str) -> Test:
    try:
        bound = Decimal(written)
    except InvalidOperation:
        raise not_a_number(clause.field, written) from None
    if not bound.is_finite():
        raise not_a_number(clause.field, written)
    compare = _COMPARISONS[clause.operator]
    return lambda value: value is not None and compare(value, bound)


def _words(wanted: str) -> Test:
    padded = f" {' '.join(wanted.split())} "
    return lambda value: value is not None and padded in f" {' '.join(_folded(value).split())} "


def _folded(value: Any) -> str:
    """A value as a query writes it: `true`, `4242`, text."""
    return str(value).casefold()
