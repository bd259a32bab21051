"""Parameters that newer versions took away: legal where they were, refused since."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.versions.till import FAMILIES, NEWEST, Till

ACACIA, BASIL, CLOVER, DAHLIA, _ = FAMILIES.values()
LAST_BASIL = "2025-08-27.basil"


def session(till: Till, version: str, **more: Any) -> Any:
    return till.post(
        "checkout/sessions",
        version,
        mode="subscription",
        success_url="https://shop.example/done",
        line_items=[{"price": till.price(), "quantity": 1}],
        **more,
    )


@pytest.mark.parametrize(("version", "mode"), [(LAST_BASIL, "classic"), (CLOVER, "flexible")])
def test_the_default_billing_mode_follows_the_version(till: Till, version: str, mode: str) -> None:
    assert till.subscribed(version)["billing_mode"]["type"] == mode
    asked = till.subscribed(version, billing_mode={"type": "flexible"})
    assert asked["billing_mode"]["type"] == "flexible"


def test_a_session_of_an_old_version_sells_classic_subscriptions(till: Till) -> None:
    old, new = session(till, LAST_BASIL), session(till, CLOVER)
    modes = [till.world.kept(made["id"])["data"].get("billing_mode") for made in (old, new)]
    assert modes == [{"type": "classic"}, None]


@pytest.mark.parametrize("older", [ACACIA, DAHLIA])
def test_a_billing_cycle_anchor_was_a_word(till: Till, older: str) -> None:
    path = f"subscriptions/{till.subscribed()['id']}"
    till.post(path, older, billing_cycle_anchor="now")
    assert till.status == 200
    till.post(path, NEWEST, billing_cycle_anchor={"type": "now"})
    assert till.status == 200
    assert till.post(path, NEWEST, billing_cycle_anchor="now")["error"]["message"]
    assert till.status == 400
    refused = till.post(path, older, billing_cycle_anchor={"type": "now"})["error"]
    assert refused["param"] == "billing_cycle_anchor"


def test_a_refusal_names_the_parameter_as_it_was_sent(till: Till) -> None:
    path = f"subscriptions/{till.subscribed()['id']}"
    error = till.post(path, DAHLIA, billing_cycle_anchor="yesterday")["error"]
    assert error["param"] == "billing_cycle_anchor"


@pytest.mark.parametrize(
    ("version", "mode", "shown"),
    [(CLOVER, "hosted", "hosted"), (DAHLIA, "hosted_page", "hosted_page")],
)
def test_the_names_of_ui_modes(till: Till, version: str, mode: str, shown: str) -> None:
    made = session(till, version, ui_mode=mode)
    assert made["ui_mode"] == shown
    assert till.get(f"checkout/sessions/{made['id']}")["ui_mode"] == "hosted_page"


@pytest.mark.parametrize(("version", "mode"), [(CLOVER, "hosted_page"), (DAHLIA, "hosted")])
def test_ui_modes_of_other_versions_are_refused(till: Till, version: str, mode: str) -> None:
    assert session(till, version, ui_mode=mode)["error"]["param"] == "ui_mode"
    assert till.status == 400


def test_the_payment_methods_of_a_session_could_be_named(till: Till) -> None:
    assert session(till, DAHLIA, payment_method_types=["card"])["payment_method_types"] == ["card"]
    error = session(till, NEWEST, payment_method_types=["card"])["error"]
    assert (error["code"], error["param"]) == ("parameter_unknown", "payment_method_types")


@pytest.mark.parametrize("path", ["payment_intents", "setup_intents"])
def test_the_payment_methods_of_an_intent_are_refused_with_a_code_of_their_own(
    till: Till, path: str
) -> None:
    error = till.post(path, NEWEST, payment_method_types=["card"])["error"]
    assert error["code"] == "payment_method_types_no_longer_supported"
    older = till.post(path, DAHLIA, payment_method_types=["card"], bogus="1")["error"]
    assert (older["code"], older["param"]) == ("parameter_unknown", "bogus")


@pytest.mark.parametrize("parameter", ["coupon", "promotion_code"])
def test_one_discount_was_named_by_a_parameter_of_its_own(till: Till, parameter: str) -> None:
    items = [{"price": till.price()}]
    wanted: dict[str, Any] = {"customer": till.payer(), "items": items, parameter: "NONE"}
    error = till.post("subscriptions", BASIL, **wanted)["error"]
    assert (error["code"], error["param"]) == ("parameter_unknown", parameter)
    error = till.post("subscriptions", ACACIA, **wanted)["error"]
    assert error["code"] != "parameter_unknown"
    assert error["param"] in (parameter, "discounts")


def test_one_discount_and_several_exclude_each_other(till: Till) -> None:
    error = till.post(
        "subscriptions",
        ACACIA,
        customer=till.payer(),
        items=[{"price": till.price()}],
        coupon="A",
        discounts=[{"coupon": "B"}],
    )["error"]
    assert error["message"] == "You may only specify one of these parameters: coupon, discounts."


def test_a_customer_could_be_made_with_a_coupon(till: Till) -> None:
    coupon = till.post("coupons", percent_off=10, duration="forever")["id"]
    assert till.post("customers", BASIL, coupon=coupon)["error"]["code"] == "parameter_unknown"
    made = till.post("customers", ACACIA, coupon=coupon)
    assert made["discount"]["coupon"]["id"] == coupon
    assert till.get(f"customers/{made['id']}")["discount"]["source"]["coupon"] == coupon


def test_a_subscription_with_a_coupon_by_either_parameter(till: Till) -> None:
    coupon = till.post("coupons", percent_off=10, duration="forever")["id"]
    old = till.subscribed(ACACIA, coupon=coupon)
    assert old["discount"]["coupon"] == till.get(f"coupons/{coupon}", ACACIA)
    assert old["discounts"] == [old["discount"]["id"]]
    path = f"subscriptions/{old['id']}"
    [new] = till.get(path, expand=["discounts"])["discounts"]
    assert new["source"] == {"coupon": coupon, "type": "coupon"}
    [between] = till.get(path, BASIL, expand=["discounts"])["discounts"]
    assert between["coupon"]["id"] == coupon
    assert "discount" not in till.get(path, BASIL)
    invoice = till.get(f"invoices/{old['latest_invoice']}", ACACIA)
    assert invoice["discount"]["coupon"]["id"] == coupon


def test_a_promotion_code_named_its_coupon_at_the_top(till: Till) -> None:
    coupon = till.post("coupons", percent_off=10, duration="once")["id"]
    made = till.post("promotion_codes", BASIL, coupon=coupon)
    assert made["coupon"]["id"] == coupon
    seen = till.get(f"promotion_codes/{made['id']}")
    assert seen["promotion"] == {"coupon": coupon, "type": "coupon"}
    error = till.post("promotion_codes", CLOVER, coupon=coupon)["error"]
    assert error["code"] in ("parameter_missing", "parameter_unknown")


def test_the_phases_of_a_schedule_were_counted(till: Till) -> None:
    phases = [{"items": [{"price": till.price("year")}], "iterations": 2}]
    wanted = {"customer": till.payer(), "start_date": "now", "phases": phases}
    till.post("subscription_schedules", LAST_BASIL, **wanted)
    assert till.status == 200
    error = till.post("subscription_schedules", CLOVER, **wanted)["error"]
    assert error["param"] == "phases[0][iterations]"


def test_the_upcoming_invoice_could_be_read(till: Till) -> None:
    subscription = till.subscribed()
    named = {"subscription": subscription["id"]}
    preview = till.post("invoices/create_preview", NEWEST, **named)
    upcoming = till.get("invoices/upcoming", ACACIA, **named, expand=["subscription"])
    assert till.status == 200
    assert "id" not in upcoming
    assert upcoming["subscription"]["id"] == subscription["id"]
    assert (upcoming["total"], upcoming["paid"]) == (preview["total"], False)
    till.get("invoices/upcoming", BASIL)
    assert till.status == 404


def test_the_upcoming_invoice_of_a_change(till: Till) -> None:
    subscription = till.subscribed()
    item = subscription["items"]["data"][0]["id"]
    changed = {
        "subscription": subscription["id"],
        "subscription_items": [{"id": item, "price": till.price("year")}],
        "subscription_proration_behavior": "always_invoice",
        "subscription_billing_cycle_anchor": "now",
    }
    lines = till.get("invoices/upcoming/lines", ACACIA, **changed, limit=1)
    assert (lines["url"], lines["has_more"], len(lines["data"])) == (
        "/v1/invoices/upcoming/lines",
        True,
        1,
    )
    rest = till.get("invoices/upcoming", ACACIA, **changed)["lines"]["data"]
    assert {line["proration"] for line in rest} == {True, False}
    assert {line["invoice"] for line in rest} == {None}


@pytest.mark.parametrize("version", ["2020-08-27", "2022-11-15", "2023-10-16", "2024-06-20"])
def test_the_versions_of_old_triggers_sell_a_plan(till: Till, version: str) -> None:
    made = till.subscribed(version, items=[{"plan": till.price()}])
    assert till.status == 200
    assert made["plan"]["id"] == made["items"]["data"][0]["plan"]["id"]
    assert made["current_period_end"]


def test_a_products_features_had_another_name(till: Till) -> None:
    made = till.post("products", "2023-10-16", name="Gold", features=[{"name": "fast"}])
    assert made["features"] == [{"name": "fast"}]
    assert till.get(f"products/{made['id']}")["marketing_features"] == [{"name": "fast"}]


def test_the_log_has_the_parameters_as_they_came(till: Till) -> None:
    path = f"subscriptions/{till.subscribed()['id']}"
    till.post(path, DAHLIA, billing_cycle_anchor="now")
    assert till.api.books(till.world).requests()[-1].params == {"billing_cycle_anchor": "now"}
