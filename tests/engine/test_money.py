"""Amounts are integers, shared exactly, and written as Stripe writes them."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.engine.money import decimals, display, share

amounts = st.integers(-(10**12), 10**12)
parts = st.integers(0, 10**9)
wholes = st.integers(1, 10**9)


def exact(amount: int, part: int, whole: int) -> int:
    """Round half away from zero, by fractions."""
    value = Fraction(amount * part, whole)
    rounded = math.floor(abs(value) + Fraction(1, 2))
    return rounded if value >= 0 else -rounded


@given(amounts, parts, wholes)
def test_a_share_is_the_fraction_rounded_once(amount: int, part: int, whole: int) -> None:
    assert share(amount, part, whole) == exact(amount, part, whole)


@given(amounts, wholes)
def test_the_whole_is_the_amount_and_nothing_is_nothing(amount: int, whole: int) -> None:
    assert share(amount, whole, whole) == amount
    assert share(amount, 0, whole) == 0


@given(amounts, parts, wholes)
def test_credit_and_debit_of_the_same_are_opposite(amount: int, part: int, whole: int) -> None:
    assert share(-amount, part, whole) == -share(amount, part, whole)


@pytest.mark.parametrize(
    ("amount", "part", "whole", "rounded"),
    [
        (1000, 445_540, 2_678_400, 166),  # 166.35, docs.stripe.com, prorations
        (3252, 445_540, 2_678_400, 541),  # 540.96, the same page
        (2500, 2_591_996, 2_592_000, 2500),  # 2499.996, recorded traffic
        (1, 1, 2, 1),
        (-1, 1, 2, -1),
        (3, 1, 2, 2),
    ],
)
def test_shares_seen_in_documentation_and_traffic(
    amount: int, part: int, whole: int, rounded: int
) -> None:
    assert share(amount, part, whole) == rounded


@pytest.mark.parametrize(
    ("amount", "currency", "text"),
    [
        (2500, "usd", "$25.00"),
        (5, "usd", "$0.05"),
        (0, "usd", "$0.00"),
        (-123_456_789, "usd", "-$1,234,567.89"),
        (500, "jpy", "¥500"),
        (1_234_567, "jpy", "¥1,234,567"),
        (12_345, "kwd", "KWD 12.345"),
        (1000, "chf", "CHF 10.00"),
        (999, "eur", "€9.99"),
    ],
)
def test_amounts_are_written_in_their_currency(amount: int, currency: str, text: str) -> None:
    assert display(amount, currency) == text


def test_currencies_have_no_two_or_three_decimals() -> None:
    assert [decimals(code) for code in ("jpy", "usd", "kwd")] == [0, 2, 3]
