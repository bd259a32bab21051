"""Each change by itself: what it says of itself, and one object before and after."""

from __future__ import annotations

from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from simulator.api.versions import NEWEST, Change, Lookup, changes, history, known
from simulator.billing import INCLUDABLE
from tests.api.versions.till import opened

FOLDER = Path(changes.__file__).parent
ADDITIONS = [
    (change, kind, path)
    for change in history()
    for kind, shape in change.shapes.items()
    for path in shape.added
]
LOOKUP = Lookup(opened().world, INCLUDABLE)


def named(change: Change) -> str:
    return f"{change.version} {change.summary[:40]}"


def test_every_module_of_the_folder_is_a_change() -> None:
    modules = sorted(path.stem for path in FOLDER.glob("v*.py"))
    dates = sorted(change.since.date for change in history())
    assert [module[1:11].replace("_", "-") for module in modules] == dates


@pytest.mark.parametrize("change", history(), ids=named)
def test_a_change_names_its_version_and_its_page(change: Change) -> None:
    assert change.version in known()
    assert not NEWEST.precedes(change.since)
    assert change.page.startswith("https://docs.stripe.com/changelog/")
    place = change.page.removeprefix("https://docs.stripe.com/changelog/")
    assert place.startswith(change.since.train or change.since.date)
    if "/20" in place:
        assert change.since.date in place
    assert change.summary.endswith(".")
    assert change.shapes or change.parameters or change.endpoints


def made_with(path: str) -> Any:
    value: Any = []
    for name in reversed(path.split(".")):
        value = {name: value, "kept": True}
    return value


@pytest.mark.parametrize(("change", "kind", "path"), ADDITIONS)
def test_an_added_field_is_missing_before_and_nothing_else_is(
    change: Change, kind: str, path: str
) -> None:
    obj = {"id": "x_1", "object": kind, "amount": 0, **made_with(path)}
    before = deepcopy(obj)
    older = change.downgrade(obj, LOOKUP)
    assert obj == before, "changes are pure"
    place: Any = older
    *parents, last = path.split(".")
    for name in parents:
        place = place[name]
    assert last not in place
    assert place["kept"] is True


MOVED = [
    ("subscription", "current_period_start", {"items": {"data": [
        {"current_period_start": 5}, {"current_period_start": 7}]}}, 7),
    ("subscription", "current_period_end", {"items": {"data": [
        {"current_period_end": 9}, {"current_period_end": 8}]}}, 8),
    ("subscription", "billing_thresholds", {}, None),
    ("subscription", "discount", {"discounts": [{"id": "di_1"}]}, {"id": "di_1"}),
    ("subscription", "discount", {"discounts": []}, None),
    ("invoice", "subscription", {"parent": {"subscription_details": {"subscription": "s"}}}, "s"),
    ("invoice", "subscription", {"parent": None}, None),
    ("invoice", "quote", {"parent": {"quote_details": {"quote": "qt_1"}}}, "qt_1"),
    ("invoice", "subscription_details", {"parent": None}, {"metadata": None}),
    ("invoice", "subscription_proration_date",
        {"parent": {"subscription_details": {"subscription_proration_date": 3}}}, 3),
    ("invoice", "paid", {"status": "paid"}, True),
    ("invoice", "paid", {"status": "open"}, False),
    ("invoice", "paid_out_of_band", {"status": "paid", "amount_due": 5}, True),
    ("invoice", "payment_intent", {"status": "draft"}, None),
    ("invoice", "charge", {"status": "open", "attempt_count": 0}, None),
    ("invoice", "application_fee_amount", {}, None),
    ("invoice", "transfer_data", {}, None),
    ("invoice", "tax", {"total_taxes": []}, None),
    ("invoice", "tax", {"total_taxes": [{"amount": 2}, {"amount": 3}]}, 5),
    ("invoice", "total_tax_amounts", {"total_taxes": [{
        "amount": 2, "tax_behavior": "inclusive", "taxable_amount": 10,
        "taxability_reason": "standard_rated", "tax_rate_details": {"tax_rate": "txr_1"}}]},
        [{"amount": 2, "inclusive": True, "tax_rate": "txr_1", "taxable_amount": 10,
          "taxability_reason": "standard_rated"}]),
    ("invoice", "rendering_options", {"rendering": None}, None),
    ("invoice", "rendering_options", {"rendering": {"amount_tax_display": "exclude_tax"}},
        {"amount_tax_display": "exclude_tax"}),
    ("invoice", "discount", {"discounts": []}, None),
    ("line_item", "type", {"parent": {"type": "subscription_item_details",
        "subscription_item_details": {"invoice_item": None}}}, "subscription"),
    ("line_item", "type", {"parent": {"type": "subscription_item_details",
        "subscription_item_details": {"invoice_item": "ii_1"}}}, "invoiceitem"),
    ("line_item", "type", {"parent": {"type": "invoice_item_details",
        "invoice_item_details": {"invoice_item": "ii_1"}}}, "invoiceitem"),
    ("line_item", "invoice_item", {"parent": {"invoice_item_details": {"invoice_item": "ii_1"}}},
        "ii_1"),
    ("line_item", "subscription_item",
        {"parent": {"subscription_item_details": {"subscription_item": "si_1"}}}, "si_1"),
    ("line_item", "subscription",
        {"parent": {"subscription_item_details": {"subscription": "sub_1"}}}, "sub_1"),
    ("line_item", "proration", {"parent": {"subscription_item_details": {"proration": True}}},
        True),
    ("line_item", "proration_details", {"parent": None}, {"credited_items": None}),
    ("line_item", "price", {"pricing": None}, None),
    ("line_item", "plan", {"pricing": {"price_details": {"price": {"recurring": None}}}}, None),
    ("line_item", "tax_amounts", {"taxes": []}, []),
    ("line_item", "tax_rates", {"taxes": []}, []),
    ("line_item", "amount_excluding_tax",
        {"amount": 110, "taxes": [{"amount": 10, "tax_behavior": "inclusive"}]}, 100),
    ("line_item", "unit_amount_excluding_tax", {"amount": 100, "quantity": 3, "taxes": []},
        "33.333333333333"),
    ("invoiceitem", "subscription",
        {"parent": {"subscription_details": {"subscription": "sub_1"}}}, "sub_1"),
    ("invoiceitem", "subscription_item",
        {"parent": {"subscription_details": {"subscription_item": "si_1"}}}, "si_1"),
    ("invoiceitem", "unit_amount", {"amount": 100, "quantity": 4, "pricing": {}}, 25),
    ("invoiceitem", "unit_amount_decimal", {"amount": 100, "quantity": 3, "pricing": {}}, None),
    ("invoiceitem", "price", {"pricing": {"price_details": {"price": {"id": "p"}}}}, {"id": "p"}),
    ("invoiceitem", "plan", {"pricing": None}, None),
    ("subscription_item", "billing_thresholds", {}, None),
    ("payment_intent", "invoice", {}, None),
    ("payment_intent", "payment_details", {"payment_details": None}, None),
    ("payment_intent", "payment_details",
        {"payment_details": {"order_reference": "in_1Abcdefghijklmnopqrstuvwx"}},
        {"order_reference": "in_1Abcdefghijklmnopqrstu"}),
    ("payment_intent", "charges", {}, {"object": "list", "data": [], "has_more": False,
        "total_count": 0, "url": "/v1/charges?payment_intent=x_1"}),
    ("charge", "invoice", {"payment_intent": None}, None),
    ("charge", "refunds", {}, {"object": "list", "data": [], "has_more": False,
        "total_count": 0, "url": "/v1/charges/x_1/refunds"}),
    ("customer", "subscriptions", {}, {"object": "list", "data": [], "has_more": False,
        "total_count": 0, "url": "/v1/customers/x_1/subscriptions"}),
    ("credit_note", "refund", {"refunds": [{"refund": "re_1"}]}, "re_1"),
    ("credit_note", "tax_amounts", {"total_taxes": []}, []),
    ("credit_note_line_item", "tax_amounts", {"taxes": []}, []),
    ("credit_note_line_item", "amount_excluding_tax", {"amount": 7, "taxes": []}, 7),
    ("credit_note_line_item", "unit_amount_excluding_tax", {"amount": 7, "taxes": []}, "7"),
    ("plan", "aggregate_usage", {}, None),
    ("price", "recurring", {"recurring": {"interval": "month"}},
        {"aggregate_usage": None, "interval": "month"}),
    ("price", "recurring", {"recurring": None}, None),
    ("discount", "coupon", {"source": {"coupon": {"id": "10OFF"}}}, {"id": "10OFF"}),
    ("discount", "coupon", {"source": {"coupon": "GONE"}},
        {"id": "GONE", "object": "coupon", "deleted": True}),
    ("promotion_code", "coupon", {"promotion": {"coupon": {"id": "10OFF"}}}, {"id": "10OFF"}),
    ("product", "features", {"marketing_features": [{"name": "fast"}]}, [{"name": "fast"}]),
    ("checkout.session", "ui_mode", {"ui_mode": "embedded_page"}, "embedded"),
    ("checkout.session", "ui_mode", {"ui_mode": "elements"}, "custom"),
    ("checkout.session", "shipping_details",
        {"collected_information": {"shipping_details": {"name": "Ada"}}}, {"name": "Ada"}),
]  # fmt: skip
OF_THE_ACCOUNT_ALONE = {("customer", "sources"), ("customer", "tax_ids")}  # left out if unknown


@pytest.mark.parametrize(("kind", "name", "newer", "older"), MOVED)
def test_a_field_that_moved_is_given_back(
    kind: str, name: str, newer: dict[str, Any], older: Any
) -> None:
    [change] = [
        change
        for change in history()
        if kind in change.shapes
        and name in {**change.shapes[kind].removed, **change.shapes[kind].rewritten}
    ]
    obj = {"id": "x_1", "object": kind, "amount": 0, **newer}
    assert change.downgrade(obj, LOOKUP)[name] == older


def test_every_field_that_moved_is_in_the_table() -> None:
    moved = {
        (kind, name)
        for change in history()
        for kind, shape in change.shapes.items()
        for name in {**shape.removed, **shape.rewritten}
    }
    assert moved - OF_THE_ACCOUNT_ALONE == {(kind, name) for kind, name, _, _ in MOVED}


UPGRADES = [
    ("POST /v1/subscriptions/{subscription_exposed_id}", {"billing_cycle_anchor": "unchanged"},
        {"billing_cycle_anchor": {"type": "unchanged"}}),
    ("POST /v1/invoices/create_preview",
        {"subscription_details": {"billing_cycle_anchor": "1795531178"}},
        {"subscription_details": {
            "billing_cycle_anchor": {"type": "timestamp", "timestamp": "1795531178"}}}),
    ("POST /v1/subscriptions", {"coupon": "10OFF"}, {"discounts": [{"coupon": "10OFF"}]}),
    ("POST /v1/subscriptions", {"coupon": ""}, {"discounts": ""}),
    ("POST /v1/subscription_schedules", {"phases": {"0": {"coupon": "10OFF"}}},
        {"phases": {"0": {"discounts": [{"coupon": "10OFF"}]}}}),
    ("POST /v1/subscription_schedules",
        {"from_subscription": "s", "phases": [{"items": [{"price": "p"}], "iterations": "3"}]},
        {"from_subscription": "s", "phases": [{"items": [{"price": "p"}],
            "duration": {"interval": "month", "interval_count": "3"}}]}),
    ("POST /v1/invoices/create_preview",
        {"schedule_details": {"billing_mode": {}, "phases": [{"iterations": "2"}]}},
        {"schedule_details": {"billing_mode": {}, "phases": [
            {"duration": {"interval": "month", "interval_count": "2"}}]}}),
    ("POST /v1/promotion_codes", {"coupon": "10OFF"},
        {"promotion": {"coupon": "10OFF", "type": "coupon"}}),
    ("POST /v1/invoiceitems", {"price": "p", "unit_amount": "5"},
        {"pricing": {"price": "p"}, "unit_amount_decimal": "5"}),
    ("POST /v1/payment_intents", {"amount": "5"},
        {"amount": "5", "payment_method_types": ["card"]}),
]  # fmt: skip


@pytest.mark.parametrize(("route", "older", "newer"), UPGRADES)
def test_older_parameters_become_newer_ones(
    route: str, older: dict[str, Any], newer: dict[str, Any]
) -> None:
    sent, upgraded = deepcopy(older), older
    for change in history():
        if "billed flexibly" not in change.summary:  # tested where subscriptions are made
            upgraded = change.upgrade_params(route, upgraded, LOOKUP.world)
    assert upgraded == newer
    assert older == sent, "upgrades are pure"
