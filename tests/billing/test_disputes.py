"""Disputes: what they do to the money, to the charge and to the subscription
(docs.stripe.com/testing#disputes).
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from simulator.billing.charges import DISPUTED_AFTER
from simulator.billing.disputes import EVIDENCE_DAYS
from simulator.engine import DAY, Obj
from tests.billing.account import Account, Refused, only_item


def disputed(account: Account, card: str = "createDispute") -> Obj:
    """The dispute of a payment of 10.00 with a test card."""
    account.post(
        "payment_intents",
        amount=1000,
        currency="usd",
        payment_method=f"pm_card_{card}",
        confirm=True,
        return_url="https://example.org",
    )
    account.pass_time(DISPUTED_AFTER - 1)
    account.news()
    account.pass_time(1)
    (dispute,) = account.get("disputes")["data"]
    return dispute


def test_a_payment_succeeds_and_is_disputed(account: Account) -> None:
    dispute = disputed(account)
    assert account.told() == ["charge.dispute.created", "charge.dispute.funds_withdrawn"]
    assert (dispute["status"], dispute["reason"]) == ("needs_response", "fraudulent")
    (withdrawn,) = dispute["balance_transactions"]
    assert (withdrawn["amount"], withdrawn["fee"], withdrawn["net"]) == (-1000, 1500, -2500)
    assert account.get(f"balance_transactions/{withdrawn['id']}")["source"] == dispute["id"]
    charge = account.get(f"charges/{dispute['charge']}")
    assert (charge["disputed"], charge["dispute"]) == (True, dispute["id"])
    assert account.get("disputes", charge=charge["id"])["data"] == [dispute]
    assert account.get(f"disputes/{dispute['id']}") == dispute


@pytest.mark.parametrize(
    ("evidence", "status", "events", "net"),
    [
        (
            "winning_evidence",
            "won",
            ["charge.dispute.closed", "charge.dispute.funds_reinstated"],
            0,
        ),
        ("losing_evidence", "lost", ["charge.dispute.closed"], -2500),
        ("I did send it.", "under_review", [], -2500),
    ],
)
def test_evidence_decides(
    account: Account, evidence: str, status: str, events: list[str], net: int
) -> None:
    dispute = disputed(account)
    account.news()
    sent = account.post(f"disputes/{dispute['id']}", evidence={"uncategorized_text": evidence})
    assert sent["status"] == "under_review"
    assert sent["evidence_details"]["submission_count"] == 1
    account.pass_time(5)
    assert account.told() == ["charge.dispute.updated", *events]
    decided = account.get(f"disputes/{dispute['id']}")
    assert decided["status"] == status
    assert sum(each["net"] for each in decided["balance_transactions"]) == net


def test_evidence_can_be_staged_and_is_submitted_once(account: Account) -> None:
    dispute = disputed(account)
    path = f"disputes/{dispute['id']}"
    staged = account.post(path, evidence={"customer_name": "Ada"}, submit=False)
    assert staged["status"] == "needs_response"
    assert staged["evidence_details"]["has_evidence"] is True
    assert account.post(path, submit=True)["status"] == "under_review"
    with pytest.raises(Refused, match="already been submitted"):
        account.post(path, evidence={"customer_name": "Grace"})
    assert account.post(path, metadata={"case": "7"})["metadata"] == {"case": "7"}


def test_closing_gives_it_up(account: Account) -> None:
    dispute = disputed(account)
    account.news()
    assert account.post(f"disputes/{dispute['id']}/close")["status"] == "lost"
    assert account.told() == ["charge.dispute.closed"]
    with pytest.raises(Refused, match="already closed"):
        account.post(f"disputes/{dispute['id']}/close")
    with pytest.raises(Refused, match="already closed"):
        account.post(f"disputes/{dispute['id']}", evidence={"customer_name": "Ada"})


def test_what_is_not_answered_in_time_is_lost(account: Account) -> None:
    dispute = disputed(account)
    account.pass_to(dispute["evidence_details"]["due_by"])
    assert account.get(f"disputes/{dispute['id']}")["status"] == "lost"


def test_an_inquiry_takes_no_money_and_ends_by_itself(account: Account) -> None:
    dispute = disputed(account, "createDisputeInquiry")
    assert account.told() == ["charge.dispute.created"]
    assert (dispute["status"], dispute["balance_transactions"]) == ("warning_needs_response", [])
    account.pass_time((EVIDENCE_DAYS + 1) * DAY)
    assert account.get(f"disputes/{dispute['id']}")["status"] == "warning_closed"


def test_an_escalated_inquiry_is_a_dispute_with_evidence_of_its_own(account: Account) -> None:
    dispute = disputed(account, "createDisputeInquiry")
    path = f"disputes/{dispute['id']}"
    account.post(path, evidence={"uncategorized_text": "escalate_inquiry_evidence"})
    account.news()
    account.pass_time(5)
    assert account.told() == ["charge.dispute.updated", "charge.dispute.funds_withdrawn"]
    account.post(path, evidence={"uncategorized_text": "winning_evidence"})
    account.pass_time(5)
    assert account.get(path)["status"] == "won"


def test_a_record_of_fraud_is_a_warning_and_no_dispute(account: Account) -> None:
    account.subscribed(customer=account.payer("pm_card_createIssuerFraudRecord"))
    account.news()
    account.pass_time(5)
    (event,) = account.news()
    assert event["type"] == "radar.early_fraud_warning.created"
    assert account.get("disputes")["data"] == []
    warning = event["data"]["object"]
    assert account.get(f"radar/early_fraud_warnings/{warning['id']}") == warning


def test_a_disputed_charge_cannot_be_refunded_but_one_inquired_about_can(account: Account) -> None:
    dispute = disputed(account)
    with pytest.raises(Refused) as refused:
        account.post("refunds", charge=dispute["charge"])
    assert refused.value.error["code"] == "charge_disputed"


def test_what_is_inquired_about_can_be_refunded(account: Account) -> None:
    dispute = disputed(account, "createDisputeInquiry")
    assert account.post("refunds", charge=dispute["charge"])["status"] == "succeeded"


def test_a_charge_that_was_refunded_in_time_is_not_disputed(account: Account) -> None:
    intent = account.post(
        "payment_intents",
        amount=1000,
        currency="usd",
        payment_method="pm_card_createDispute",
        confirm=True,
        return_url="https://example.org",
    )
    account.post("refunds", payment_intent=intent["id"])
    account.pass_time(5)
    assert account.get("disputes")["data"] == []


@pytest.mark.parametrize(
    ("setting", "status", "reason"),
    [
        ("keep", "active", None),
        ("cancel", "canceled", "payment_disputed"),
        ("cancel_at_period_end", "active", "payment_disputed"),
    ],
)
def test_what_a_dispute_does_to_its_subscription_is_a_setting(
    account: Account, setting: str, status: str, reason: str | None
) -> None:
    account.world.settings = replace(account.world.settings, on_dispute=setting)
    subscription = account.subscribed(customer=account.payer("pm_card_createDispute"))
    account.pass_time(5)
    now = account.fresh(subscription)
    assert (now["status"], now["cancellation_details"]["reason"]) == (status, reason)
    assert now["cancel_at_period_end"] is (setting == "cancel_at_period_end")
    if setting == "cancel_at_period_end":
        account.pass_to(only_item(subscription)["current_period_end"])
        assert account.fresh(subscription)["status"] == "canceled"
