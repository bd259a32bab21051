"""Forms are decoded as Stripe's SDKs encode them."""

from __future__ import annotations

from contextlib import suppress
from typing import Any
from urllib.parse import quote_plus, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stripe._encode import _api_encode

from simulator.api.forms import decode
from simulator.contract import ParameterError, StripeError

NAMES = st.text(st.characters(blacklist_characters="[]", blacklist_categories=["Cs"]), min_size=1)
TEXTS = st.text(st.characters(blacklist_categories=["Cs"]))


def values(leaves: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.recursive(
        leaves,
        lambda inner: st.one_of(
            st.lists(inner, min_size=1, max_size=4),
            st.dictionaries(NAMES, inner, min_size=1, max_size=4),
        ),
        max_leaves=12,
    )


def as_form(value: Any) -> Any:
    """Lists as the hashes keyed by index that the SDK writes."""
    if isinstance(value, list):
        return {str(index): as_form(item) for index, item in enumerate(value)}
    if isinstance(value, dict):
        return {name: as_form(item) for name, item in value.items()}
    return value


@given(st.dictionaries(NAMES, values(TEXTS), max_size=5))
def test_decodes_what_the_sdk_encodes(params: dict[str, Any]) -> None:
    body = urlencode(list(_api_encode(params)))
    assert decode(body) == as_form(params)
    assert decode(body.replace("%5B", "[").replace("%5D", "]")) == as_form(params)


@given(st.text("ab[]=&%+0é\x00", max_size=60))
def test_hostile_text_is_decoded_or_refused(text: str) -> None:
    with suppress(ParameterError):
        assert isinstance(decode(text), dict)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", {}),
        ("&&", {}),
        ("a", {"a": ""}),
        ("a=b=c", {"a": "b=c"}),
        ("a=1&a=2", {"a": "2"}),
        (
            "email=jenny%2Brosen%40example.com&name=Jenny+Rosen",
            {"email": "jenny+rosen@example.com", "name": "Jenny Rosen"},
        ),
        ("name=J%C3%BCrgen", {"name": "Jürgen"}),
        ("a[b][c]=1&a[b][d]=", {"a": {"b": {"c": "1", "d": ""}}}),
        ("a%5Bb%5D=1", {"a": {"b": "1"}}),
        ("e[]=x&e[]=y", {"e": ["x", "y"]}),
        ("e[1]=y&e[0]=x", {"e": {"1": "y", "0": "x"}}),
        ("i[][p]=1&i[][q]=2&i[][p]=3", {"i": [{"p": "1", "q": "2"}, {"p": "3"}]}),
        (
            "i[][p][a]=1&i[][p][b]=2&i[][p][a]=3",
            {"i": [{"p": {"a": "1", "b": "2"}}, {"p": {"a": "3"}}]},
        ),
        ("i[][e][]=1&i[][e][]=2", {"i": [{"e": ["1", "2"]}]}),
        ("a[b=1", {"a[b": "1"}),
        ("metadata[a[b]]=1", {"metadata": {"a[b]": "1"}}),
    ],
)
def test_forms(text: str, expected: dict[str, Any]) -> None:
    assert decode(text) == expected


def test_query_and_body_are_one_set_of_parameters() -> None:
    assert decode("a=1&b=1", "b=2") == {"a": "1", "b": "2"}


@pytest.mark.parametrize(
    "text",
    [
        "a=1&a[b]=2",
        "a[b]=1&a=2",
        "a[]=1&a[b]=2",
        "a[0]=1&a[]=2",
        "a=%ff",
        "a" + "[b]" * 40 + "=1",
        "&".join(f"p{n}=1" for n in range(10_001)),
    ],
)
def test_refuses_what_contradicts_itself_or_is_too_much(text: str) -> None:
    with pytest.raises(StripeError) as refused:
        decode(text)
    assert refused.value.status == 400


def test_a_huge_index_costs_nothing() -> None:
    assert decode(f"a[{'9' * 30}]={quote_plus('x')}") == {"a": {"9" * 30: "x"}}
