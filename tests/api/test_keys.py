"""Test keys open a world, and nothing else does."""

from __future__ import annotations

from base64 import b64encode

import pytest

from simulator.api.keys import key_of, masked
from simulator.contract import Unauthorized


def basic(credentials: str) -> str:
    return "Basic " + b64encode(credentials.encode()).decode()


@pytest.mark.parametrize(
    "authorization",
    ["Bearer sk_test_x", "bearer sk_test_x", basic("sk_test_x:"), basic("sk_test_x")],
)
def test_bearer_and_basic_carry_a_key(authorization: str) -> None:
    assert key_of({"authorization": authorization}) == "sk_test_x"


def test_restricted_test_keys_are_keys() -> None:
    assert key_of({"authorization": "Bearer rk_test_x"}) == "rk_test_x"


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"authorization": ""},
        {"authorization": "Bearer"},
        {"authorization": "Digest x"},
        {"authorization": "Basic ***"},
        {"authorization": "Basic /w=="},
    ],
)
def test_no_key(headers: dict[str, str]) -> None:
    with pytest.raises(Unauthorized) as refused:
        key_of(headers)
    assert str(refused.value).startswith("You did not provide an API key. You need to provide")


def test_a_live_key_is_refused_and_never_shown() -> None:
    for key in ("sk_live_thesecretkey", "rk_live_thesecretkey", "pk_live_thesecretkey"):
        with pytest.raises(Unauthorized) as refused:
            key_of({"authorization": f"Bearer {key}"})
        assert "never accepts a live key" in str(refused.value)
        assert "sk_test_anything" in str(refused.value)
        assert key not in str(refused.value)


def test_a_publishable_key_is_told_so() -> None:
    with pytest.raises(Unauthorized) as refused:
        key_of({"authorization": "Bearer pk_test_x"})
    assert refused.value.code == "secret_key_required"


@pytest.mark.parametrize("key", ["sk_test_", "whsec_123456", "x", "sk_test_a b", "sk_test_é"])
def test_anything_else_is_echoed_masked(key: str) -> None:
    with pytest.raises(Unauthorized) as refused:
        key_of({"authorization": f"Bearer {key}"})
    assert str(refused.value) == f"Invalid API Key provided: {masked(key)}"


@pytest.mark.parametrize(
    ("key", "shown"),
    [
        ("sk_test_thisiscredentials", "sk_test_*************ials"),
        ("sk_live_abcdef", "sk_live_**cdef"),
        ("sk_test_abcd", "sk_test_****"),
        ("not_an_api_key", "**********_key"),
        ("", ""),
    ],
)
def test_masking(key: str, shown: str) -> None:
    assert masked(key) == shown
