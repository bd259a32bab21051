"""Bank transfers and what they pay: docs.stripe.com/payments/customer-balance/reconciliation."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.engine import DAY, Obj
from tests.billing.account import Account, Refused


@pytest.fixture
def customer(account: Account) -> str:
    return account.post("customers", email="ada@example.org")["id"]


def invoiced(account: Account, customer: str, amount: int, **more: Any) -> Obj:
    """An open invoice that was sent, due in ten days."""
    currency = more.pop("currency", "usd")
    draft = account.post(
        "invoices",
        customer=customer,
        collection_method="send_invoice",
        currency=currency,
        days_until_due=10,
    )
    account.post(
        "invoiceitems", customer=customer, invoice=draft["id"], amount=amount, currency=currency
    )
    account.pass_time(1)
    return account.post(f"invoices/{draft['id']}/finalize")


def transfer(account: Account, customer: str, amount: int, **more: Any) -> Obj:
    account.news()
    return account.post(
        f"test_helpers/customers/{customer}/fund_cash_balance",
        amount=amount,
        currency=more.pop("currency", "usd"),
        **more,
    )


def held(account: Account, customer: str) -> Any:
    return account.get(f"customers/{customer}/cash_balance")["available"]


def statuses(account: Account, *invoices: Obj) -> list[str]:
    return [account.get(f"invoices/{invoice['id']}")["status"] for invoice in invoices]


def test_money_comes_in_and_is_written_down(account: Account, customer: str) -> None:
    assert held(account, customer) is None
    made = transfer(account, customer, 700, reference="thanks")
    assert (made["type"], made["net_amount"], made["ending_balance"]) == ("funded", 700, 700)
    sent = made["funded"]["bank_transfer"]
    assert (sent["type"], sent["reference"]) == ("us_bank_transfer", "thanks")
    assert account.told() == [
        "customer_cash_balance_transaction.created",
        "cash_balance.funds_available",
    ]
    transfer(account, customer, 300, currency="eur")
    assert held(account, customer) == {"usd": 700, "eur": 300}
    path = f"customers/{customer}/cash_balance_transactions"
    assert [each["net_amount"] for each in account.get(path)["data"]] == [300, 700]
    assert account.get(f"{path}/{made['id']}") == made


def test_it_pays_an_invoice_without_a_card(account: Account, customer: str) -> None:
    invoice = invoiced(account, customer, 900)
    transfer(account, customer, 900)
    assert account.told() == [
        "customer_cash_balance_transaction.created",
        "payment_intent.succeeded",
        "charge.succeeded",
        "invoice.updated",
        "invoice.paid",
        "invoice.payment_succeeded",
        "invoice_payment.paid",
        "customer_cash_balance_transaction.created",
    ]
    paid = account.get(f"invoices/{invoice['id']}")
    assert (paid["status"], paid["amount_paid"], held(account, customer)) == (
        "paid",
        900,
        {"usd": 0},
    )
    (charge,) = account.get("charges", expand=["data.balance_transaction"])["data"]
    assert charge["payment_method_details"] == {
        "customer_balance": {},
        "type": "customer_balance",
    }
    assert charge["id"].startswith("py_")
    entered = charge["balance_transaction"]
    assert (entered["type"], entered["fee"], entered["net"]) == ("payment", 0, 900)
    applied, _ = account.get(f"customers/{customer}/cash_balance_transactions")["data"]
    assert (applied["type"], applied["net_amount"]) == ("applied_to_payment", -900)
    assert applied["applied_to_payment"]["payment_intent"] == charge["payment_intent"]
    assert account.get(f"customers/{customer}/payment_methods")["data"] == []


ORDERS: list[tuple[str, list[int], int, list[str]]] = [
    ("exactly one of them", [500, 800, 900], 800, ["open", "paid", "open"]),
    ("exactly two of them", [500, 800, 900], 1400, ["paid", "open", "paid"]),
    ("one rather than two", [500, 300, 800], 800, ["open", "open", "paid"]),
    ("the oldest of two that fit", [500, 500, 100], 500, ["paid", "open", "open"]),
    ("the oldest first, in full", [500, 800, 100], 1350, ["paid", "paid", "open"]),
    ("those that can be paid in full", [900, 500, 300], 850, ["open", "paid", "paid"]),
    ("none in part", [900], 850, ["open"]),
]


@pytest.mark.parametrize(("what", "amounts", "sent", "ends"), ORDERS, ids=[o[0] for o in ORDERS])
def test_which_invoices_are_paid(
    account: Account, customer: str, what: str, amounts: list[int], sent: int, ends: list[str]
) -> None:
    invoices = [invoiced(account, customer, amount) for amount in amounts]
    transfer(account, customer, sent)
    assert statuses(account, *invoices) == ends, what
    paid = sum(a for a, end in zip(amounts, ends, strict=True) if end == "paid")
    assert held(account, customer) == {"usd": sent - paid}


def test_a_reference_names_its_invoice(account: Account, customer: str) -> None:
    first, second = (invoiced(account, customer, 500) for _ in range(2))
    transfer(account, customer, 600, reference=f"Payment for invoice {second['number'].lower()}")
    assert statuses(account, first, second) == ["open", "paid"]
    assert held(account, customer) == {"usd": 100}


def test_other_currencies_and_what_is_long_overdue_are_left_alone(
    account: Account, customer: str
) -> None:
    late = invoiced(account, customer, 500)
    account.pass_time(41 * DAY)
    transfer(account, customer, 500)
    assert statuses(account, late) == ["open"]
    other = account.post("customers")["id"]
    foreign = invoiced(account, other, 500, currency="eur")
    transfer(account, other, 500)
    assert statuses(account, foreign) == ["open"]
    transfer(account, other, 500, currency="eur")
    assert statuses(account, foreign) == ["paid"]


def test_what_is_left_pays_the_next_invoice(account: Account, customer: str) -> None:
    transfer(account, customer, 1500)
    assert statuses(account, invoiced(account, customer, 900)) == ["paid"]
    assert statuses(account, invoiced(account, customer, 900)) == ["open"]
    assert held(account, customer) == {"usd": 600}


def test_under_manual_reconciliation_it_waits_to_be_applied(
    account: Account, customer: str
) -> None:
    settings = {"settings": {"reconciliation_mode": "manual"}}
    account.post(f"customers/{customer}/cash_balance", **settings)
    invoice = invoiced(account, customer, 900)
    (payment,) = account.get("invoice_payments", invoice=invoice["id"])["data"]
    apply = f"payment_intents/{payment['payment']['payment_intent']}/apply_customer_balance"
    transfer(account, customer, 800)
    assert account.told()[-1] == "cash_balance.funds_available"
    with pytest.raises(Refused, match="less than"):
        account.post(apply)
    transfer(account, customer, 200)
    assert statuses(account, invoice) == ["open"]
    assert account.post(apply)["status"] == "succeeded"
    assert (statuses(account, invoice), held(account, customer)) == (["paid"], {"usd": 100})
    with pytest.raises(Refused, match="is paid, not open"):
        account.post(apply)


def test_a_subscription_that_was_past_due_is_active_again(account: Account, customer: str) -> None:
    price = account.plan(9000, recurring={"interval_count": 3})
    subscription = account.subscribed(
        price, customer=customer, collection_method="send_invoice", days_until_due=10
    )
    account.pass_time(11 * DAY)
    assert account.fresh(subscription)["status"] == "past_due"
    transfer(account, customer, 9000)
    assert account.fresh(subscription)["status"] == "active"


@pytest.mark.parametrize(
    ("params", "status", "param"),
    [
        ({"amount": 0}, 400, "amount"),
        ({"amount": 5, "currency": "chf"}, 400, "currency"),
        ({"amount": 5, "currency": "dollars"}, 400, "currency"),
    ],
)
def test_what_cannot_come_in_is_refused(
    account: Account, customer: str, params: Obj, status: int, param: str
) -> None:
    with pytest.raises(Refused) as refused:
        transfer(account, customer, **params)
    assert (refused.value.status, refused.value.error["param"]) == (status, param)
    assert held(account, customer) is None


def test_it_is_not_refunded_here(account: Account, customer: str) -> None:
    invoiced(account, customer, 900)
    transfer(account, customer, 900)
    (charge,) = account.get("charges")["data"]
    with pytest.raises(Refused) as refused:
        account.post("refunds", charge=charge["id"])
    assert refused.value.status == 501
