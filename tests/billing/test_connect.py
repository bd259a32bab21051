"""Platforms and their connected accounts: docs.stripe.com/connect/authentication, connect/charges.

Which fields say what follows recorded traffic (connect_direct_charge, connect_destination_charge).
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import orjson
import pytest
from stripe._encode import _api_encode

from simulator.api import Accounts, Request, StripeApi
from simulator.billing import HANDLERS, INCLUDABLE, LAWS
from simulator.billing.charges import SETTLES_AFTER
from simulator.engine import Obj, VirtualClock, World
from tests.billing.account import START, Refused

KEY = "sk_test_platform"


class Platform:
    """A platform and its caller; `account` names whom a call is for."""

    def __init__(self) -> None:
        def make(name: str) -> World:
            return World(key=name, seed=1, clock=VirtualClock(START), laws=LAWS)

        accounts = Accounts(make)
        self.api = StripeApi(accounts, HANDLERS, INCLUDABLE)
        self.world = accounts.open(KEY)

    def call(self, method: str, path: str, account: str | None = None, **params: Any) -> Obj:
        encoded = urlencode(list(_api_encode(params)))
        headers = {
            "authorization": f"Bearer {KEY}",
            "content-type": "application/x-www-form-urlencoded",
        }
        if account is not None:
            headers["stripe-account"] = account
        post = method == "POST"
        answer = self.api.answer(
            Request(
                method=method,
                path=f"/v1/{path}",
                query="" if post else encoded,
                headers=headers,
                body=encoded.encode() if post else b"",
            )
        )
        body = orjson.loads(answer.body)
        if answer.status != 200:
            raise Refused(answer.status, body["error"])
        return body

    def connect(self, **more: Any) -> str:
        return self.call("POST", "accounts", **{"type": "standard", **more})["id"]

    def pay(self, account: str | None = None, **more: Any) -> Obj:
        asked = {"amount": 1000, "currency": "usd", "payment_method": "pm_card_visa"}
        return self.call("POST", "payment_intents", account, **asked, confirm=True, **more)


@pytest.fixture
def platform() -> Platform:
    return Platform()


def test_each_account_has_objects_of_its_own(platform: Platform) -> None:
    account = platform.connect()
    customer = platform.call("POST", "customers", account, email="gob@example.org")["id"]
    assert platform.call("GET", f"customers/{customer}", account)["email"] == "gob@example.org"
    with pytest.raises(Refused) as refused:
        platform.call("GET", f"customers/{customer}")
    assert (refused.value.status, refused.value.error["param"]) == (404, "id")
    assert platform.call("GET", "customers")["data"] == []


def test_an_account_that_is_not_connected_is_refused(platform: Platform) -> None:
    with pytest.raises(Refused) as refused:
        platform.call("GET", "customers", "acct_1Nobodys")
    assert (refused.value.status, refused.value.error["code"]) == (403, "account_invalid")


def test_the_platform_and_the_account_say_who_they_are(platform: Platform) -> None:
    account = platform.connect(country="GB", business_profile={"name": "Bluth"})
    own = platform.call("GET", "account")
    assert own["id"] == platform.world.account
    seen = platform.call("GET", "account", account)
    assert (seen["id"], seen["default_currency"]) == (account, "gbp")
    held = platform.call("GET", f"accounts/{account}")
    assert (held["type"], held["business_profile"]["name"]) == ("standard", "Bluth")
    changed = platform.call("POST", f"accounts/{account}", metadata={"a": "1"})
    assert changed["metadata"] == {"a": "1"}
    assert [one["id"] for one in platform.call("GET", "accounts")["data"]] == [account]


def test_a_direct_charge_is_the_accounts_own(platform: Platform) -> None:
    account = platform.connect()
    intent = platform.pay(account, application_fee_amount=123)
    assert intent["application"].startswith("ca_")
    charge = platform.call("GET", f"charges/{intent['latest_charge']}", account)
    assert (charge["application"], charge["application_fee_amount"]) == (intent["application"], 123)
    platform.world.run_until(platform.world.now() + SETTLES_AFTER)
    settled = platform.call(
        "GET", f"charges/{charge['id']}", account, expand=["balance_transaction"]
    )
    assert settled["balance_transaction"]["net"] == 1000 - 59 - 123
    (fee,) = platform.call("GET", "application_fees")["data"]
    assert (fee["amount"], fee["account"], settled["application_fee"]) == (123, account, fee["id"])
    assert platform.call("GET", "charges")["data"] == []
    assert platform.call("GET", "balance")["pending"][0]["amount"] == 123


def test_a_destination_charge_is_the_platforms_and_is_passed_on(platform: Platform) -> None:
    account = platform.connect()
    intent = platform.pay(application_fee_amount=123, transfer_data={"destination": account})
    assert intent["transfer_data"] == {"destination": account}
    assert intent["transfer_group"] == f"group_{intent['id']}"
    charge = platform.call("GET", f"charges/{intent['latest_charge']}")
    assert (charge["destination"], charge["application"]) == (account, None)
    assert charge["transfer_data"] == {"amount": None, "destination": account}
    platform.world.run_until(platform.world.now() + SETTLES_AFTER)
    settled = platform.call("GET", f"charges/{charge['id']}", expand=["transfer"])
    transfer = settled["transfer"]
    assert (transfer["amount"], transfer["destination"]) == (1000, account)
    assert platform.call("GET", f"application_fees/{settled['application_fee']}")["amount"] == 123
    # 1000 less Stripe's fee of 59, less the 1000 passed on, plus the application fee.
    assert platform.call("GET", "balance")["pending"][0]["amount"] == 123 - 59
    assert platform.call("GET", "balance", account)["pending"][0]["amount"] == 1000 - 123


def test_a_fee_needs_somebody_to_take_it_from(platform: Platform) -> None:
    with pytest.raises(Refused, match="direct payment"):
        platform.pay(application_fee_amount=123)
    with pytest.raises(Refused, match="No such destination"):
        platform.pay(transfer_data={"destination": "acct_1Nobodys"})


def test_a_connected_account_lives_in_its_platforms_time(platform: Platform) -> None:
    account = platform.connect()
    platform.world.run_until(START + 1000)
    assert platform.call("POST", "customers", account)["created"] == START + 1000


def test_a_subscription_on_a_connected_account(platform: Platform) -> None:
    account = platform.connect()
    product = platform.call("POST", "products", account, name="Gold")["id"]
    price = platform.call(
        "POST",
        "prices",
        account,
        product=product,
        currency="usd",
        unit_amount=1000,
        recurring={"interval": "month"},
    )["id"]
    customer = platform.call("POST", "customers", account)["id"]
    method = platform.call(
        "POST", "payment_methods/pm_card_visa/attach", account, customer=customer
    )
    made = platform.call(
        "POST",
        "subscriptions",
        account,
        customer=customer,
        items=[{"price": price}],
        default_payment_method=method["id"],
    )
    assert (made["status"], made["application"][:3]) == ("active", "ca_")


def test_the_same_card_has_one_fingerprint(platform: Platform) -> None:
    name = platform.connect()
    here, there = (
        platform.call("POST", "payment_methods", where, type="card", card={"token": "tok_visa"})
        for where in (None, name)
    )
    assert here["card"]["fingerprint"] == there["card"]["fingerprint"]
