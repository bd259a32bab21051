"""One-time prices beside a subscription (docs.stripe.com/api/checkout/sessions/create).

"For `subscription` mode, there is a maximum of 20 line items with recurring Prices and 20 line
items with one-time Prices. Line items with one-time Prices will be on the initial invoice only."
"""

from __future__ import annotations

from typing import Any

import pytest

from simulator.engine import DAY, Obj
from tests.billing.account import Account, Refused, only_item
from tests.billing.test_checkout import SUCCESS, pay


def price(account: Account, amount: int, **more: Any) -> str:
    product = account.post("products", name="Setup")["id"]
    asked = {"currency": "usd", "product": product, "unit_amount": amount, **more}
    return account.post("prices", **asked)["id"]


def sale(account: Account, *items: Obj, mode: str = "subscription", **more: Any) -> Obj:
    return account.post(
        "checkout/sessions",
        customer_email="ada@example.org",
        line_items=list(items),
        mode=mode,
        success_url=SUCCESS,
        **more,
    )


def both(account: Account) -> tuple[Obj, Obj]:
    """A plan of 25.00, and two of what costs 7.50 once."""
    return {"price": account.plan(2500), "quantity": 1}, {
        "price": price(account, 750),
        "quantity": 2,
    }


def invoices_of(account: Account, session: Obj) -> list[Obj]:
    found = account.get("invoices", subscription=session["subscription"])["data"]
    return list(reversed(found))


def test_what_is_bought_once_is_on_the_first_invoice_alone(account: Account) -> None:
    session = sale(account, *both(account))
    assert (session["amount_subtotal"], session["amount_total"]) == (4000, 4000)
    listed = account.get(f"checkout/sessions/{session['id']}/line_items")["data"]
    assert [item["amount_total"] for item in listed] == [2500, 1500]
    done = pay(account, session)
    subscription = account.get(f"subscriptions/{done['subscription']}")
    assert only_item(subscription)["price"]["unit_amount"] == 2500
    account.pass_time(32 * DAY)
    first, second = invoices_of(account, done)
    assert sorted(line["amount"] for line in account.lines(first)) == [1500, 2500]
    assert (first["total"], second["total"]) == (4000, 2500)
    assert first["id"] == done["invoice"]


def test_in_a_trial_it_is_all_that_is_due(account: Account) -> None:
    session = sale(account, *both(account), subscription_data={"trial_period_days": 7})
    assert session["amount_total"] == 1500
    done = pay(account, session)
    assert (done["payment_status"], done["amount_total"]) == ("paid", 1500)
    account.pass_time(8 * DAY)
    first, second = invoices_of(account, done)
    assert (first["amount_paid"], second["amount_due"]) == (1500, 2500)


@pytest.mark.parametrize("trial", [{}, {"subscription_data": {"trial_period_days": 7}}])
@pytest.mark.parametrize("terms", [{"percent_off": 20}, {"amount_off": 333, "currency": "usd"}])
def test_the_session_promises_what_the_invoice_takes(
    account: Account, terms: Obj, trial: Obj
) -> None:
    coupon = account.post("coupons", duration="once", **terms)["id"]
    session = sale(account, *both(account), discounts=[{"coupon": coupon}], **trial)
    assert session["total_details"]["amount_discount"] > 0
    done = pay(account, session)
    (first,) = invoices_of(account, done)
    assert first["amount_paid"] == done["amount_total"] == session["amount_total"]


def test_a_price_described_on_the_spot_may_be_of_either_kind(account: Account) -> None:
    described = {"currency": "usd", "product_data": {"name": "Hat"}, "unit_amount": 900}
    plan, _ = both(account)
    session = sale(account, {"price_data": described, "quantity": 1}, plan)
    assert pay(account, session)["amount_total"] == 3400


@pytest.mark.parametrize(
    ("mode", "first", "said", "param"),
    [
        ("payment", 0, "You specified `payment` mode but passed a recurring price.", "[0]"),
        ("subscription", 1, "You must provide at least one recurring price", ""),
    ],
)
def test_each_mode_wants_its_own_kind_of_price(
    account: Account, mode: str, first: int, said: str, param: str
) -> None:
    with pytest.raises(Refused) as refused:
        sale(account, both(account)[first], mode=mode)
    assert refused.value.error["message"].startswith(said)
    assert refused.value.error["param"] == f"line_items{param}"


def test_a_wrong_price_is_named_by_its_place(account: Account) -> None:
    with pytest.raises(Refused) as refused:
        sale(account, *both(account), {"price": "price_none", "quantity": 1})
    assert refused.value.error["param"] == "line_items[2][price]"
