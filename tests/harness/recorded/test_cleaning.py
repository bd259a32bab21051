"""What a recording keeps, and what not."""

from __future__ import annotations

from harness.recorded import cleaned

ADDRESS = {"line1": "1 Long Way", "city": "Here", "country": "US", "postal_code": "12345"}
EVENT = {
    "livemode": True,
    "data": {
        "object": {
            "object": "invoice",
            "livemode": True,
            "customer_name": "Grace Hopper",
            "customer_email": "grace@navy.example",
            "customer_address": ADDRESS,
            "hosted_invoice_url": "https://invoice.stripe.com/i/acct_1/live_1",
            "metadata": {"name": "the app's own"},
            "lines": {"data": [{"price": {"product": {"name": "Pro"}}, "livemode": True}]},
            "charge": {"billing_details": {"name": "Grace", "phone": "+1 555", "address": ADDRESS}},
            "customer": {"object": "customer", "name": "Grace", "description": None},
        }
    },
}


def test_nobody_can_be_recognised_and_nothing_is_live() -> None:
    clean = cleaned(EVENT)
    told = clean.event["data"]["object"]
    nowhere = {"line1": None, "city": None, "country": "US", "postal_code": None}
    assert clean.live
    assert "grace" not in str(clean.event).lower()
    assert "True" not in str(clean.event)
    assert told["customer_name"] == told["customer"]["name"] == "Somebody"
    assert told["customer_address"] == told["charge"]["billing_details"]["address"] == nowhere
    assert told["customer_email"].endswith("@example.org")
    assert told["hosted_invoice_url"] == "<url>"


def test_the_names_of_things_and_metadata_stay() -> None:
    told = cleaned(EVENT).event["data"]["object"]
    assert told["lines"]["data"][0]["price"]["product"]["name"] == "Pro"
    assert told["metadata"] == {"name": "the app's own"}


def test_on_request_people_stay_but_secrets_and_live_mode_do_not() -> None:
    told = cleaned(EVENT, people=False).event["data"]["object"]
    assert told["customer_name"] == "Grace Hopper"
    assert told["customer_email"] == "grace@navy.example"
    assert told["customer_address"] == ADDRESS
    assert told["hosted_invoice_url"] == "<url>"
    assert told["livemode"] is False


def test_what_is_given_is_left_as_it_is() -> None:
    before = str(EVENT)
    cleaned(EVENT)
    assert str(EVENT) == before
