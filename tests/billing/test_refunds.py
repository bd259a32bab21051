"""Giving money back: docs.stripe.com/refunds, and the amounts of recorded traffic."""

from __future__ import annotations

import pytest

from simulator.billing.refunds import RESOLVES_AFTER
from simulator.engine import Obj
from tests.billing.account import Account, Refused


def charged(account: Account, card: str = "pm_card_visa", amount: int = 3000) -> Obj:
    intent = account.post(
        "payment_intents", amount=amount, currency="usd", payment_method=card, confirm=True
    )
    account.news()
    return account.get(f"charges/{intent['latest_charge']}")


def test_several_refunds_add_up(account: Account) -> None:
    charge = charged(account)
    first = account.post("refunds", charge=charge["id"], amount=1000)
    assert (first["status"], first["amount"]) == ("succeeded", 1000)
    assert first["payment_intent"] == charge["payment_intent"]
    account.post("refunds", charge=charge["id"], amount=500, reason="duplicate")
    after = account.get(f"charges/{charge['id']}", expand=["refunds"])
    assert (after["amount_refunded"], after["refunded"]) == (1500, False)
    assert [refund["amount"] for refund in after["refunds"]["data"]] == [500, 1000]


def test_without_an_amount_the_rest_is_refunded(account: Account) -> None:
    charge = charged(account)
    account.post("refunds", charge=charge["id"], amount=1000)
    account.news()
    rest = account.post("refunds", payment_intent=charge["payment_intent"], metadata={"a": "1"})
    assert (rest["amount"], rest["metadata"]) == (2000, {"a": "1"})
    assert account.get(f"charges/{charge['id']}")["refunded"] is True
    told = account.news()
    assert [event["type"] for event in told] == ["charge.refunded", "refund.created"]


def test_stripe_keeps_its_fee(account: Account) -> None:
    charge = charged(account)
    refund = account.post("refunds", charge=charge["id"], expand=["balance_transaction"])
    back = refund["balance_transaction"]
    assert (back["amount"], back["fee"], back["net"], back["type"]) == (-3000, 0, -3000, "refund")
    moved = account.get("balance_transactions")["data"]
    assert sum(transaction["net"] for transaction in moved) == -117


def test_more_than_is_left_is_refused(account: Account) -> None:
    charge = charged(account)
    with pytest.raises(Refused) as refused:
        account.post("refunds", charge=charge["id"], amount=3001)
    assert refused.value.error["message"] == (
        "Refund amount ($30.01) is greater than charge amount ($30.00)"
    )
    account.post("refunds", charge=charge["id"], amount=2000)
    with pytest.raises(Refused) as refused:
        account.post("refunds", charge=charge["id"], amount=1001)
    assert refused.value.error["message"] == (
        "Refund amount ($10.01) is greater than unrefunded amount on charge ($10.00)"
    )


def test_what_was_refunded_is_not_refunded_again(account: Account) -> None:
    charge = charged(account)
    account.post("refunds", charge=charge["id"])
    with pytest.raises(Refused) as refused:
        account.post("refunds", charge=charge["id"])
    assert refused.value.error["code"] == "charge_already_refunded"
    assert refused.value.error["message"] == f"Charge {charge['id']} has already been refunded."


def test_refunding_an_authorisation_cancels_it(account: Account) -> None:
    intent = account.post(
        "payment_intents",
        amount=3000,
        currency="usd",
        payment_method="pm_card_visa",
        confirm=True,
        capture_method="manual",
    )
    account.post("refunds", payment_intent=intent["id"])
    assert account.get(f"payment_intents/{intent['id']}")["status"] == "canceled"


def test_only_metadata_can_be_changed_and_a_cards_refund_not_be_canceled(account: Account) -> None:
    refund = account.post("refunds", charge=charged(account)["id"])
    account.news()
    changed = account.post(f"refunds/{refund['id']}", metadata={"why": "size"})
    assert changed["metadata"] == {"why": "size"}
    assert account.told() == ["refund.updated", "charge.refund.updated"]
    with pytest.raises(Refused, match="cannot cancel this refund"):
        account.post(f"refunds/{refund['id']}/cancel")


def test_refunds_are_listed_by_charge_and_by_intent(account: Account) -> None:
    charge, other = charged(account), charged(account)
    mine = account.post("refunds", charge=charge["id"])["id"]
    account.post("refunds", charge=other["id"])
    for query in ({"charge": charge["id"]}, {"payment_intent": charge["payment_intent"]}):
        assert [refund["id"] for refund in account.get("refunds", **query)["data"]] == [mine]


def test_a_refund_may_be_pending_first(account: Account) -> None:
    refund = account.post("refunds", charge=charged(account, "pm_card_pendingRefund")["id"])
    assert refund["status"] == "pending"
    account.news()
    account.pass_time(RESOLVES_AFTER)
    assert account.get(f"refunds/{refund['id']}")["status"] == "succeeded"


def test_a_refund_that_fails_returns_to_the_balance(account: Account) -> None:
    charge = charged(account, "pm_card_refundFail")
    refund = account.post("refunds", charge=charge["id"])
    assert refund["status"] == "succeeded"
    account.news()
    account.pass_time(RESOLVES_AFTER)
    assert "refund.failed" in account.told()
    failed = account.get(f"refunds/{refund['id']}", expand=["failure_balance_transaction"])
    assert (failed["status"], failed["failure_balance_transaction"]["amount"]) == ("failed", 3000)
    assert account.get(f"charges/{charge['id']}")["amount_refunded"] == 0
