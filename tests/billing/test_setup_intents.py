"""Saving a card for later: docs.stripe.com/payments/save-and-reuse."""

from __future__ import annotations

import pytest

from simulator.billing import setup_intents
from tests.billing.account import Account, Refused


def test_a_confirmed_setup_attaches_the_card(account: Account) -> None:
    customer = account.post("customers")["id"]
    account.news()
    intent = account.post(
        "setup_intents", customer=customer, payment_method="pm_card_visa", confirm=True
    )
    assert (intent["status"], intent["usage"]) == ("succeeded", "off_session")
    assert account.told() == [
        "setup_intent.created",
        "payment_method.attached",
        "setup_intent.succeeded",
    ]
    held = account.get("payment_methods", customer=customer, type="card")["data"]
    assert [method["id"] for method in held] == [intent["payment_method"]]
    (attempt,) = account.get("setup_attempts", setup_intent=intent["id"])["data"]
    assert (attempt["id"], attempt["status"]) == (intent["latest_attempt"], "succeeded")


def test_a_declining_card_is_a_402_and_the_intent_waits_for_another(account: Account) -> None:
    customer = account.post("customers")["id"]
    account.news()
    with pytest.raises(Refused) as refused:
        account.post(
            "setup_intents",
            customer=customer,
            payment_method="pm_card_chargeDeclined",
            confirm=True,
        )
    assert refused.value.error["code"] == "card_declined"
    assert account.told() == ["setup_intent.created", "setup_intent.setup_failed"]
    name = refused.value.error["setup_intent"]["id"]
    done = account.post(f"setup_intents/{name}/confirm", payment_method="pm_card_visa")
    assert (done["status"], done["last_setup_error"]) == ("succeeded", None)


@pytest.mark.parametrize("succeeds", [True, False])
def test_the_holder_is_asked_where_the_issuer_wants_it(account: Account, succeeds: bool) -> None:
    intent = account.post(
        "setup_intents", payment_method="pm_card_authenticationRequired", confirm=True
    )
    assert intent["status"] == "requires_action"
    assert account.told() == ["setup_intent.created", "setup_intent.requires_action"]
    held = account.world.get("setup_intent", intent["id"])
    assert held is not None
    done = setup_intents.authenticated(account.world, held, succeeds)
    assert done["status"] == ("succeeded" if succeeds else "requires_payment_method")


def test_a_card_set_up_with_its_holder_needs_nobody_later(account: Account) -> None:
    customer = account.post("customers")["id"]
    intent = account.post(
        "setup_intents",
        customer=customer,
        payment_method="pm_card_authenticationRequiredOnSetup",
        confirm=True,
    )
    held = account.world.get("setup_intent", intent["id"])
    assert held is not None
    method = setup_intents.authenticated(account.world, held, True)["payment_method"]
    paid = account.post(
        "payment_intents",
        amount=1000,
        currency="usd",
        customer=customer,
        payment_method=method,
        off_session=True,
        confirm=True,
    )
    assert paid["status"] == "succeeded"


def test_what_is_over_can_neither_be_confirmed_nor_canceled(account: Account) -> None:
    intent = account.post("setup_intents", metadata={"a": "1"}, description="later")
    assert account.post(f"setup_intents/{intent['id']}/cancel")["status"] == "canceled"
    for verb in ("confirm", "cancel"):
        with pytest.raises(Refused) as refused:
            account.post(f"setup_intents/{intent['id']}/{verb}")
        assert refused.value.error["code"] == "setup_intent_unexpected_state"
