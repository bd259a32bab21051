"""Expiry dates as people type them."""

from __future__ import annotations

import pytest

from simulator.contract.errors import CardError
from simulator.pages.card_form import typed_card

NOVEMBER_2026 = 1_795_000_000


@pytest.mark.parametrize("written", ["12/34", "12 / 34", "1234", "12/2034", " 12 /34 "])
def test_an_expiry_is_read_however_it_is_spaced(written: str) -> None:
    form = {"number": "4242 4242 4242 4242", "exp": written, "cvc": "123"}
    card = typed_card(form, NOVEMBER_2026)
    assert (card.exp_month, card.exp_year) == (12, 2034)
    assert card.number == "4242424242424242"


def test_month_and_year_may_come_apart() -> None:
    form = {"number": "4242424242424242", "exp_month": "1", "exp_year": "2030", "cvc": "1234"}
    assert typed_card(form, NOVEMBER_2026).exp_month == 1


def test_a_card_is_good_until_the_end_of_its_month() -> None:
    form = {"number": "4242424242424242", "cvc": "123"}
    assert typed_card({**form, "exp": "11/26"}, NOVEMBER_2026).exp_year == 2026
    with pytest.raises(CardError, match="in the past"):
        typed_card({**form, "exp": "10/26"}, NOVEMBER_2026)


@pytest.mark.parametrize("written", ["", "/", "12", "ab/cd", "12/3", "١٢/٣٤"])
def test_what_is_no_date_is_incomplete(written: str) -> None:
    with pytest.raises(CardError, match="expiration date is incomplete"):
        typed_card({"number": "4242424242424242", "exp": written, "cvc": "123"}, NOVEMBER_2026)
