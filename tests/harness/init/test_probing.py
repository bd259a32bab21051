"""What is found of a running app by asking it."""

from __future__ import annotations

import pytest

from harness.init.probing import pointers_in


def test_fields_are_found_under_their_usual_names_at_any_depth() -> None:
    shown = {
        "user": {"email": "ada@example.org", "active": True},
        "billing": {
            "planName": "pro",
            "hasAccess": True,
            "subscription_status": "active",
            "currentPeriodEnd": 1_767_960_000,
            "cancel_at": None,
        },
    }
    assert pointers_in(shown) == {
        "plan": "/billing/planName",
        "access": "/billing/hasAccess",
        "status": "/billing/subscription_status",
        "cancel_at": "/billing/cancel_at",
        "period_end": "/billing/currentPeriodEnd",
    }


@pytest.mark.parametrize(
    "shown",
    [
        {"plan": 3, "access": "yes", "period_end": "2026-01-09"},
        {"plans": ["pro"], "access": None},
        [],
        "pro",
        None,
        {"a": {"b": {"c": {"d": {"plan": "too deep"}}}}},
    ],
)
def test_what_is_of_another_kind_is_not_taken_for_a_field(shown: object) -> None:
    assert pointers_in(shown) == {}


def test_the_least_deep_of_two_wins_and_keys_are_escaped_as_in_rfc_6901() -> None:
    assert pointers_in({"a/b": {"plan": "pro"}, "x": {"y": {"plan": "basic"}}}) == {
        "plan": "/a~1b/plan"
    }
