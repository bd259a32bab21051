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
        asked = {"amount": 1000, "currency": "usd", "payment_method": "pm_card_visa", **more}
        return self.call("POST", "payment_intents", account, confirm=True, **asked)


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


def test_what_is_passed_on_is_a_payment_to_the_account(platform: Platform) -> None:
    account = platform.connect()
    charge = passed_on(platform, account, application_fee_amount=123)
    transfer = platform.call("GET", f"transfers/{charge['transfer']}")
    name = transfer["destination_payment"]
    payment = platform.call("GET", f"charges/{name}", account, expand=["balance_transaction"])
    assert (payment["amount"], payment["source_transfer"]) == (1000, transfer["id"])
    assert payment["balance_transaction"]["net"] == 1000 - 123
    fee = platform.call("GET", f"application_fees/{charge['application_fee']}")
    assert (fee["charge"], fee["originating_transaction"]) == (name, charge["id"])
    assert payment["application_fee"] == fee["id"]
    platform.call("POST", f"transfers/{transfer['id']}/reversals", amount=400)
    assert platform.call("GET", f"charges/{name}", account)["amount_refunded"] == 400
    with pytest.raises(Refused, match="No such charge"):
        platform.call("GET", f"charges/{name}")


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


# --- what is taken back (docs.stripe.com/api/transfer_reversals, api/fee_refunds) -----------------


def told(world: World, *kinds: str) -> list[str]:
    return [event["type"] for event in world.events if event["type"] in kinds]


def pending(platform: Platform, account: str | None = None) -> int:
    """What is on the way to a balance, or away from it."""
    (sum_,) = platform.call("GET", "balance", account)["pending"]
    return int(sum_["amount"])


def passed_on(platform: Platform, account: str, **more: Any) -> Obj:
    """A settled destination charge over 10.00."""
    intent = platform.pay(transfer_data={"destination": account}, **more)
    platform.world.run_until(platform.world.now() + SETTLES_AFTER)
    return platform.call("GET", f"charges/{intent['latest_charge']}")


def test_a_transfer_is_reversed_in_parts(platform: Platform) -> None:
    account = platform.connect()
    transfer = passed_on(platform, account)["transfer"]
    path = f"transfers/{transfer}/reversals"
    before = pending(platform), pending(platform, account)
    first = platform.call("POST", path, amount=300, metadata={"why": "sorry"})
    assert (first["amount"], first["transfer"], first["source_refund"]) == (300, transfer, None)
    with pytest.raises(Refused, match=r"\$8.00.*\$7.00"):
        platform.call("POST", path, amount=800)
    platform.call("POST", path)
    shown = platform.call("GET", f"transfers/{transfer}")
    assert (shown["amount_reversed"], shown["reversed"]) == (1000, True)
    assert [each["amount"] for each in shown["reversals"]["data"]] == [700, 300]
    assert platform.call("GET", f"{path}/{first['id']}") == first
    assert [each["amount"] for each in platform.call("GET", path)["data"]] == [700, 300]
    assert (pending(platform), pending(platform, account)) == (before[0] + 1000, before[1] - 1000)
    assert told(platform.world, "transfer.reversed") == ["transfer.reversed"] * 2
    with pytest.raises(Refused, match="already been fully reversed"):
        platform.call("POST", path)


def test_an_application_fee_is_refunded_in_parts(platform: Platform) -> None:
    account = platform.connect()
    charge = passed_on(platform, account, application_fee_amount=200)
    path = f"application_fees/{charge['application_fee']}/refunds"
    before = pending(platform), pending(platform, account)
    made = platform.call("POST", path, amount=50)
    changed = platform.call("POST", f"{path}/{made['id']}", metadata={"why": "sorry"})
    assert platform.call("GET", f"{path}/{made['id']}") == changed
    platform.call("POST", path)
    fee = platform.call("GET", f"application_fees/{charge['application_fee']}")
    assert (fee["amount_refunded"], fee["refunded"]) == (200, True)
    assert [each["amount"] for each in fee["refunds"]["data"]] == [150, 50]
    assert (pending(platform), pending(platform, account)) == (before[0] - 200, before[1] + 200)
    kinds = ("application_fee.refunded", "application_fee.refund.updated")
    assert told(platform.world, *kinds) == [kinds[0], kinds[1], kinds[0]]


@pytest.mark.parametrize(("amounts", "back"), [((1000,), (1000,)), ((333, 667), (333, 667))])
def test_a_refund_takes_transfer_and_fee_back_in_proportion(
    platform: Platform, amounts: tuple[int, ...], back: tuple[int, ...]
) -> None:
    account = platform.connect()
    charge = passed_on(platform, account, application_fee_amount=123)
    fees = []
    for amount, taken in zip(amounts, back, strict=True):
        refund = platform.call(
            "POST",
            "refunds",
            charge=charge["id"],
            amount=amount,
            reverse_transfer=True,
            refund_application_fee=True,
            expand=["transfer_reversal"],
        )
        assert refund["transfer_reversal"]["amount"] == taken
        assert refund["transfer_reversal"]["source_refund"] == refund["id"]
        fee = platform.call("GET", f"application_fees/{charge['application_fee']}")
        fees.append(fee["amount_refunded"])
    assert fees == [round(123 * sum(amounts[: i + 1]) / 1000) for i in range(len(amounts))]
    assert platform.call("GET", f"transfers/{charge['transfer']}")["reversed"] is True
    assert pending(platform, account) == 0
    assert pending(platform) == -59


def test_the_fee_of_a_direct_charge_comes_back_to_the_account(platform: Platform) -> None:
    account = platform.connect()
    intent = platform.pay(account, application_fee_amount=123)
    asked = {"payment_intent": intent["id"], "refund_application_fee": True}
    platform.call("POST", "refunds", account, **asked)
    (fee,) = platform.call("GET", "application_fees")["data"]
    assert fee["refunded"] is True
    assert (pending(platform), pending(platform, account)) == (0, -59)


def test_a_reversal_may_take_its_part_of_the_fee(platform: Platform) -> None:
    account = platform.connect()
    charge = passed_on(platform, account, application_fee_amount=200)
    path = f"transfers/{charge['transfer']}/reversals"
    platform.call("POST", path, amount=250, refund_application_fee=True)
    fee = platform.call("GET", f"application_fees/{charge['application_fee']}")
    assert fee["amount_refunded"] == 50


@pytest.mark.parametrize("asked", ["reverse_transfer", "refund_application_fee"])
def test_nothing_is_taken_back_where_nothing_was_passed_on(platform: Platform, asked: str) -> None:
    intent = platform.pay()
    with pytest.raises(Refused) as refused:
        platform.call("POST", "refunds", payment_intent=intent["id"], **{asked: True})
    assert refused.value.error["param"] == asked
    assert platform.call("GET", "refunds")["data"] == []


# --- transfers by hand (docs.stripe.com/connect/separate-charges-and-transfers) -------------------


def send(platform: Platform, account: str, **more: Any) -> Obj:
    return platform.call("POST", "transfers", destination=account, currency="usd", **more)


def test_only_what_is_available_can_be_sent(platform: Platform) -> None:
    account = platform.connect()
    platform.pay()
    with pytest.raises(Refused) as refused:
        send(platform, account, amount=500)
    assert refused.value.error["code"] == "balance_insufficient"
    platform.pay(payment_method="pm_card_bypassPending")
    platform.world.run_until(platform.world.now() + SETTLES_AFTER)
    transfer = send(platform, account, amount=500, transfer_group="order 7")
    assert (transfer["source_transaction"], transfer["transfer_group"]) == (None, "order 7")
    assert pending(platform, account) == 500
    with pytest.raises(Refused, match="insufficient"):
        send(platform, account, amount=500)


def test_a_charge_can_be_sent_on_before_its_money_is_there(platform: Platform) -> None:
    account = platform.connect()
    charge = platform.pay()["latest_charge"]
    send(platform, account, amount=600, source_transaction=charge)
    with pytest.raises(Refused, match="at most its amount"):
        send(platform, account, amount=401, source_transaction=charge)
    send(platform, account, amount=400, source_transaction=charge)
    assert pending(platform, account) == 1000
    with pytest.raises(Refused, match="No such destination"):
        send(platform, "acct_1Nobodys", amount=1)
