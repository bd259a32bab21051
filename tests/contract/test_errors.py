"""Refusals carry Stripe's own words."""

from __future__ import annotations

import pytest

from simulator.contract import (
    CardError,
    InvalidChoice,
    InvalidUrl,
    NoSuchObject,
    NotSimulated,
    OutOfRange,
    StripeError,
    UnknownRoute,
)


def test_a_missing_object_is_404_in_a_path_and_400_in_a_body() -> None:
    in_path = NoSuchObject("customer", "cus_1", in_path=True)
    in_body = NoSuchObject("price", "invalid", "items[0][price]")
    assert (in_path.status, in_body.status) == (404, 400)
    assert in_body.shown() == {
        "message": "No such price: 'invalid'",
        "type": "invalid_request_error",
        "code": "resource_missing",
        "param": "items[0][price]",
    }


def test_the_payment_method_is_the_one_object_with_a_name_of_its_own() -> None:
    assert str(NoSuchObject("payment_method", "x")).startswith("No such PaymentMethod: 'x'; It's")
    assert str(NoSuchObject("payment_intent", "x")) == "No such payment_intent: 'x'"


@pytest.mark.parametrize(("options", "text"), [("a", "a"), ("ab", "a or b"), ("abc", "a, b, or c")])
def test_options_are_listed_with_an_oxford_comma(options: str, text: str) -> None:
    assert str(InvalidChoice("x[kind]", tuple(options))) == f"Invalid kind: must be one of {text}"


def test_a_trailing_slash_gets_advice() -> None:
    assert str(UnknownRoute("GET", "/v1/x")) == (
        "Unrecognized request URL (GET: /v1/x). Please see https://stripe.com/docs or we can help"
        " at https://support.stripe.com/."
    )
    assert "(GET: /v1/customers/). If you are trying to list objects, remove the trailing" in str(
        UnknownRoute("GET", "/v1/customers/")
    )


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (OutOfRange("amount", at_least=1), "This value must be greater than or equal to 1."),
        (OutOfRange("limit", at_most=100), "This value must be less than or equal to 100."),
        (InvalidUrl("url"), "Not a valid URL"),
        (
            InvalidUrl("url", has_scheme=False),
            "Invalid URL: An explicit scheme (such as https) must be provided.",
        ),
    ],
)
def test_bounds_and_urls(error: StripeError, message: str) -> None:
    assert str(error) == message


def test_a_decline_executed_and_may_leave_something_behind() -> None:
    declined = CardError(decline_code="generic_decline", param="", commits=True)
    assert declined.executed
    assert declined.commits
    assert not CardError().commits
    assert declined.shown() == {
        "message": "Your card was declined.",
        "type": "card_error",
        "code": "card_declined",
        "param": "",
        "decline_code": "generic_decline",
    }


def test_what_is_not_simulated_says_so() -> None:
    error = NotSimulated("GET", "/v1/payouts")
    assert (error.status, error.type) == (501, "api_error")
    assert "Carom does not simulate GET /v1/payouts" in error.message
