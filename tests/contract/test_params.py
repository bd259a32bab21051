"""Parameters are coerced as the SDK types them, and refused in Stripe's words."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.contract import (
    Fields,
    StripeError,
    accept,
    installed,
    parameters,
    route_table,
)
from simulator.contract.params import read


def of(key: str) -> Fields:
    method, path = key.split(" ")
    found = route_table().match(method, path)
    assert found is not None
    return parameters(found[0])


def refusal(key: str, raw: dict[str, Any]) -> dict[str, Any]:
    with pytest.raises(StripeError) as refused:
        accept(of(key), raw)
    assert refused.value.status == 400
    assert not refused.value.executed
    return refused.value.shown()


SUBSCRIBE, CUSTOMER, CHECKOUT = (
    "POST /v1/subscriptions",
    "POST /v1/customers",
    "POST /v1/checkout/sessions",
)


def test_text_becomes_what_the_sdk_says_it_is() -> None:
    raw = {
        "customer": "cus_1",
        "items": {"1": {"price": "price_2"}, "0": {"price": "price_1", "quantity": "3"}},
        "cancel_at_period_end": "true",
        "application_fee_percent": "2.5",
        "trial_end": "now",
        "cancel_at": "1795531178",
        "metadata": {"seats": "5", "gone": ""},
        "discounts": "",
        "expand": ["latest_invoice"],
    }
    assert accept(of(SUBSCRIBE), raw) == {
        "customer": "cus_1",
        "items": [{"price": "price_1", "quantity": 3}, {"price": "price_2"}],
        "cancel_at_period_end": True,
        "application_fee_percent": 2.5,
        "trial_end": "now",
        "cancel_at": 1795531178,
        "metadata": {"seats": "5", "gone": ""},
        "discounts": "",
        "expand": ["latest_invoice"],
    }


def test_a_decimal_that_stripe_shows_as_a_string_stays_text() -> None:
    raw = {"currency": "usd", "product": "prod_1", "unit_amount_decimal": "12.5"}
    assert accept(of("POST /v1/prices"), raw)["unit_amount_decimal"] == "12.5"


def test_numbers_may_stand_for_text() -> None:
    assert accept(of(CUSTOMER), {"name": "12345"}) == {"name": "12345"}


def test_a_range_or_an_instant() -> None:
    assert accept(of("GET /v1/customers"), {"created": "5"}) == {"created": 5}
    assert accept(of("GET /v1/customers"), {"created": {"gte": "5"}}) == {"created": {"gte": 5}}


def test_every_unknown_parameter_is_named_first() -> None:
    raw = {
        "bogus": "1",
        "items": [{"price": "p", "size": "1"}],
        "cancel_at_period_end": "maybe",
        "payment_settings": {"kind": "x"},
    }
    assert refusal(SUBSCRIBE, raw) == {
        "message": "Received unknown parameters: bogus, items[0][size], payment_settings[kind]",
        "type": "invalid_request_error",
        "code": "parameter_unknown",
        "param": "bogus",
    }


def test_one_unknown_parameter_on_a_get() -> None:
    shown = refusal("GET /v1/checkout/sessions/cs_1", {"line_items": "1"})
    assert shown["message"] == "Received unknown parameter: line_items"


def test_a_missing_parameter_is_named_with_its_index() -> None:
    raw = {"line_items": {"0": {"quantity": "1", "price_data": {"unit_amount": "5"}}}}
    assert refusal(CHECKOUT, raw) == {
        "message": "Missing required param: line_items[0][price_data][currency].",
        "type": "invalid_request_error",
        "code": "parameter_missing",
        "param": "line_items[0][price_data][currency]",
    }


@pytest.mark.parametrize(
    ("key", "raw", "message", "code", "param"),
    [
        (
            SUBSCRIBE,
            {"trial_end": "abc"},
            "Invalid integer: abc",
            "parameter_invalid_integer",
            "trial_end",
        ),
        (
            SUBSCRIBE,
            {"items": [{"quantity": "1.5"}]},
            "Invalid integer: 1.5",
            "parameter_invalid_integer",
            "items[0][quantity]",
        ),
        (
            SUBSCRIBE,
            {"days_until_due": "9" * 5000},
            f"Invalid integer: {'9' * 5000}",
            "parameter_invalid_integer",
            "days_until_due",
        ),
        (
            SUBSCRIBE,
            {"cancel_at_period_end": "1"},
            "Invalid boolean: 1",
            None,
            "cancel_at_period_end",
        ),
        (SUBSCRIBE, {"items": "x"}, "Invalid array", None, "items"),
        (SUBSCRIBE, {"items": {"a": {"price": "p"}}}, "Invalid array", None, "items"),
        (SUBSCRIBE, {"payment_settings": ["a"]}, "Invalid object", None, "payment_settings"),
        (SUBSCRIBE, {"metadata": "x"}, "Invalid object", None, "metadata"),
        (
            CUSTOMER,
            {"name": ["wrong", "type"]},
            'Invalid string: {"0":"wrong","1":"type"}',
            None,
            "name",
        ),
        (
            "POST /v1/refunds",
            {"reason": "boredom"},
            "Invalid reason: must be one of duplicate, fraudulent, or requested_by_customer",
            None,
            "reason",
        ),
        (
            SUBSCRIBE,
            {"collection_method": "x"},
            "Invalid collection_method: must be one of charge_automatically or send_invoice",
            None,
            "collection_method",
        ),
        ("POST /v1/coupons", {"percent_off": "ten"}, "Invalid decimal: ten", None, "percent_off"),
        ("POST /v1/coupons", {"percent_off": "nan"}, "Invalid decimal: nan", None, "percent_off"),
    ],
)
def test_ill_formed_values_are_refused_in_stripes_words(
    key: str, raw: dict[str, Any], message: str, code: str | None, param: str
) -> None:
    shown = refusal(key, raw)
    assert (shown["message"], shown.get("code"), shown["param"]) == (message, code, param)


def test_an_empty_string_where_unset_is_impossible() -> None:
    shown = refusal("POST /v1/customers/cus_1", {"default_source": ""})
    assert shown["code"] == "parameter_invalid_empty"
    assert shown["message"] == (
        "You passed an empty string for 'default_source'. We assume empty values are an attempt to"
        " unset a parameter; however 'default_source' cannot be unset. You should remove"
        " 'default_source' from your request or supply a non-empty value."
    )


def test_texts_of_a_customer_can_be_unset() -> None:
    raw = {"name": "", "email": "", "metadata": ""}
    assert accept(of("POST /v1/customers/cus_1"), raw) == raw


@pytest.mark.parametrize(
    ("metadata", "beginning"),
    [
        ({"k": "v" * 501}, "Metadata values can have up to 500 characters, but you passed in a "),
        ({"k" * 41: "v"}, "Metadata keys can have up to 40 characters, but you passed in a key"),
        ({"a[b]": "v"}, "Metadata keys cannot contain square brackets"),
        ({str(n): "v" for n in range(51)}, "Metadata can have up to 50 keys"),
        ({"k": {"deeper": "v"}}, 'Invalid string: {"deeper":"v"}'),
    ],
)
def test_metadata_has_limits(metadata: dict[str, Any], beginning: str) -> None:
    assert refusal(CUSTOMER, {"metadata": metadata})["message"].startswith(beginning)


def test_metadata_at_its_limits_is_accepted() -> None:
    metadata = {f"{n:040}": "v" * 500 for n in range(50)}
    assert accept(of(CUSTOMER), {"metadata": metadata}) == {"metadata": metadata}


def test_text_or_one_of_several_hashes() -> None:
    key = "POST /v1/accounts/acct_1/external_accounts"
    assert accept(of(key), {"external_account": "btok_1"}) == {"external_account": "btok_1"}
    bank = {"object": "bank_account", "country": "US", "account_number": "000123456789"}
    assert accept(of(key), {"external_account": bank}) == {"external_account": bank}
    shown = refusal(key, {"external_account": {**bank, "bogus": "1"}})
    assert shown["message"] == "Received unknown parameter: external_account[bogus]"


def test_a_map_has_keys_of_the_callers_choosing() -> None:
    raw = {"currency": "usd", "product": "p", "currency_options": {"eur": {"unit_amount": "900"}}}
    accepted = accept(of("POST /v1/prices"), raw)
    assert accepted["currency_options"] == {"eur": {"unit_amount": 900}}


def test_the_parameters_of_every_route_can_be_read() -> None:
    for route in route_table().routes:
        expandable = "expand" in read(route, installed()).slots
        assert expandable == route.path.startswith("/v1/")
