"""Cards: made, attached, refused, detached (docs.stripe.com/api/payment_methods, /testing)."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from simulator.billing import test_cards as cards
from simulator.contract.errors import CardError
from simulator.engine import DAY
from tests.billing.account import START, Account, Refused, period
from tests.engine.things import digest

DECLINING = [
    ("pm_card_chargeDeclined", "card_declined", "generic_decline"),
    ("pm_card_visa_chargeDeclined", "card_declined", "generic_decline"),
    ("pm_card_visa_chargeDeclinedInsufficientFunds", "card_declined", "insufficient_funds"),
    ("pm_card_visa_chargeDeclinedLostCard", "card_declined", "lost_card"),
    ("pm_card_visa_chargeDeclinedStolenCard", "card_declined", "stolen_card"),
    ("pm_card_chargeDeclinedExpiredCard", "expired_card", None),
    ("pm_card_chargeDeclinedIncorrectCvc", "incorrect_cvc", None),
    ("pm_card_chargeDeclinedProcessingError", "processing_error", None),
]


def customer(account: Account) -> str:
    name: str = account.post("customers", email="ada@example.org")["id"]
    return name


def test_attaching_a_ready_made_card_makes_a_new_one_each_time(account: Account) -> None:
    mine = customer(account)
    one, two = (
        account.post("payment_methods/pm_card_visa/attach", customer=mine) for _ in range(2)
    )
    today = datetime.fromtimestamp(START, UTC)
    assert one["id"].startswith("pm_1")
    assert one["id"] != two["id"]
    assert one["customer"] == mine
    card = one["card"]
    assert (card["brand"], card["last4"]) == ("visa", "4242")
    assert (card["exp_month"], card["exp_year"]) == (today.month, today.year + 1)
    assert card["fingerprint"] == two["card"]["fingerprint"]
    assert card["checks"]["cvc_check"] == "pass"


def test_attaching_does_not_make_it_the_default(account: Account) -> None:
    mine = customer(account)
    account.post("payment_methods/pm_card_visa/attach", customer=mine)
    settings = account.get(f"customers/{mine}")["invoice_settings"]
    assert settings["default_payment_method"] is None


@pytest.mark.parametrize(("name", "code", "decline_code"), DECLINING)
def test_a_declining_card_cannot_be_attached(
    account: Account, name: str, code: str, decline_code: str | None
) -> None:
    mine = customer(account)
    before = digest(account.world)
    with pytest.raises(Refused) as refused:
        account.post(f"payment_methods/{name}/attach", customer=mine)
    error = refused.value.error
    assert (refused.value.status, error["type"], error["code"]) == (402, "card_error", code)
    assert error.get("decline_code") == decline_code
    after = digest(account.world)
    assert {**after, "kept": {}} == {**before, "kept": {}}


def test_the_body_of_a_declined_attach_is_the_recorded_one(account: Account) -> None:
    mine = customer(account)
    with pytest.raises(Refused) as refused:
        account.post("payment_methods/pm_card_chargeDeclined/attach", customer=mine)
    error = dict(refused.value.error)
    assert error.pop("request_log_url").startswith("https://dashboard.stripe.com/")
    assert error == {
        "advice_code": "try_again_later",
        "code": "card_declined",
        "decline_code": "generic_decline",
        "doc_url": "https://stripe.com/docs/error-codes/card-declined",
        "message": "Your card was declined.",
        "network_decline_code": "01",
        "param": "",
        "type": "card_error",
    }


def test_the_card_that_fails_only_when_charged_can_be_attached(account: Account) -> None:
    payer = account.payer("pm_card_chargeCustomerFail")
    assert account.subscribed(customer=payer)["status"] == "incomplete"


def test_an_unknown_method_is_a_404_in_the_path(account: Account) -> None:
    mine = customer(account)
    with pytest.raises(Refused) as refused:
        account.post("payment_methods/abcd/attach", customer=mine)
    assert refused.value.status == 404
    assert refused.value.error["code"] == "resource_missing"
    assert refused.value.error["param"] == "payment_method"
    assert refused.value.error["message"].startswith("No such PaymentMethod: 'abcd'")


def test_a_method_belongs_to_one_customer(account: Account) -> None:
    first, second = customer(account), customer(account)
    method = account.post("payment_methods/pm_card_visa/attach", customer=first)["id"]
    with pytest.raises(Refused, match="already been attached"):
        account.post(f"payment_methods/{method}/attach", customer=second)


def test_detaching_forgets_it_wherever_it_was_the_default(account: Account) -> None:
    subscription = account.subscribed()
    mine = subscription["customer"]
    method = account.get(f"customers/{mine}")["invoice_settings"]["default_payment_method"]
    account.post(f"subscriptions/{subscription['id']}", default_payment_method=method)
    account.news()
    assert account.post(f"payment_methods/{method}/detach")["customer"] is None
    events = account.news()
    assert [event["type"] for event in events] == [
        "payment_method.detached",
        "customer.updated",
        "customer.subscription.updated",
    ]
    assert events[0]["data"]["previous_attributes"] == {"customer": mine}
    assert account.fresh(subscription)["default_payment_method"] is None
    with pytest.raises(Refused, match="detachment is impossible"):
        account.post(f"payment_methods/{method}/detach")


def test_a_partial_address_keeps_the_other_parts(account: Account) -> None:
    made = account.post(
        "payment_methods",
        type="card",
        card={"token": "tok_visa"},
        billing_details={"name": "Ada", "address": {"country": "GB"}},
    )
    address = made["billing_details"]["address"]
    assert set(address) == {"city", "country", "line1", "line2", "postal_code", "state"}
    changed = account.post(
        f"payment_methods/{made['id']}", billing_details={"address": {"city": "London"}}
    )
    kept = changed["billing_details"]
    assert (kept["name"], kept["address"]["city"], kept["address"]["country"]) == (
        "Ada",
        "London",
        "GB",
    )


@pytest.mark.parametrize(
    ("number", "code"),
    [
        ("4242424242424241", "incorrect_number"),
        ("4242", "incorrect_number"),
        ("not a number at all", "incorrect_number"),
        ("4111111111111111", "card_declined"),
    ],
)
def test_numbers_that_are_no_test_cards_are_refused(number: str, code: str) -> None:
    with pytest.raises(CardError) as refused:
        cards.typed(number)
    assert refused.value.code == code


def test_every_test_card_number_is_well_formed() -> None:
    assert [card.number for card in cards.CARDS if not cards.luhn(card.number)] == []


def test_a_second_card_pays_once_it_is_the_default(account: Account) -> None:
    subscription = account.subscribed()
    account.default_card(subscription["customer"], "pm_card_mastercard")
    account.pass_to(period(subscription)[1] + DAY)
    (charge, *_) = account.get("charges", customer=subscription["customer"])["data"]
    assert charge["payment_method_details"]["card"]["brand"] == "mastercard"
