"""Cards kept the old way: docs.stripe.com/api/cards, api/tokens and api/charges/create."""

from __future__ import annotations

import pytest

from tests.billing.account import Account, Refused


def test_a_source_pays_like_a_payment_method(account: Account) -> None:
    customer = account.post("customers", source="tok_visa", expand=["sources"])
    (card,) = customer["sources"]["data"]
    assert (card["object"], card["brand"], customer["default_source"]) == (
        "card",
        "Visa",
        card["id"],
    )
    assert "customer.source.created" in account.told()
    subscription = account.subscribed(customer=customer["id"])
    assert subscription["status"] == "active"


def test_a_charge_of_a_token_shows_the_card(account: Account) -> None:
    charge = account.post("charges", amount=1000, currency="usd", source="tok_visa")
    assert (charge["status"], charge["payment_intent"]) == ("succeeded", None)
    assert (charge["source"]["object"], charge["source"]["last4"]) == ("card", "4242")
    assert charge["balance_transaction"].startswith("txn_")
    assert account.told() == ["charge.succeeded"]


def test_a_customer_is_charged_by_its_default_source(account: Account) -> None:
    customer = account.post("customers", source="tok_visa")["id"]
    charge = account.post("charges", amount=1000, currency="usd", customer=customer, capture=False)
    assert (charge["captured"], charge["customer"]) == (False, customer)
    done = account.post(f"charges/{charge['id']}/capture", amount=600)
    assert (done["amount_captured"], done["amount_refunded"]) == (600, 400)
    with pytest.raises(Refused) as refused:
        account.post(f"charges/{charge['id']}/capture")
    assert refused.value.error["code"] == "charge_already_captured"


def test_a_declined_charge_stays(account: Account) -> None:
    with pytest.raises(Refused) as refused:
        account.post("charges", amount=1000, currency="usd", source="tok_visa_chargeDeclined")
    assert refused.value.status == 402
    assert account.get(f"charges/{refused.value.error['charge']}")["status"] == "failed"


def test_sources_are_added_changed_and_taken_away(account: Account) -> None:
    customer = account.post("customers")["id"]
    first = account.post(f"customers/{customer}/sources", source="tok_visa")["id"]
    second = account.post(f"customers/{customer}/sources", source="tok_mastercard")["id"]
    changed = account.post(f"customers/{customer}/sources/{second}", metadata={"a": "1"})
    assert changed["metadata"] == {"a": "1"}
    assert account.delete(f"customers/{customer}/sources/{first}")["deleted"] is True
    assert account.get(f"customers/{customer}")["default_source"] == second
    with pytest.raises(Refused) as refused:
        account.get(f"customers/{customer}/sources/{first}")
    assert refused.value.status == 404


def test_a_token_is_used_once(account: Account) -> None:
    card = {"number": "4242424242424242", "exp_month": "12", "exp_year": "2034", "cvc": "123"}
    token = account.post("tokens", card=card)
    assert (token["used"], token["card"]["exp_year"]) == (False, 2034)
    account.post("charges", amount=1000, currency="usd", source=token["id"])
    assert account.get(f"tokens/{token['id']}")["used"] is True
    with pytest.raises(Refused) as refused:
        account.post("charges", amount=1000, currency="usd", source=token["id"])
    assert refused.value.error["code"] == "token_already_used"
