"""What Stripe needs to know of an account in a country (docs.stripe.com/api/country_specs)."""

from __future__ import annotations

import pytest

from tests.billing.account import Account, Refused


def test_that_of_the_united_states_is_listed_and_found(account: Account) -> None:
    (listed,) = account.get("country_specs")["data"]
    assert account.get("country_specs/US") == listed
    assert listed["default_currency"] == "usd"
    assert listed["supported_bank_account_currencies"] == {"usd": ["US"]}
    assert {"usd", "eur", "jpy"}.issubset(listed["supported_payment_currencies"])
    fields = listed["verification_fields"]
    assert fields["individual"]["minimum"][-2:] == ["tos_acceptance.date", "tos_acceptance.ip"]
    assert "company.tax_id" in fields["company"]["minimum"]
    assert "company.tax_id" not in fields["individual"]["minimum"]


@pytest.mark.parametrize(("country", "status"), [("DE", 501), ("nowhere", 404)])
def test_another_one_is_not_made_up(account: Account, country: str, status: int) -> None:
    with pytest.raises(Refused) as refused:
        account.get(f"country_specs/{country}")
    assert refused.value.status == status
    assert country in refused.value.error["message"]
