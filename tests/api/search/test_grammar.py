"""The search query language, as docs.stripe.com/search describes it."""

from __future__ import annotations

import pytest

from simulator.api.search.grammar import Clause, Query, parse
from simulator.contract import StripeError


@pytest.mark.parametrize(
    ("text", "clause"),
    [
        ('email:"amy@example.com"', Clause("email", None, ":", "amy@example.com")),
        ("email:'amy'", Clause("email", None, ":", "amy")),
        ('email~"amy"', Clause("email", None, "~", "amy")),
        ("amount>=1000", Clause("amount", None, ">=", "1000")),
        ("amount < -5.5", Clause("amount", None, "<", "-5.5")),
        ("active:TRUE", Clause("active", None, ":", "true")),
        ("email:null", Clause("email", None, ":", None)),
        ('email:"null"', Clause("email", None, ":", "null")),
        ('-currency:"usd"', Clause("currency", None, ":", "usd", negated=True)),
        (r'name:"the \"boss\""', Clause("name", None, ":", 'the "boss"')),
        (r'name:"back\\slash"', Clause("name", None, ":", r"back\slash")),
        ('metadata["a key"]:"b"', Clause("metadata", "a key", ":", "b")),
        ("metadata['k']:'v'", Clause("metadata", "k", ":", "v")),
        ('-metadata["k"]:null', Clause("metadata", "k", ":", None, negated=True)),
        ('  name:"x"  ', Clause("name", None, ":", "x")),
    ],
)
def test_one_clause(text: str, clause: Clause) -> None:
    assert parse(text) == Query((clause,))


@pytest.mark.parametrize("between", [" ", "  ", " AND ", " and "])
def test_clauses_must_all_hold(between: str) -> None:
    query = parse(f"a:1{between}b:2")
    assert [clause.field for clause in query.clauses] == ["a", "b"]
    assert not query.any_of


def test_or_means_any() -> None:
    assert parse("a:1 OR b:2 or c:3").any_of


def test_words_of_a_value_are_no_connectives() -> None:
    assert parse('name:"this OR that AND more"').clauses[0].value == "this OR that AND more"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "asdf",
        "name:",
        "name:jane",
        'name:"jane',
        'name "jane"',
        'name:"a"name:"b"',
        "a:1 AND",
        "a:1 AND AND b:2",
        "AND a:1",
        "(a:1)",
        "--a:1",
        "a:1 XOR b:2",
        "metadata[k]:1",
        "a:1 OR b:2 AND c:3",
        "a:1 OR b:2 c:3",
    ],
)
def test_anything_else_cannot_be_parsed(text: str) -> None:
    with pytest.raises(StripeError) as refused:
        parse(text)
    assert refused.value.message.startswith("We were unable to parse your search query.")
    assert refused.value.status == 400


def test_ten_clauses_are_the_most() -> None:
    assert len(parse(" ".join(["a:1"] * 10)).clauses) == 10
    with pytest.raises(StripeError, match="up to 10 clauses"):
        parse(" ".join(["a:1"] * 11))


def test_a_long_query_is_read_in_a_moment() -> None:
    with pytest.raises(StripeError):
        parse('a:"' + "\\" * 50_000)
    with pytest.raises(StripeError):
        parse("a:1" + " " * 50_000 + "!")
