"""What existed before is found from what a recording mentions, and made through the API."""

from __future__ import annotations

from typing import Any

from harness.fidelity import Interaction, Recording
from harness.fidelity.facts import facts
from harness.fidelity.givens import Given, givens
from harness.fidelity.making import steps_for

AT = 1_762_799_296
CUSTOMER = "cus_TOnPTfYVb5cWQv"
METHOD = "pm_1SRzp3KXBGcbgpbZFFRN7s1g"
ACCOUNT = "acct_1ISuLNQK2ZHS99Rk"
PRODUCT = "prod_EYTX7RYhRjcwKD"
PRICE = {
    "id": "small-monthly",
    "object": "price",
    "created": AT - 90_000_000,
    "currency": "usd",
    "nickname": "Small",
    "product": PRODUCT,
    "recurring": {"interval": "month", "interval_count": 1, "trial_period_days": None},
    "tax_behavior": "exclusive",
    "unit_amount": 1000,
}
LINE = {
    "id": "il_1SRzp3KXBGcbgpbZ",
    "object": "line_item",
    "description": "2 seat × Test Subscription (at $10.00 / month)",
    "pricing": {"price_details": {"product": PRODUCT}},
}


def asked(
    path: str,
    response: Any,
    *params: tuple[str, str],
    method: Any = "POST",
    status: int = 200,
    at: int = AT,
    **more: Any,
) -> Interaction:
    return Interaction(method, path, params, at, status, response, **more)


def found(*interactions: Interaction) -> list[Given]:
    return givens(Recording("made by hand", interactions))


def named(given: Given) -> tuple[str, str]:
    return given.kind, given.id


def customer(created: int = AT) -> dict[str, Any]:
    return {"id": CUSTOMER, "object": "customer", "created": created, "email": "ada@example.org"}


def test_what_a_recorded_request_made_is_no_given() -> None:
    made = asked("/v1/customers", customer())
    read = asked(f"/v1/customers/{CUSTOMER}", customer(), method="GET")
    assert found(made, read) == []


def test_an_id_in_a_path_that_nothing_made_is_a_given() -> None:
    update = asked(f"/v1/customers/{CUSTOMER}", customer(AT - 5))
    (given,) = found(update)
    assert named(given) == ("customer", CUSTOMER)
    assert given.created == AT - 5


def test_a_customers_card_that_no_answer_shows_belongs_to_the_customer_of_the_request() -> None:
    update = asked(
        f"/v1/customers/{CUSTOMER}",
        customer(AT - 5),
        ("invoice_settings[default_payment_method]", METHOD),
    )
    owner, card = found(update)
    assert (named(owner), named(card)) == (("customer", CUSTOMER), ("payment_method", METHOD))
    (step,) = steps_for(card) or []
    assert step.path == "/v1/payment_methods/pm_card_visa/attach"
    assert step.params == (("customer", CUSTOMER),)


def test_a_customers_default_card_is_a_given_too() -> None:
    shown = {**customer(AT - 5000), "invoice_settings": {"default_payment_method": METHOD}}
    _, card = found(asked(f"/v1/customers/{CUSTOMER}", shown, method="GET"))
    attached, made_default = steps_for(card) or []
    assert attached.path == "/v1/payment_methods/pm_card_visa/attach"
    assert made_default.path == f"/v1/customers/{CUSTOMER}"
    assert made_default.params == (("invoice_settings[default_payment_method]", METHOD),)


def test_a_card_that_a_recorded_request_attached_is_no_given() -> None:
    attached = asked(
        "/v1/payment_methods/pm_card_visa/attach",
        {"id": METHOD, "object": "payment_method", "created": AT, "customer": CUSTOMER},
        ("customer", CUSTOMER),
    )
    settings = {"invoice_settings": {"default_payment_method": METHOD}}
    update = asked(f"/v1/customers/{CUSTOMER}", {**customer(AT - 5000), **settings})
    assert [named(given) for given in found(attached, update)] == [("customer", CUSTOMER)]


def test_a_subscription_brings_its_customer() -> None:
    subscription = {
        "id": "sub_1SRzp3KXBGcbgpbZ",
        "object": "subscription",
        "created": AT - 5000,
        "customer": CUSTOMER,
    }
    read = asked(f"/v1/subscriptions/{subscription['id']}", subscription, method="GET")
    assert [each.kind for each in found(read)] == ["customer", "subscription"]


def test_a_customer_that_no_answer_shows_can_pay() -> None:
    (step,) = steps_for(Given("customer", CUSTOMER, None, 0, {})) or []
    assert ("payment_method", "pm_card_visa") in step.params


def test_a_price_with_a_chosen_id_was_made_as_a_plan_of_its_product() -> None:
    items = {"object": "list", "data": [{"id": "si_TOnPlEG84xWfEZ", "price": PRICE}]}
    answer = {"id": "sub_1SRzp3KXBGcbgpbZ", "object": "subscription", "created": AT, "items": items}
    lines = {"object": "invoice", "id": "in_1SRzp4KXBGcbgpbZ9xmUJ3df", "lines": [LINE]}
    subscribed = asked(
        "/v1/subscriptions",
        {**answer, "latest_invoice": lines},
        ("items[0][price]", "small-monthly"),
    )
    product, price = found(subscribed)
    assert (named(product), named(price)) == (("product", PRODUCT), ("price", "small-monthly"))
    (step,) = steps_for(product) or []
    assert dict(step.params) == {"id": PRODUCT, "name": "Test Subscription", "unit_label": "seat"}
    plan, taxed = steps_for(price) or []
    assert (plan.path, dict(plan.params)["id"]) == ("/v1/plans", "small-monthly")
    assert dict(plan.params)["amount"] == "1000"
    assert (taxed.path, dict(taxed.params)) == (
        "/v1/prices/small-monthly",
        {"tax_behavior": "exclusive"},
    )
    assert not taxed.names


def test_an_object_in_an_answer_that_is_older_than_it_is_a_given() -> None:
    coupon = {
        "id": "10OFF",
        "object": "coupon",
        "created": AT - 1000,
        "percent_off": 10.0,
        "duration": "forever",
    }
    discount = {"id": "di_1SRzoCKXBGcbgpbZ", "object": "discount", "source": {"coupon": coupon}}
    (given,) = found(asked("/v1/invoices/x", discount, method="GET"))
    assert named(given) == ("coupon", "10OFF")
    (step,) = steps_for(given) or []
    assert dict(step.params) == {"id": "10OFF", "percent_off": "10.0", "duration": "forever"}


def test_a_connected_account_is_a_given_and_holds_givens_of_its_own() -> None:
    update = asked(f"/v1/customers/{CUSTOMER}", customer(AT - 5), account=ACCOUNT)
    account, held = found(update)
    assert (account.kind, account.account) == ("account", None)
    assert (held.kind, held.account) == ("customer", ACCOUNT)


def test_a_request_that_was_refused_asks_for_no_given() -> None:
    error = {"error": {"message": f"No such customer: '{CUSTOMER}'"}}
    assert found(asked(f"/v1/customers/{CUSTOMER}", error, method="GET", status=404)) == []
    assert found(asked("/v1/invoices/in_1RFFohKXBGcbgpbZ", {}, key="invalid", status=401)) == []


def test_test_tokens_are_no_givens() -> None:
    attached = asked(
        "/v1/payment_methods/pm_card_chargeCustomerFail/attach",
        {"id": METHOD, "object": "payment_method", "created": AT},
        ("customer", CUSTOMER),
    )
    assert [named(given) for given in found(asked("/v1/customers", customer()), attached)] == []


def test_what_cannot_be_made_says_so() -> None:
    unknown = Given("invoice", "in_1SRzp4KXBGcbgpbZ9xmUJ3df", None, 0, {})
    assert steps_for(unknown) is None
    assert steps_for(Given("price", "small-monthly", None, 0, {})) == []


def test_settings_of_the_account_are_read_from_its_answers() -> None:
    invoice = {
        "id": "in_1SRzp4KXBGcbgpbZ9xmUJ3df",
        "object": "invoice",
        "account_name": "Pay",
        "account_country": "US",
    }
    intent = {
        "id": "pi_3SRzp4KXBGcbgpbZ1utYtuTe",
        "object": "payment_intent",
        "payment_details": {"order_reference": invoice["id"]},
        "payment_method_types": ["card", "link"],
    }
    recording = Recording(
        "x",
        (
            asked("/v1/invoices/x", invoice, method="GET"),
            asked("/v1/payment_intents/x", intent, method="GET"),
            asked("/v1/customers/x", customer(), account=ACCOUNT),
        ),
    )
    assert facts(recording, None) == {
        "account_name": "Pay",
        "country": "US",
        "payment_method_types": ["card", "link"],
    }
    assert facts(recording, ACCOUNT) == {}


def test_what_a_request_chose_is_no_setting() -> None:
    intent = {
        "id": "pi_3SRzp4KXBGcbgpbZ1utYtuTe",
        "object": "payment_intent",
        "payment_method_types": ["card"],
    }
    chosen = asked("/v1/payment_intents", intent, ("payment_method_types[0]", "card"))
    assert facts(Recording("x", (chosen,)), None) == {}
