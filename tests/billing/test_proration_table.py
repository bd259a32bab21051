"""A table of prorations: what is credited and debited, where each row is from, and that the preview
is what then happens.

`docs` rows are worked examples of docs.stripe.com (billing/subscriptions/prorations, change-price,
billing/testing/test-clocks), the `recorded` one is recorded traffic
(stripe_can_swap_a_subscription, its seconds). `formula` rows are
the stated formula, worked out apart from the simulator with exact fractions: unused time is
`old x (end - at) / (end - start)`, remaining time `new x (end' - at) / (end' - start')`, each
rounded by itself, an exact half away from zero; `[start', end')` is the period that the new price
has around `at`. In classic billing mode a change of the interval charges a whole new period.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, NamedTuple

import pytest

from tests.billing.account import Account, only_item, open_account


class Case(NamedTuple):
    """An item begun at one moment and changed at another: what is credited and what is debited.

    `old` and `new` are `amount/[count]interval*quantity`; amounts in minor units.
    """

    currency: str
    mode: str
    begun: str
    changed: str
    old: str
    new: str
    credit: str
    debit: str
    source: str

    @property
    def lines(self) -> tuple[int, int]:
        return int(self.credit), int(self.debit)


TABLE = """
usd flexible 2020-08-06T21:28:08 2020-09-01T17:42:28 1000/month*1 3252/month*1 -166 541 docs
usd flexible 2025-11-10T18:29:11 2025-11-10T18:29:15 2500/month*1 25000/year*1 -2500 25000 recorded
usd flexible 2026-06-01T00:00:00 2026-06-16T00:00:00 1000/month*1 2000/month*1 -500 1000 docs
usd flexible 2026-01-01T00:00:00 2026-01-16T12:00:00 5000/month*1 10000/month*1 -2500 5000 docs
usd flexible 2026-01-01T00:00:00 2026-01-16T00:00:00 5000/month*1 10000/month*1 -2581 5161 formula
usd flexible 2026-11-01T00:00:00 2026-11-11T07:30:15 1900/month*1 4900/month*1 -1247 3216 formula
usd flexible 2026-11-01T00:00:00 2026-11-11T07:30:15 4900/month*1 1900/month*1 -3216 1247 formula
usd flexible 2025-11-10T18:30:07 2025-11-10T18:30:11 1000/month*1 1000/month*5 -1000 5000 formula
usd flexible 2026-01-31T00:00:00 2026-02-14T00:00:00 2999/month*1 4999/month*1 -1500 2500 formula
usd flexible 2026-01-31T12:00:00 2026-03-15T06:00:00 2999/month*1 4999/month*1 -1572 2620 formula
usd flexible 2026-01-30T09:15:00 2026-02-27T23:59:59 2999/month*1 4999/month*1 -40 66 formula
usd flexible 2026-03-31T00:00:00 2026-04-15T00:00:00 2999/month*1 4999/month*1 -1500 2500 formula
usd flexible 2026-05-31T23:59:59 2026-06-15T11:59:59 2999/month*1 4999/month*1 -1549 2583 formula
usd flexible 2026-08-31T08:00:00 2026-10-10T10:10:10 2999/month*1 4999/month*1 -2023 3372 formula
usd flexible 2026-12-31T00:00:00 2027-02-20T03:04:05 2999/month*1 4999/month*1 -843 1405 formula
usd flexible 2026-10-31T17:45:30 2026-11-30T17:00:00 2999/month*1 4999/month*1 -3 5 formula
usd flexible 2028-01-31T00:00:00 2028-02-14T00:00:00 1999/month*1 3999/month*1 -1034 2068 formula
usd flexible 2028-02-29T00:00:00 2028-03-10T00:00:00 1999/month*1 3999/month*1 -1310 2620 formula
usd flexible 2028-02-01T00:00:00 2028-02-15T12:00:00 1999/month*1 3999/month*1 -1000 2000 formula
usd flexible 2027-02-01T00:00:00 2027-02-15T00:00:00 1999/month*1 3999/month*1 -1000 2000 formula
usd flexible 2027-03-01T00:00:00 2027-09-01T00:00:00 12000/year*1 24000/year*1 -5967 11934 formula
usd flexible 2028-02-29T00:00:00 2028-08-29T00:00:00 12000/year*1 24000/year*1 -6016 12033 formula
usd flexible 2026-01-01T00:00:00 2026-07-02T12:00:00 12000/year*1 24000/year*1 -6000 12000 formula
usd flexible 2028-01-01T00:00:00 2028-07-01T00:00:00 12000/year*1 24000/year*1 -6033 12066 formula
usd flexible 2026-06-01T00:00:00 2026-06-01T00:00:00 1000/month*1 2500/month*1 -1000 2500 formula
usd flexible 2026-06-01T00:00:00 2026-06-01T00:00:01 1000/month*1 2500/month*1 -1000 2500 formula
usd flexible 2026-06-01T00:00:00 2026-06-30T23:59:59 3000000/month*1 9000000/month*1 -1 3 formula
usd flexible 2026-06-01T00:00:00 2026-06-01T00:00:00 2500/month*1 25000/year*1 -2500 25000 formula
usd flexible 2026-06-01T00:00:00 2026-06-01T00:00:00 1000/month*1 1000/month*9 -1000 9000 formula
usd flexible 2026-06-01T00:00:00 2026-06-16T00:00:00 1000/month*1 10000/year*1 -500 9589 formula
usd flexible 2026-06-01T00:00:00 2026-06-16T00:00:00 12000/year*1 1500/month*1 -11507 750 formula
usd flexible 2026-01-31T00:00:00 2026-06-15T00:00:00 12000/year*1 1500/month*1 -7562 750 formula
usd flexible 2026-06-01T00:00:00 2026-06-10T00:00:00 1000/month*1 300/week*1 -700 214 formula
usd flexible 2026-06-01T00:00:00 2026-06-03T12:00:00 700/week*1 2500/month*1 -450 2292 formula
usd flexible 2026-06-01T00:00:00 2026-06-01T06:00:00 100/day*1 600/week*1 -75 579 formula
usd flexible 2026-06-01T00:00:00 2026-07-10T00:00:00 5000/3month*1 2000/month*1 -2880 1419 formula
usd flexible 2026-06-01T00:00:00 2026-06-20T00:00:00 2000/month*1 5000/3month*1 -733 3967 formula
usd flexible 2026-06-01T00:00:00 2026-06-20T00:00:00 2000/month*1 9000/6month*2 -733 16131 formula
usd flexible 2028-02-29T00:00:00 2028-03-15T00:00:00 2000/month*1 20000/year*1 -966 19178 formula
usd classic 2026-06-01T00:00:00 2026-06-16T00:00:00 1000/month*1 10000/year*1 -500 10000 docs
usd classic 2026-06-01T00:00:00 2026-06-11T00:00:00 12000/year*1 1500/month*1 -11671 1500 docs
usd classic 2026-06-01T00:00:00 2026-06-16T00:00:00 1000/month*1 2000/month*1 -500 1000 formula
usd classic 2026-01-31T00:00:00 2026-02-10T00:00:00 1999/month*3 2999/month*2 -3855 3856 formula
usd flexible 2026-06-01T00:00:00 2026-06-16T00:00:00 1099/month*1 1099/month*2 -550 1099 formula
usd flexible 2026-06-01T00:00:00 2026-06-11T00:00:00 1099/month*5 1099/month*3 -3663 2198 formula
usd flexible 2026-06-01T00:00:00 2026-06-20T08:00:00 1099/month*3 1099/month*7 -1172 2735 formula
usd flexible 2026-06-01T00:00:00 2026-06-29T00:00:00 1099/month*100 1099/month*1 -7327 73 formula
usd flexible 2026-06-01T00:00:00 2026-06-02T00:00:01 1099/month*1 1099/month*99 -1062 105174 formula
usd flexible 2026-06-01T00:00:00 2026-06-16T00:00:00 500/month*4 900/month*2 -1000 900 formula
usd flexible 2026-06-01T00:00:00 2026-06-07T03:00:00 333/month*3 777/month*7 -795 4329 formula
usd flexible 2026-06-01T00:00:00 2026-06-16T00:00:00 2501/month*1 4999/month*1 -1251 2500 formula
usd flexible 2026-06-01T00:00:00 2026-06-16T00:00:00 101/month*1 303/month*1 -51 152 formula
jpy flexible 2026-06-01T00:00:00 2026-06-16T00:00:00 1000/month*1 2001/month*1 -500 1001 formula
jpy flexible 2026-01-31T00:00:00 2026-02-10T00:00:00 980/month*1 1980/month*1 -630 1273 formula
jpy flexible 2026-06-01T00:00:00 2026-06-21T13:00:00 500/month*3 500/month*4 -473 631 formula
jpy flexible 2026-06-01T00:00:00 2026-06-16T00:00:00 1000/month*1 10000/year*1 -500 9589 formula
kwd flexible 2026-06-01T00:00:00 2026-06-16T00:00:00 5120/month*1 9990/month*1 -2560 4995 formula
kwd flexible 2026-01-31T00:00:00 2026-02-10T00:00:00 1230/month*1 4560/month*1 -791 2931 formula
kwd flexible 2026-06-01T00:00:00 2026-06-21T13:00:00 750/month*3 750/month*4 -709 946 formula
kwd flexible 2028-02-29T00:00:00 2028-03-15T00:00:00 2500/month*1 25000/year*1 -1207 23973 formula
eur flexible 2026-06-01T00:00:00 2026-06-16T00:00:00 999/month*1 1999/month*1 -500 1000 formula
eur flexible 2026-02-28T00:00:00 2026-03-14T00:00:00 1999/month*1 999/month*1 -1000 500 formula
eur flexible 2028-02-29T00:00:00 2028-03-30T00:00:00 2999/month*1 999/month*1 -2902 967 formula
"""
CASES = [Case(*row.split()) for row in TABLE.strip().splitlines()]


def seconds(moment: str) -> int:
    return int(datetime.fromisoformat(moment).replace(tzinfo=UTC).timestamp())


def priced(account: Account, written: str, currency: str, **more: Any) -> tuple[str, int]:
    """A price and a quantity."""
    amount, rest = written.split("/")
    every, quantity = rest.split("*")
    interval = every.lstrip("0123456789")
    count = every.removesuffix(interval)
    recurring = {"interval_count": int(count)} if count else {}
    made = account.plan(int(amount), interval, currency=currency, recurring=recurring, **more)
    return made, int(quantity)


def begun(case: Case) -> tuple[Account, dict[str, Any], dict[str, Any]]:
    """An account at the moment of the change, the subscription and the entry that changes it."""
    account = open_account(start=seconds(case.begun))
    price, quantity = priced(account, case.old, case.currency)
    subscription = account.subscribed(
        items=[{"price": price, "quantity": quantity}], billing_mode={"type": case.mode}
    )
    account.pass_to(seconds(case.changed))
    product = only_item(subscription)["price"]["product"]
    other, wanted = priced(account, case.new, case.currency, product=product)
    entry = {"id": only_item(subscription)["id"], "price": other, "quantity": wanted}
    return account, subscription, entry


def test_it_is_long_enough() -> None:
    assert len(CASES) >= 60
    assert {case.currency for case in CASES} >= {"usd", "jpy", "kwd"}


def _name(case: Case) -> str:
    return f"{case.currency}-{case.mode}-{case.old}-{case.new}-{case.changed}"


@pytest.mark.parametrize("case", CASES, ids=_name)
def test_the_lines_are_those_of_the_row_and_of_the_preview(case: Case) -> None:
    account, subscription, entry = begun(case)
    at = account.world.now()
    asked = {
        "items": [entry],
        "proration_behavior": "always_invoice",
        "proration_date": at,
    }
    if case.mode == "classic" and interval(case.old) != interval(case.new):
        del asked["proration_date"]
    preview = account.post(
        "invoices/create_preview", subscription=subscription["id"], subscription_details=asked
    )
    changed = account.post(f"subscriptions/{subscription['id']}", **asked)
    invoice = account.get(f"invoices/{changed['latest_invoice']}")
    assert tuple(line["amount"] for line in invoice["lines"]["data"]) == case.lines
    assert [shown(line) for line in preview["lines"]["data"]] == [
        shown(line) for line in invoice["lines"]["data"]
    ]
    for sum_of in ("subtotal", "total", "amount_due", "currency"):
        assert preview[sum_of] == invoice[sum_of], sum_of
    assert invoice["total"] == sum(case.lines)


def interval(written: str) -> str:
    return written.split("/")[1].split("*")[0]


def shown(line: dict[str, Any]) -> dict[str, Any]:
    """What a customer reads of a line."""
    return {name: line[name] for name in ("amount", "description", "period", "quantity")}


@pytest.mark.parametrize("case", CASES, ids=_name)
def test_what_waits_for_the_next_invoice_was_previewed_too(case: Case) -> None:
    account, subscription, entry = begun(case)
    subscription = account.fresh(subscription)
    asked = {"items": [entry], "proration_date": account.world.now()}
    if case.mode == "classic" and interval(case.old) != interval(case.new):
        del asked["proration_date"]
    preview = account.post(
        "invoices/create_preview", subscription=subscription["id"], subscription_details=asked
    )
    changed = account.post(f"subscriptions/{subscription['id']}", **asked)
    if changed["latest_invoice"] == subscription["latest_invoice"]:
        account.pass_to(only_item(changed)["current_period_end"])
        changed = account.fresh(changed)
    invoice = account.get(f"invoices/{changed['latest_invoice']}")
    assert tuple(line["amount"] for line in invoice["lines"]["data"])[:2] == case.lines
    assert [shown(line) for line in preview["lines"]["data"]] == [
        shown(line) for line in invoice["lines"]["data"]
    ]
    for sum_of in ("subtotal", "total", "amount_due", "currency", "period_end"):
        assert preview[sum_of] == invoice[sum_of], sum_of
