"""Which versions there are, and how they are written."""

from __future__ import annotations

import pytest

from simulator.api.versions import NEWEST, InvalidVersion, edition_of, known, parse, requested
from simulator.engine import API_VERSION
from tests.api.versions.till import Till, opened


def test_the_sdk_lists_every_version_since_2011() -> None:
    assert {"2011-01-01", "2020-08-27", "2024-06-20", "2025-03-31.basil", API_VERSION} <= known()


def test_dates_decide_which_version_is_older() -> None:
    assert parse("2024-06-20").precedes(parse("2024-09-30.acacia"))
    assert parse("2025-02-24.acacia").precedes(parse("2025-03-01.dashboard"))
    assert not NEWEST.precedes(parse("2026-10-28.preview"))


@pytest.mark.parametrize(
    "written",
    ["2026-08-26.clover", "2025-04-01.basil", "acacia", "2025-3-31.basil", "2025-02-30.acacia"],
)
def test_a_version_that_never_was_is_refused_in_stripes_words(till: Till, written: str) -> None:
    with pytest.raises(InvalidVersion):
        requested(written)
    body = till.get("customers", written)
    assert till.status == 400
    assert body["error"]["message"] == f"Invalid Stripe API version: {written}"
    assert till.headers["Stripe-Version"] == API_VERSION


@pytest.mark.parametrize("written", ["2026-10-28.preview", "2025-03-31.basil;fx_quote_preview=v1"])
def test_previews_are_let_through(till: Till, written: str) -> None:
    till.get("customers", written)
    assert till.status == 200
    assert till.headers["Stripe-Version"] == written
    assert "Stripe-Notice" not in till.headers


def test_a_preview_feature_keeps_the_shape_of_the_version_it_is_behind(till: Till) -> None:
    subscription = till.subscribed()
    seen = till.get(f"subscriptions/{subscription['id']}", "2025-02-24.acacia;some_feature=v1")
    assert "current_period_end" in seen


def test_a_version_newer_than_caroms_gets_the_newest_shape_and_is_told_so(till: Till) -> None:
    till.get("customers", "2027-01-31.fig")
    assert till.status == 200
    assert API_VERSION in till.headers["Stripe-Notice"]


def test_the_newest_version_has_nothing_to_do(till: Till) -> None:
    edition = edition_of(API_VERSION)
    assert not edition.plans
    subscription = till.subscribed()
    assert till.get(f"subscriptions/{subscription['id']}", API_VERSION) == subscription


def test_a_request_without_a_version_gets_the_accounts_default() -> None:
    till = opened(api_version="2025-02-24.acacia")
    subscription = till.subscribed()
    assert till.headers["Stripe-Version"] == "2025-02-24.acacia"
    assert "current_period_end" in subscription
    seen = till.get(f"subscriptions/{subscription['id']}", API_VERSION)
    assert "current_period_end" not in seen
