"""How the pages put things."""

from __future__ import annotations

import pytest

from simulator.pages.words import card_text, day, harmless, price_text

MONTHLY = {"currency": "usd", "unit_amount": 2000, "recurring": {"interval": "month"}}


def test_dates_are_written_out_in_utc() -> None:
    assert day(1_795_478_399) == "November 23, 2026"
    assert day(1_795_478_400) == "November 24, 2026"


def test_prices_say_how_often() -> None:
    quarterly = {"interval": "month", "interval_count": 3}
    assert price_text(MONTHLY) == "$20.00 per month"
    assert price_text({**MONTHLY, "recurring": quarterly}, 2) == "$20.00 × 2 per 3 months"
    assert price_text({**MONTHLY, "recurring": None, "currency": "jpy"}) == "¥2,000"


@pytest.mark.parametrize(
    ("exact", "package", "text"),
    [
        ("0.04", None, "$0.0004 per unit used, charged per month"),
        ("1000", {"divide_by": 60, "round": "up"}, "$10.00 per 60 units used, charged per month"),
        (None, None, "Varies with use, charged per month"),
    ],
)
def test_prices_of_usage_say_that_it_is_charged_afterwards(
    exact: str | None, package: dict[str, object] | None, text: str
) -> None:
    recurring = {"interval": "month", "interval_count": 1, "usage_type": "metered"}
    price = {"currency": "usd", "recurring": recurring, "transform_quantity": package}
    assert price_text({**price, "unit_amount": None, "unit_amount_decimal": exact}) == text


def test_cards_are_named_by_brand_and_last_four() -> None:
    assert card_text({"card": {"brand": "amex", "last4": "0005"}}) == "American Express •••• 0005"
    assert card_text({"type": "us_bank_account"}) == "Us bank account"


@pytest.mark.parametrize("url", ["javascript:alert(1)", " JavaScript:x", "data:text/html,x"])
def test_a_link_that_would_run_something_is_left_out(url: str) -> None:
    assert harmless(url) is None
    assert harmless("myapp://billing") == "myapp://billing"
