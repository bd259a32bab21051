"""What belongs to a customer beside payment: balance, tax ids, cash balance."""

from __future__ import annotations

import pytest

from tests.billing.account import Account, Refused


def balance_of(account: Account, customer: str) -> int:
    balance: int = account.get(f"customers/{customer}")["balance"]
    return balance


# --- the credit balance (docs.stripe.com/billing/customer/balance) -------------------------------


def test_a_transaction_moves_the_balance_and_sets_the_currency(account: Account) -> None:
    customer = account.post("customers")["id"]
    account.news()
    made = account.post(
        f"customers/{customer}/balance_transactions",
        amount=-500,
        currency="usd",
        description="Goodwill",
    )
    assert (made["amount"], made["ending_balance"], made["type"]) == (-500, -500, "adjustment")
    (event,) = account.news()
    assert event["data"]["previous_attributes"] == {"balance": 0, "currency": None}
    assert balance_of(account, customer) == -500
    path = f"customers/{customer}/balance_transactions/{made['id']}"
    assert account.get(path) == made
    assert account.post(path, metadata={"case": "7"})["metadata"] == {"case": "7"}


def test_setting_the_balance_writes_a_transaction(account: Account) -> None:
    customer = account.post("customers", balance=-1000)["id"]
    account.post(f"customers/{customer}", balance=-400)
    account.post(f"customers/{customer}", balance=-400)
    listed = account.get(f"customers/{customer}/balance_transactions")["data"]
    assert [(each["type"], each["amount"], each["ending_balance"]) for each in listed] == [
        ("adjustment", 600, -400),
        ("initial", -1000, -1000),
    ]


def test_credit_is_used_by_the_next_invoice_and_written_down(account: Account) -> None:
    customer = account.payer()
    account.post(f"customers/{customer}/balance_transactions", amount=-1000, currency="usd")
    subscription = account.subscribed(account.plan(2500), customer=customer)
    invoice = account.get(f"invoices/{subscription['latest_invoice']}")
    assert (invoice["amount_due"], invoice["ending_balance"]) == (1500, 0)
    listed = account.get(f"customers/{customer}/balance_transactions")["data"]
    assert [each["type"] for each in listed] == ["applied_to_invoice", "adjustment"]
    assert sum(each["amount"] for each in listed) == balance_of(account, customer) == 0


def test_a_second_currency_and_anothers_transaction_are_refused(account: Account) -> None:
    customer, other = (account.post("customers")["id"] for _ in range(2))
    path = f"customers/{customer}/balance_transactions"
    made = account.post(path, amount=5, currency="usd")["id"]
    with pytest.raises(Refused) as refused:
        account.post(path, amount=5, currency="eur")
    assert refused.value.status == 501
    with pytest.raises(Refused) as refused:
        account.get(f"customers/{other}/balance_transactions/{made}")
    assert refused.value.status == 404


# --- tax ids (docs.stripe.com/billing/customer/tax-ids) ------------------------------------------


def test_a_tax_id_is_verified_a_moment_later(account: Account) -> None:
    customer = account.post("customers")["id"]
    account.news()
    made = account.post(f"customers/{customer}/tax_ids", type="eu_vat", value="DE000000000")
    assert (made["country"], made["verification"]["status"]) == ("DE", "pending")
    account.pass_time(5)
    assert account.told() == ["customer.tax_id.created", "customer.tax_id.updated"]
    path = f"customers/{customer}/tax_ids/{made['id']}"
    assert account.get(path)["verification"]["status"] == "verified"
    assert account.delete(path) == {"id": made["id"], "object": "tax_id", "deleted": True}
    assert account.told() == ["customer.tax_id.deleted"]
    assert account.get(f"customers/{customer}/tax_ids")["data"] == []


@pytest.mark.parametrize(
    ("kind", "value", "ends"),
    [
        ("eu_vat", "DE111111111", "unverified"),
        ("eu_vat", "DE222222222", "pending"),
        ("us_ein", "12-3456789", "unavailable"),
    ],
)
def test_how_a_verification_ends(account: Account, kind: str, value: str, ends: str) -> None:
    customer = account.post("customers")["id"]
    account.post(f"customers/{customer}/tax_ids", type=kind, value=value)
    account.pass_time(5)
    (found,) = account.get(f"customers/{customer}/tax_ids")["data"]
    assert found["verification"]["status"] == ends


def test_a_value_that_cannot_be_one_is_refused(account: Account) -> None:
    customer = account.post("customers")["id"]
    with pytest.raises(Refused) as refused:
        account.post(f"customers/{customer}/tax_ids", type="eu_vat", value="123")
    assert refused.value.error["code"] == "tax_id_invalid"
    with pytest.raises(Refused):
        account.post("customers", tax_id_data=[{"type": "eu_vat", "value": "123"}])
    assert len(account.get("customers")["data"]) == 1


def test_invoices_carry_the_customers_tax_ids(account: Account) -> None:
    customer = account.payer(tax_id_data=[{"type": "us_ein", "value": "12-3456789"}])
    subscription = account.subscribed(customer=customer)
    invoice = account.get(f"invoices/{subscription['latest_invoice']}")
    assert invoice["customer_tax_ids"] == [{"type": "us_ein", "value": "12-3456789"}]
    shown = account.get(f"customers/{customer}", expand=["tax_ids"])
    assert shown["tax_ids"]["total_count"] == 1


# --- the cash balance (docs.stripe.com/payments/customer-balance) --------------------------------


def test_how_a_cash_balance_is_reconciled_can_be_set(account: Account) -> None:
    customer = account.post("customers")["id"]
    path = f"customers/{customer}/cash_balance"
    assert account.get(path)["settings"] == {
        "reconciliation_mode": "automatic",
        "using_merchant_default": True,
    }
    own = account.post(path, settings={"reconciliation_mode": "manual"})["settings"]
    assert own == {"reconciliation_mode": "manual", "using_merchant_default": False}
    account.post(
        f"customers/{customer}",
        cash_balance={"settings": {"reconciliation_mode": "merchant_default"}},
    )
    shown = account.get(f"customers/{customer}", expand=["cash_balance"])["cash_balance"]
    assert shown["settings"]["using_merchant_default"] is True
