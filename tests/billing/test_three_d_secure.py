"""Subscriptions whose card wants its holder asked: docs.stripe.com/billing/subscriptions/overview.

The fields of the first invoice are those of recorded traffic (an attempt that does not count).
"""

from __future__ import annotations

import pytest

from simulator.billing import payment_intents
from simulator.engine import HOUR, Obj
from tests.billing.account import Account, Refused, period

CARD = "pm_card_authenticationRequired"


def intent_of(account: Account, invoice: str) -> Obj:
    shown = account.get(f"invoices/{invoice}", expand=["payments.data.payment.payment_intent"])
    return shown["payments"]["data"][0]["payment"]["payment_intent"]


def test_the_first_payment_waits_for_the_holder(account: Account) -> None:
    customer, price = account.payer(CARD), account.plan()
    account.news()
    subscription = account.subscribed(price, customer=customer)
    assert subscription["status"] == "incomplete"
    invoice = account.get(f"invoices/{subscription['latest_invoice']}")
    assert (invoice["status"], invoice["attempted"], invoice["attempt_count"]) == ("open", True, 0)
    assert (invoice["auto_advance"], invoice["next_payment_attempt"]) == (True, None)
    assert intent_of(account, invoice["id"])["status"] == "requires_action"
    assert account.told() == [
        "customer.updated",
        "customer.subscription.created",
        "invoice.created",
        "invoice.finalized",
        "payment_intent.created",
        "payment_intent.requires_action",
        "invoice.payment_action_required",
        "invoice.payment_failed",
    ]


def test_confirmed_it_becomes_active(account: Account) -> None:
    subscription = account.subscribed(customer=account.payer(CARD))
    intent = intent_of(account, subscription["latest_invoice"])
    account.news()
    payment_intents.authenticated(account.world, intent, True)
    assert account.fresh(subscription)["status"] == "active"
    assert account.told() == [
        "payment_intent.succeeded",
        "charge.succeeded",
        "invoice.updated",
        "invoice.paid",
        "invoice.payment_succeeded",
        "customer.subscription.updated",
        "invoice_payment.paid",
    ]
    account.pass_time(23 * HOUR)
    assert account.fresh(subscription)["status"] == "active"


def test_the_client_may_confirm_the_intent_with_another_card(account: Account) -> None:
    subscription = account.subscribed(customer=account.payer(CARD))
    intent = intent_of(account, subscription["latest_invoice"])
    method = account.post("payment_methods/pm_card_visa/attach", customer=subscription["customer"])[
        "id"
    ]
    account.post(f"payment_intents/{intent['id']}/confirm", payment_method=method)
    assert account.fresh(subscription)["status"] == "active"
    invoice = account.get(f"invoices/{subscription['latest_invoice']}")
    assert (invoice["status"], invoice["amount_paid"]) == ("paid", 2500)


def test_default_incomplete_is_paid_by_confirming(account: Account) -> None:
    subscription = account.subscribed(
        customer=account.payer(), payment_behavior="default_incomplete"
    )
    intent = intent_of(account, subscription["latest_invoice"])
    assert intent["status"] == "requires_confirmation"
    account.post(f"payment_intents/{intent['id']}/confirm")
    assert account.fresh(subscription)["status"] == "active"


def test_error_if_incomplete_does_not_wait(account: Account) -> None:
    customer, price = account.payer(CARD), account.plan()
    account.news()
    with pytest.raises(Refused) as refused:
        account.subscribed(price, customer=customer, payment_behavior="error_if_incomplete")
    assert refused.value.status == 402
    assert refused.value.error["code"] == "subscription_payment_intent_requires_action"
    assert account.told() == []


def test_an_invoice_of_another_kind_of_card_is_a_402_on_pay(account: Account) -> None:
    customer = account.payer(CARD)
    account.post("invoiceitems", customer=customer, amount=2000, currency="usd")
    invoice = account.post("invoices", customer=customer, pending_invoice_items_behavior="include")
    with pytest.raises(Refused) as refused:
        account.post(f"invoices/{invoice['id']}/pay")
    assert refused.value.error["type"] == "card_error"
    assert refused.value.error["code"] == "invoice_payment_intent_requires_action"
    assert intent_of(account, invoice["id"])["status"] == "requires_action"


def test_a_renewal_nobody_can_confirm_is_past_due_until_somebody_does(account: Account) -> None:
    subscription = account.subscribed()
    account.default_card(subscription["customer"], CARD)
    account.pass_to(period(subscription)[1] + HOUR)
    assert account.fresh(subscription)["status"] == "past_due"
    assert "invoice.payment_action_required" in account.told()
    renewed = account.fresh(subscription)["latest_invoice"]
    assert account.get(f"invoices/{renewed}")["attempt_count"] == 1
    payment_intents.authenticated(account.world, intent_of(account, renewed), True)
    assert account.fresh(subscription)["status"] == "active"


def test_a_card_confirmed_once_renews_without_its_holder(account: Account) -> None:
    card = "pm_card_authenticationRequiredOnSetup"
    subscription = account.subscribed(customer=account.payer(card))
    payment_intents.authenticated(
        account.world, intent_of(account, subscription["latest_invoice"]), True
    )
    account.pass_to(period(subscription)[1] + HOUR)
    assert account.fresh(subscription)["status"] == "active"


def test_the_intent_of_an_invoice_cannot_be_canceled_behind_its_back(account: Account) -> None:
    subscription = account.subscribed(customer=account.payer(CARD))
    intent = intent_of(account, subscription["latest_invoice"])
    with pytest.raises(Refused, match="Void the invoice instead"):
        account.post(f"payment_intents/{intent['id']}/cancel")
