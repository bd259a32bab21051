"""What each family of versions shows of the same objects."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.versions.till import FAMILIES, NEWEST, START, Till

ACACIA, BASIL, CLOVER, DAHLIA, _ = FAMILIES.values()
PERIOD = {"current_period_start", "current_period_end"}
MONTH_LATER = START + 30 * 86_400


@pytest.mark.parametrize("family", FAMILIES)
def test_the_period_is_where_the_family_keeps_it(till: Till, family: str) -> None:
    subscription = till.subscribed()
    seen = till.get(f"subscriptions/{subscription['id']}", FAMILIES[family])
    holder, other = seen, seen["items"]["data"][0]
    if family != "acacia":
        holder, other = other, holder
    assert (holder["current_period_start"], holder["current_period_end"]) == (START, MONTH_LATER)
    assert not PERIOD & other.keys()
    assert till.headers["Stripe-Version"] == FAMILIES[family]


def test_of_several_items_the_period_they_share_is_shown(till: Till) -> None:
    items = [{"price": till.price("month")}, {"price": till.price("year")}]
    subscription = till.subscribed(items=items)
    ends = [item["current_period_end"] for item in subscription["items"]["data"]]
    seen = till.get(f"subscriptions/{subscription['id']}", ACACIA)
    assert seen["current_period_end"] == min(ends) < max(ends)


def test_an_old_invoice_names_its_subscription_and_its_payment(till: Till) -> None:
    subscription = till.subscribed(metadata={"plan": "gold"})
    path = f"invoices/{subscription['latest_invoice']}"
    old, new = till.get(path, ACACIA), till.get(path, expand=["payments"])
    intent = new["payments"]["data"][0]["payment"]["payment_intent"]
    assert old["subscription"] == subscription["id"]
    assert old["subscription_details"] == {"metadata": {"plan": "gold"}}
    assert old["payment_intent"] == intent
    assert old["charge"] == till.get(f"payment_intents/{intent}")["latest_charge"]
    assert (old["paid"], old["paid_out_of_band"], old["tax"]) == (True, False, None)
    assert not {"parent", "payments", "total_taxes", "amount_overpaid"} & old.keys()


def test_old_payments_name_their_invoice(till: Till) -> None:
    invoice = till.subscribed()["latest_invoice"]
    intent = till.get(f"invoices/{invoice}", ACACIA)["payment_intent"]
    seen = till.get(f"payment_intents/{intent}", ACACIA, expand=["latest_charge"])
    assert seen["invoice"] == seen["latest_charge"]["invoice"] == invoice
    assert "invoice" not in till.get(f"payment_intents/{intent}", BASIL)


def test_old_lines_embed_their_price(till: Till) -> None:
    subscription = till.subscribed()
    [line] = till.get(f"invoices/{subscription['latest_invoice']}/lines", ACACIA)["data"]
    item = subscription["items"]["data"][0]
    assert line["price"]["id"] == line["plan"]["id"] == item["price"]["id"]
    assert (line["type"], line["proration"]) == ("subscription", False)
    assert (line["subscription"], line["subscription_item"]) == (subscription["id"], item["id"])
    assert (line["tax_amounts"], line["tax_rates"]) == ([], [])
    assert line["unit_amount_excluding_tax"] == "2500"
    assert "invoice_item" not in line
    assert not {"parent", "pricing", "taxes"} & line.keys()


def test_old_invoice_items_and_their_lines(till: Till) -> None:
    subscription = till.subscribed()
    item = subscription["items"]["data"][0]
    till.post(
        f"subscriptions/{subscription['id']}",
        items=[{"id": item["id"], "price": till.price()}],
        proration_behavior="always_invoice",
    )
    pending = till.get("invoiceitems", ACACIA)["data"][0]
    assert pending["subscription"] == subscription["id"]
    assert pending["price"]["object"] == "price"
    assert pending["unit_amount"] == pending["amount"]
    lines = till.get(f"invoices/{pending['invoice']}/lines", ACACIA)["data"]
    assert {line["type"] for line in lines} == {"invoiceitem"}
    assert pending["id"] in {line["invoice_item"] for line in lines}
    credited = [line["proration_details"]["credited_items"] for line in lines]
    assert {"invoice": subscription["latest_invoice"]}.items() <= next(
        filter(None, credited)
    ).items()


@pytest.mark.parametrize(
    ("version", "missing"),
    [
        (ACACIA, {"customer_account", "status_details", "billing_schedules", "billing_mode"}),
        (CLOVER, {"customer_account", "status_details", "billing_schedules"}),
        (DAHLIA, {"status_details", "billing_schedules"}),
        (NEWEST, set()),
    ],
)
def test_fields_are_missing_before_the_version_that_added_them(
    till: Till, version: str, missing: set[str]
) -> None:
    subscription = till.subscribed()
    seen = till.get(f"subscriptions/{subscription['id']}", version)
    assert subscription.keys() - seen.keys() == missing


def test_embedded_objects_have_the_version_too(till: Till) -> None:
    till.subscribed()
    paths = ["data.latest_invoice.payment_intent.latest_charge"]
    [seen] = till.get("subscriptions", ACACIA, expand=paths)["data"]
    invoice = seen["latest_invoice"]
    assert invoice["payment_intent"]["latest_charge"]["invoice"] == invoice["id"]
    assert "aggregate_usage" in seen["items"]["data"][0]["price"]["recurring"]


@pytest.mark.parametrize(
    ("version", "path", "legal"),
    [
        (ACACIA, "latest_invoice.payment_intent", True),
        (ACACIA, "latest_invoice.subscription", True),
        (ACACIA, "latest_invoice.payments", False),
        (BASIL, "latest_invoice.payment_intent", False),
        (BASIL, "latest_invoice.payments", True),
        (ACACIA, "latest_invoice.parent.subscription_details.subscription", False),
    ],
)
def test_what_can_be_expanded_follows_the_version(
    till: Till, version: str, path: str, legal: bool
) -> None:
    subscription = till.subscribed()
    body = till.get(f"subscriptions/{subscription['id']}", version, expand=[path])
    assert till.status == (200 if legal else 400), body
    if not legal:
        assert body["error"]["message"].startswith("This property cannot be expanded")


def test_a_declined_payments_answer_has_the_version(till: Till) -> None:
    customer = till.payer("pm_card_chargeCustomerFail")
    items = [{"price": till.price()}]
    refused = {"customer": customer, "items": items, "payment_behavior": "error_if_incomplete"}
    error: Any = till.post("subscriptions", ACACIA, **refused)["error"]
    assert till.status == 402
    assert "invoice" in error["payment_intent"]
    assert "customer_account" not in error["payment_intent"]


def test_the_charges_of_an_intent_before_2022_11_15(till: Till) -> None:
    intent = till.get(f"invoices/{till.subscribed()['latest_invoice']}", ACACIA)["payment_intent"]
    seen = till.get(f"payment_intents/{intent}", "2022-08-01")
    [charge] = seen["charges"]["data"]
    assert charge["id"] == seen["latest_charge"]
    assert charge["refunds"]["data"] == []
    assert "charges" not in till.get(f"payment_intents/{intent}", "2022-11-15")


def test_a_customers_lists_were_shown_before_2020_08_27(till: Till) -> None:
    subscription = till.subscribed()
    path = f"customers/{subscription['customer']}"
    [seen] = till.get(path, "2020-03-02")["subscriptions"]["data"]
    assert seen["current_period_end"] == MONTH_LATER
    assert "subscriptions" not in till.get(path, "2020-08-27")
    assert till.get(path, "2020-08-27", expand=["subscriptions"])["subscriptions"]["data"]


def test_nothing_is_changed_by_being_shown_otherwise(till: Till) -> None:
    subscription = till.subscribed()
    path = f"subscriptions/{subscription['id']}"
    till.get(path, ACACIA, expand=["latest_invoice.payment_intent"])
    assert till.get(path) == subscription
