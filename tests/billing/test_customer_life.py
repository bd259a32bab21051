"""What belongs to a customer beside payment: balance, tax ids, cash balance."""

from __future__ import annotations

from functools import partial

import pytest

from simulator.engine import Obj
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


def test_anothers_transaction_is_not_found(account: Account) -> None:
    customer, other = (account.post("customers")["id"] for _ in range(2))
    made = account.post(f"customers/{customer}/balance_transactions", amount=5, currency="usd")
    with pytest.raises(Refused) as refused:
        account.get(f"customers/{other}/balance_transactions/{made['id']}")
    assert refused.value.status == 404


# --- a balance for each currency (docs.stripe.com/invoicing/multi-currency-customers) -------------


def credit(account: Account, customer: str) -> Obj:
    shown = account.get(f"customers/{customer}", expand=["invoice_credit_balance"])
    return shown["invoice_credit_balance"]


def give(account: Account, customer: str, amount: int, currency: str) -> Obj:
    path = f"customers/{customer}/balance_transactions"
    return account.post(path, amount=amount, currency=currency)


def billed(account: Account, customer: str, amount: int, currency: str) -> Obj:
    draft = account.post("invoices", customer=customer, currency=currency)["id"]
    account.post("invoiceitems", customer=customer, invoice=draft, amount=amount, currency=currency)
    return account.post(f"invoices/{draft}/finalize")


def test_each_currency_has_a_balance_of_its_own(account: Account) -> None:
    customer = account.post("customers")["id"]
    give(account, customer, -500, "usd")
    account.news()
    made = give(account, customer, -300, "eur")
    assert (made["ending_balance"], made["currency"]) == (-300, "eur")
    assert give(account, customer, 400, "eur")["ending_balance"] == 100
    assert (balance_of(account, customer), credit(account, customer)) == (
        -500,
        {"usd": 500, "eur": -100},
    )
    assert account.told() == []


def test_an_invoice_uses_the_balance_of_its_own_currency(account: Account) -> None:
    customer = account.payer()
    give(account, customer, -500, "usd")
    first = billed(account, customer, 900, "eur")
    assert (first["starting_balance"], first["amount_due"]) == (0, 900)
    give(account, customer, -1000, "eur")
    second = billed(account, customer, 900, "eur")
    assert (second["starting_balance"], second["ending_balance"]) == (-1000, -100)
    assert second["amount_due"] == 0
    assert credit(account, customer) == {"usd": 500, "eur": 100}
    third = billed(account, customer, 900, "usd")
    assert (third["starting_balance"], third["amount_due"]) == (-500, 400)


def test_a_credit_note_credits_the_currency_of_its_invoice(account: Account) -> None:
    customer = account.payer()
    give(account, customer, -500, "usd")
    invoice = billed(account, customer, 900, "eur")
    account.post(f"invoices/{invoice['id']}/pay")
    account.post("credit_notes", invoice=invoice["id"], amount=200, credit_amount=200)
    assert credit(account, customer) == {"usd": 500, "eur": 200}
    latest = account.get(f"customers/{customer}/balance_transactions")["data"][0]
    assert (latest["type"], latest["amount"], latest["currency"]) == ("credit_note", -200, "eur")


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


@pytest.fixture
def owners(account: Account) -> dict[str, Obj]:
    """An owner of each type that can have tax ids."""
    connected = account.post("accounts", type="standard")["id"]
    customer = account.post("customers")["id"]
    return {
        "self": {"type": "self"},
        "account": {"type": "account", "account": connected},
        "customer": {"type": "customer", "customer": customer},
    }


@pytest.mark.parametrize("whose", ["self", "account", "customer"])
def test_a_tax_id_belongs_to_its_owner_alone(
    account: Account, owners: dict[str, Obj], whose: str
) -> None:
    made = account.post("tax_ids", type="us_ein", value="12-3456789", owner=owners[whose])
    named = {name: value for name, value in made["owner"].items() if value is not None}
    assert named == owners[whose]
    assert made["customer"] == owners[whose].get("customer")
    for name, owner in owners.items():
        listed = account.get("tax_ids", owner=owner)["data"]
        assert listed == ([made] if name == whose else []), name
    assert account.get(f"tax_ids/{made['id']}") == made
    account.delete(f"tax_ids/{made['id']}")
    assert account.get("tax_ids", owner=owners[whose])["data"] == []


def test_a_tax_id_without_an_owner_is_the_accounts_own(account: Account) -> None:
    account.news()
    made = account.post("tax_ids", type="eu_vat", value="DE123456789")
    assert (made["owner"]["type"], made["country"], made["verification"]) == ("self", "DE", None)
    assert account.get("tax_ids")["data"] == [made]
    account.delete(f"tax_ids/{made['id']}")
    assert account.told() == []


def test_a_customers_tax_id_has_two_addresses(account: Account, owners: dict[str, Obj]) -> None:
    customer = owners["customer"]["customer"]
    account.news()
    made = account.post("tax_ids", type="us_ein", value="1", owner=owners["customer"])
    assert account.get(f"customers/{customer}/tax_ids/{made['id']}") == made
    own = account.post("tax_ids", type="us_ein", value="1")
    with pytest.raises(Refused):
        account.get(f"customers/{customer}/tax_ids/{own['id']}")
    account.delete(f"tax_ids/{made['id']}")
    assert account.told() == ["customer.tax_id.created", "customer.tax_id.deleted"]


@pytest.mark.parametrize(
    ("owner", "code", "param"),
    [
        ({"type": "customer"}, "parameter_missing", "owner[customer]"),
        ({"type": "account"}, "parameter_missing", "owner[account]"),
        ({"type": "self", "customer": "cus_1"}, None, "owner[customer]"),
        ({"type": "customer", "customer": "cus_1"}, "resource_missing", "owner[customer]"),
        ({"type": "account", "account": "acct_1"}, "resource_missing", "owner[account]"),
    ],
)
def test_an_owner_must_be_named_and_be_there(
    account: Account, owner: Obj, code: str | None, param: str
) -> None:
    for ask in (account.get, partial(account.post, type="us_ein", value="1")):
        with pytest.raises(Refused) as refused:
            ask("tax_ids", owner=owner)
        assert (refused.value.error.get("code"), refused.value.error["param"]) == (code, param)


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
