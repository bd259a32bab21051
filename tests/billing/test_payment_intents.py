"""One-off payments: docs.stripe.com/payments/paymentintents/lifecycle and docs.stripe.com/testing.

Amounts, fees and texts are those of recorded traffic.
"""

from __future__ import annotations

from typing import Any

import pytest

from simulator.billing import payment_intents
from simulator.billing.authentication import page_of
from simulator.billing.charges import HELD_FOR, SETTLES_AFTER
from simulator.engine import DAY, Obj
from tests.billing.account import Account, Refused

THREE_D_SECURE = "pm_card_authenticationRequired"


def paid(account: Account, card: str = "pm_card_visa", **more: Any) -> Obj:
    asked = {"amount": 2900, "currency": "usd", "payment_method": card, "confirm": True, **more}
    return account.post("payment_intents", **asked)


def answer_bank(account: Account, intent: Obj, succeeds: bool = True) -> Obj:
    held = account.world.get("payment_intent", intent["id"])
    assert held is not None
    return payment_intents.authenticated(account.world, held, succeeds)


def test_without_a_method_it_waits_for_one(account: Account) -> None:
    intent = account.post("payment_intents", amount=2900, currency="USD")
    assert (intent["status"], intent["currency"]) == ("requires_payment_method", "usd")
    assert intent["automatic_payment_methods"] == {"allow_redirects": "always", "enabled": True}
    assert account.told() == ["payment_intent.created"]


def test_confirmed_at_once_it_succeeds_and_its_money_follows(account: Account) -> None:
    customer = account.payer()
    method = account.customer_of({"customer": customer})["invoice_settings"]
    account.news()
    intent = paid(account, method["default_payment_method"], customer=customer)
    assert (intent["status"], intent["amount_received"]) == ("succeeded", 2900)
    assert account.told() == [
        "charge.succeeded",
        "payment_intent.succeeded",
        "payment_intent.created",
    ]
    charge = account.get(f"charges/{intent['latest_charge']}")
    assert charge["balance_transaction"] is None
    account.pass_time(SETTLES_AFTER)
    (told,) = account.news()
    assert told["type"] == "charge.updated"
    assert told["data"]["previous_attributes"] == {"balance_transaction": None}
    settled = account.get(f"charges/{charge['id']}", expand=["balance_transaction"])
    transaction = settled["balance_transaction"]
    assert (transaction["amount"], transaction["fee"], transaction["net"]) == (2900, 114, 2786)
    assert transaction["source"] == charge["id"]


def test_confirming_later_does_the_same(account: Account) -> None:
    intent = account.post("payment_intents", amount=2900, currency="usd")
    with pytest.raises(Refused, match="missing a payment method"):
        account.post(f"payment_intents/{intent['id']}/confirm")
    account.news()
    done = account.post(f"payment_intents/{intent['id']}/confirm", payment_method="pm_card_visa")
    assert done["status"] == "succeeded"
    assert account.told() == ["charge.succeeded", "payment_intent.succeeded"]
    with pytest.raises(Refused) as refused:
        account.post(f"payment_intents/{intent['id']}/confirm")
    assert refused.value.error["code"] == "payment_intent_unexpected_state"
    assert refused.value.error["payment_intent"]["id"] == intent["id"]


@pytest.mark.parametrize(
    ("amount", "code", "words"),
    [
        (0, "parameter_invalid_integer", "greater than or equal to the minimum charge amount"),
        (-1, "parameter_invalid_integer", "Invalid positive integer"),
        (49, "amount_too_small", "Amount must be at least $0.50 usd"),
        (100_000_000, "amount_too_large", "Amount must be no more than $999,999.99"),
    ],
)
def test_an_amount_that_cannot_be_charged_is_refused(
    account: Account, amount: int, code: str, words: str
) -> None:
    with pytest.raises(Refused) as refused:
        account.post("payment_intents", amount=amount, currency="usd")
    assert (refused.value.status, refused.value.error["code"]) == (400, code)
    assert refused.value.error["param"] == "amount"
    assert words in refused.value.error["message"]


@pytest.mark.parametrize(
    ("card", "code", "decline_code"),
    [
        ("pm_card_chargeDeclined", "card_declined", "generic_decline"),
        ("pm_card_visa_chargeDeclinedInsufficientFunds", "card_declined", "insufficient_funds"),
        ("pm_card_visa_chargeDeclinedLostCard", "card_declined", "lost_card"),
        ("pm_card_visa_chargeDeclinedStolenCard", "card_declined", "stolen_card"),
        ("pm_card_chargeDeclinedExpiredCard", "expired_card", None),
        ("pm_card_chargeDeclinedIncorrectCvc", "incorrect_cvc", None),
        ("pm_card_chargeDeclinedProcessingError", "processing_error", None),
        (
            "pm_card_visa_chargeDeclinedVelocityLimitExceeded",
            "card_declined",
            "card_velocity_exceeded",
        ),
        ("pm_card_radarBlock", "card_declined", "fraudulent"),
        ("pm_card_chargeCustomerFail", "card_declined", "generic_decline"),
    ],
)
def test_a_decline_is_a_402_whose_traces_stay(
    account: Account, card: str, code: str, decline_code: str | None
) -> None:
    with pytest.raises(Refused) as refused:
        paid(account, card)
    error = refused.value.error
    assert refused.value.status == 402
    assert (error["type"], error["code"], error.get("decline_code")) == (
        "card_error",
        code,
        decline_code,
    )
    intent = account.get(f"payment_intents/{error['payment_intent']['id']}")
    assert intent["status"] == "requires_payment_method"
    assert intent["last_payment_error"]["code"] == code
    charge = account.get(f"charges/{error['charge']}")
    assert (charge["status"], charge["paid"], charge["failure_code"]) == ("failed", False, code)
    assert account.told() == [
        "payment_intent.created",
        "charge.failed",
        "payment_intent.payment_failed",
    ]


def test_a_blocked_payment_never_reached_the_issuer(account: Account) -> None:
    with pytest.raises(Refused) as refused:
        paid(account, "pm_card_radarBlock")
    outcome = account.get(f"charges/{refused.value.error['charge']}")["outcome"]
    assert (outcome["type"], outcome["network_status"]) == ("blocked", "not_sent_to_network")


def test_another_card_pays_after_a_decline(account: Account) -> None:
    with pytest.raises(Refused) as refused:
        paid(account, "pm_card_chargeDeclined")
    name = refused.value.error["payment_intent"]["id"]
    done = account.post(f"payment_intents/{name}/confirm", payment_method="pm_card_visa")
    assert (done["status"], done["last_payment_error"]) == ("succeeded", None)
    assert len(account.get("charges", payment_intent=name)["data"]) == 2


def test_3d_secure_asks_the_holder_and_goes_on_when_they_confirm(account: Account) -> None:
    intent = paid(account, THREE_D_SECURE, return_url="http://127.0.0.1/back")
    assert intent["status"] == "requires_action"
    action = intent["next_action"]
    assert action["type"] == "redirect_to_url"
    assert action["redirect_to_url"]["return_url"] == "http://127.0.0.1/back"
    assert account.told() == ["payment_intent.created", "payment_intent.requires_action"]
    done = answer_bank(account, intent)
    assert (done["status"], done["next_action"]) == ("succeeded", None)
    assert account.told() == ["charge.succeeded", "payment_intent.succeeded"]
    card = account.get(f"charges/{done['latest_charge']}")["payment_method_details"]["card"]
    assert card["three_d_secure"]["result"] == "authenticated"


def test_3d_secure_that_fails_leaves_it_without_a_method(account: Account) -> None:
    intent = paid(account, THREE_D_SECURE)
    assert intent["next_action"]["type"] == "use_stripe_sdk"
    assert page_of(intent) == intent["next_action"]["use_stripe_sdk"]["stripe_js"]
    account.news()
    done = answer_bank(account, intent, succeeds=False)
    assert done["status"] == "requires_payment_method"
    assert done["last_payment_error"]["code"] == "payment_intent_authentication_failure"
    assert account.told() == ["payment_intent.payment_failed"]


def test_a_card_may_be_declined_after_its_holder_confirmed(account: Account) -> None:
    intent = paid(account, "pm_card_authenticationRequiredChargeDeclinedInsufficientFunds")
    done = answer_bank(account, intent)
    assert done["last_payment_error"]["decline_code"] == "insufficient_funds"


@pytest.mark.parametrize(
    ("card", "on_session"),
    [
        ("pm_card_authenticationRequired", "requires_action"),
        ("pm_card_authenticationRequiredOnSetup", "requires_action"),
        ("pm_card_authenticationRequiredSetupForOffSession", "requires_action"),
        ("pm_card_threeDSecure2Required", "requires_action"),
        ("pm_card_threeDSecureOptional", "succeeded"),
    ],
)
def test_which_cards_want_their_holder_on_session(
    account: Account, card: str, on_session: str
) -> None:
    assert paid(account, card)["status"] == on_session


def test_off_session_nobody_can_be_asked(account: Account) -> None:
    with pytest.raises(Refused) as refused:
        paid(account, THREE_D_SECURE, off_session=True)
    assert refused.value.status == 402
    assert refused.value.error["code"] == "authentication_required"
    known = "pm_card_authenticationRequiredSetupForOffSession"
    assert paid(account, known, off_session=True)["status"] == "succeeded"


def test_a_card_that_was_set_up_pays_off_session(account: Account) -> None:
    customer = account.post("customers")["id"]
    first = paid(
        account,
        "pm_card_authenticationRequiredOnSetup",
        customer=customer,
        setup_future_usage="off_session",
    )
    answer_bank(account, first)
    method = account.get(f"payment_intents/{first['id']}")["payment_method"]
    assert account.get(f"payment_methods/{method}")["customer"] == customer
    again = paid(account, method, customer=customer, off_session=True)
    assert again["status"] == "succeeded"


def test_an_authorisation_is_captured_later_in_whole(account: Account) -> None:
    intent = paid(account, capture_method="manual")
    assert (intent["status"], intent["amount_capturable"]) == ("requires_capture", 2900)
    charge = account.get(f"charges/{intent['latest_charge']}")
    assert (charge["captured"], charge["paid"]) == (False, True)
    card = charge["payment_method_details"]["card"]
    assert card["capture_before"] == charge["created"] + 7 * DAY
    assert account.told() == [
        "charge.succeeded",
        "payment_intent.amount_capturable_updated",
        "payment_intent.created",
    ]
    done = account.post(f"payment_intents/{intent['id']}/capture")
    assert (done["status"], done["amount_received"], done["amount_capturable"]) == (
        "succeeded",
        2900,
        0,
    )
    assert account.told() == ["charge.captured", "payment_intent.succeeded"]
    with pytest.raises(Refused, match="could not be captured because it has a status of succeeded"):
        account.post(f"payment_intents/{intent['id']}/capture")


def test_the_rest_of_a_partial_capture_is_released(account: Account) -> None:
    intent = paid(account, capture_method="manual")
    account.post(f"payment_intents/{intent['id']}/capture", amount_to_capture=1000)
    charge = account.get(f"charges/{intent['latest_charge']}", expand=["balance_transaction"])
    assert (charge["amount_captured"], charge["amount_refunded"]) == (1000, 1900)
    assert (charge["refunded"], charge["balance_transaction"]["amount"]) == (False, 1000)
    with pytest.raises(Refused, match=r"\$10.01"):
        account.post("refunds", charge=charge["id"], amount=1001)


def test_an_authorisation_that_nobody_captures_expires(account: Account) -> None:
    intent = paid(account, capture_method="manual")
    account.news()
    account.pass_time(HELD_FOR)
    assert account.told() == ["charge.expired", "payment_intent.canceled"]
    assert account.get(f"payment_intents/{intent['id']}")["cancellation_reason"] == "automatic"


def test_canceling_gives_an_authorisation_back(account: Account) -> None:
    intent = paid(account, capture_method="manual")
    account.news()
    done = account.post(
        f"payment_intents/{intent['id']}/cancel", cancellation_reason="requested_by_customer"
    )
    assert (done["status"], done["cancellation_reason"]) == ("canceled", "requested_by_customer")
    assert account.told() == ["charge.refunded", "payment_intent.canceled"]
    with pytest.raises(Refused, match="cannot cancel this PaymentIntent because it has a status"):
        account.post(f"payment_intents/{intent['id']}/cancel")


def test_an_update_before_the_payment(account: Account) -> None:
    intent = account.post("payment_intents", amount=2900, currency="usd", metadata={"a": "1"})
    changed = account.post(
        f"payment_intents/{intent['id']}",
        amount=3000,
        metadata={"b": "2"},
        payment_method="pm_card_visa",
    )
    assert (changed["amount"], changed["status"]) == (3000, "requires_confirmation")
    assert changed["metadata"] == {"a": "1", "b": "2"}
    account.post(f"payment_intents/{intent['id']}/confirm")
    with pytest.raises(Refused, match="amount could not be updated"):
        account.post(f"payment_intents/{intent['id']}", amount=1)
    assert account.post(f"payment_intents/{intent['id']}", description="late")["amount"] == 3000


def test_what_was_said_of_the_payment_stands_on_the_charge(account: Account) -> None:
    intent = paid(
        account,
        description="Boots",
        metadata={"order": "7"},
        receipt_email="ada@example.org",
        statement_descriptor_suffix="boots",
    )
    charge = account.get(f"charges/{intent['latest_charge']}")
    assert (charge["description"], charge["metadata"]) == ("Boots", {"order": "7"})
    assert charge["receipt_email"] == "ada@example.org"
    assert charge["receipt_url"].endswith(charge["id"])
    assert charge["calculated_statement_descriptor"] == "CAROM SANDBOX* BOOTS"
    changed = account.post(f"charges/{charge['id']}", metadata={"order": ""}, description="Shoes")
    assert (changed["metadata"], changed["description"]) == ({}, "Shoes")


def test_another_customers_method_cannot_be_used(account: Account) -> None:
    owner, other = account.payer(), account.payer()
    method = account.customer_of({"customer": owner})["invoice_settings"]["default_payment_method"]
    with pytest.raises(Refused, match="must be attached to the customer"):
        paid(account, method, customer=other)
    with pytest.raises(Refused, match="belongs to the Customer"):
        paid(account, method)


def test_a_method_described_inline_is_kept_but_other_types_do_not_pay(account: Account) -> None:
    data = {
        "type": "sepa_debit",
        "sepa_debit": {"iban": "DE89370400440532013000"},
        "billing_details": {"name": "Ada", "email": "ada@example.org"},
    }
    intent = account.post("payment_intents", amount=500, currency="eur", payment_method_data=data)
    method = account.get(f"payment_methods/{intent['payment_method']}")
    assert (intent["status"], method["sepa_debit"]["last4"]) == ("requires_confirmation", "3000")
    with pytest.raises(Refused) as refused:
        account.post(f"payment_intents/{intent['id']}/confirm")
    assert refused.value.status == 501


def test_the_balance_is_the_sum_of_what_moved(account: Account) -> None:
    paid(account)
    account.pass_time(SETTLES_AFTER)
    balance = account.get("balance")
    assert (balance["pending"][0]["amount"], balance["available"][0]["amount"]) == (2786, 0)
    account.pass_time(8 * DAY)
    assert account.get("balance")["available"][0]["amount"] == 2786


# --- confirmed by hand (docs.stripe.com/payments/finalize-payments-on-the-server) -----------------


def by_hand(account: Account, card: str = "pm_card_authenticationRequired") -> Obj:
    return account.post(
        "payment_intents",
        amount=1000,
        currency="usd",
        payment_method=card,
        confirmation_method="manual",
        confirm=True,
    )


def test_an_intent_confirmed_by_hand_waits_for_the_server_again(account: Account) -> None:
    intent = by_hand(account)
    assert (intent["confirmation_method"], intent["status"]) == ("manual", "requires_action")
    account.news()
    answered = payment_intents.authenticated(account.world, intent, True)
    assert (answered["status"], answered["next_action"]) == ("requires_confirmation", None)
    assert account.told() == []
    assert account.get("charges")["data"] == []
    paid = account.post(f"payment_intents/{intent['id']}/confirm")
    assert (paid["status"], paid["amount_received"]) == ("succeeded", 1000)
    (charge,) = account.get("charges")["data"]
    assert charge["payment_method_details"]["card"]["three_d_secure"]["result"] == "authenticated"


def test_the_holders_answer_is_for_one_card_and_one_attempt(account: Account) -> None:
    intent = by_hand(account)
    payment_intents.authenticated(account.world, intent, True)
    other = {"payment_method": "pm_card_threeDSecure2Required"}
    again = account.post(f"payment_intents/{intent['id']}/confirm", **other)
    assert again["status"] == "requires_action"
    failed = payment_intents.authenticated(account.world, again, False)
    assert failed["status"] == "requires_payment_method"


def test_a_card_that_asks_nothing_is_paid_at_once(account: Account) -> None:
    assert by_hand(account, "pm_card_visa")["status"] == "succeeded"


# --- the balance ----------------------------------------------------------------------------------


def test_what_was_pending_is_available_some_days_later(account: Account) -> None:
    paid(account)
    account.pass_time(SETTLES_AFTER)
    (entered,) = account.get("balance_transactions")["data"]
    assert entered["status"] == "pending"
    account.pass_to(entered["available_on"])
    (later,) = account.get("balance_transactions")["data"]
    assert later == {**entered, "status": "available"}
    assert account.get(f"balance_transactions/{entered['id']}") == later
    (charge,) = account.get("charges", expand=["data.balance_transaction"])["data"]
    assert charge["balance_transaction"] == later
