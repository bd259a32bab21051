"""Payment methods that are not cards, as recorded traffic saves them."""

from __future__ import annotations

import pytest

from simulator.engine import Obj
from tests.billing.account import Account, Refused

NAMED = {"name": "Ada", "email": "ada@example.org"}


@pytest.mark.parametrize(
    ("kind", "given", "shown"),
    [
        ("afterpay_clearpay", None, {}),
        ("alipay", None, {}),
        ("bancontact", None, {}),
        ("cashapp", None, {"buyer_id": None, "cashtag": None}),
        ("giropay", None, {}),
        ("grabpay", None, {}),
        ("link", None, {"email": None}),
        ("oxxo", None, {}),
        ("p24", {"bank": "ing"}, {"bank": "ing"}),
        ("sofort", {"country": "DE"}, {"country": "DE"}),
    ],
)
def test_the_hash_of_each_type(account: Account, kind: str, given: Obj | None, shown: Obj) -> None:
    own = {kind: given} if given else {}
    method = account.post("payment_methods", type=kind, billing_details=NAMED, **own)
    assert (method["type"], method[kind], method["customer"]) == (kind, shown, None)
    assert method["billing_details"]["name"] == "Ada"
    assert account.get(f"payment_methods/{method['id']}") == method


def test_an_iban_says_bank_and_country(account: Account) -> None:
    iban = {"iban": "DK50 0040 0440 1162 43"}
    method = account.post(
        "payment_methods", type="sepa_debit", sepa_debit=iban, billing_details=NAMED
    )
    shown = method["sepa_debit"]
    assert (shown["bank_code"], shown["branch_code"], shown["country"]) == ("0040", "", "DK")
    assert shown["last4"] == "6243"
    wrong = {"iban": "DK5000400440116244"}
    with pytest.raises(Refused, match="IBAN you provided is invalid"):
        account.post("payment_methods", type="sepa_debit", sepa_debit=wrong, billing_details=NAMED)
    with pytest.raises(Refused, match=r"billing_details\[name\]"):
        account.post("payment_methods", type="sepa_debit", sepa_debit=iban)


def test_a_bank_account_shows_its_last_digits(account: Account) -> None:
    method = account.post(
        "payment_methods",
        type="us_bank_account",
        us_bank_account={"account_number": "000123456789", "routing_number": "110000000"},
        billing_details=NAMED,
    )
    shown = method["us_bank_account"]
    assert (shown["last4"], shown["bank_name"]) == ("6789", "STRIPE TEST BANK")


def test_only_reusable_types_are_attached(account: Account) -> None:
    customer = account.post("customers")["id"]
    link = account.post("payment_methods", type="link")["id"]
    assert account.post(f"payment_methods/{link}/attach", customer=customer)["customer"] == customer
    once = account.post("payment_methods", type="p24", billing_details=NAMED)["id"]
    with pytest.raises(Refused, match="cannot be attached"):
        account.post(f"payment_methods/{once}/attach", customer=customer)
