"""Proration to the cent: the worked examples of docs.stripe.com and of recorded traffic."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.billing.proration import Debit, credit_for, remaining
from simulator.engine import DAY, HOUR, Obj
from tests.billing.account import Refused, only_item, open_account, period


def moment(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp())


class Shop:
    """An account that sells one product, opened at a given time."""

    def __init__(self, start: int, mode: str = "flexible") -> None:
        self.account = open_account(start=start)
        self.mode = mode
        product = self.account.post("products", name="Gold product")["id"]
        self.prices = {
            amount: self.account.plan(amount, product=product)
            for amount in (1000, 1900, 2000, 2500, 3252, 4900, 5000, 10000)
        }
        self.yearly = self.account.plan(25000, "year", product=product)

    def sell(self, amount: int, **more: Any) -> Obj:
        mode = {"type": self.mode}
        return self.account.subscribed(self.prices[amount], billing_mode=mode, **more)

    def amounts(self, invoice: str) -> list[int]:
        return [line["amount"] for line in self.account.lines(invoice)]

    def invoice(self, name: str) -> Obj:
        return self.account.get(f"invoices/{name}")

    def pending(self, subscription: Obj) -> list[int]:
        return [item["amount"] for item in self.account.pending(subscription)]


def test_1_the_preview_of_the_documentation() -> None:
    shop = Shop(1_596_749_288)
    subscription = shop.sell(1000)
    assert period(subscription)[1] == 1_599_427_688
    preview = shop.account.post(
        "invoices/create_preview",
        subscription=subscription["id"],
        subscription_details={
            "items": [{"id": only_item(subscription)["id"], "price": shop.prices[3252]}],
            "proration_date": 1_598_982_148,
        },
    )
    assert [line["amount"] for line in preview["lines"]["data"]] == [-166, 541, 3252]
    assert preview["total"] == preview["amount_due"] == 3627
    assert preview["next_payment_attempt"] == 1_599_427_688 + HOUR
    details = preview["parent"]["subscription_details"]
    assert details["subscription_proration_date"] == 1_598_982_148


def test_2_monthly_to_yearly_invoiced_at_once_keeps_the_anchor() -> None:
    shop = Shop(1_762_799_351)
    before = shop.sell(2500)
    shop.account.pass_time(4)
    after = shop.account.switch(before, shop.yearly, proration_behavior="always_invoice")
    invoice = shop.invoice(after["latest_invoice"])
    assert shop.amounts(invoice["id"]) == [-2500, 25000]
    assert invoice["total"] == 22500
    assert after["billing_cycle_anchor"] == before["billing_cycle_anchor"]
    assert period(after) == (1_762_799_351, 1_794_335_351)
    assert (invoice["period_start"], invoice["period_end"]) == (1_762_799_351, 1_762_799_355)
    credit, debit = invoice["lines"]["data"]
    assert credit["description"] == "Unused time on Gold product after 10 Nov 2025"
    assert debit["description"] == "Remaining time on Gold product after 10 Nov 2025"
    assert credit["period"] == {"start": 1_762_799_355, "end": period(before)[1]}
    assert debit["period"] == {"start": 1_762_799_355, "end": period(after)[1]}


def test_3_the_same_with_the_anchor_reset() -> None:
    shop = Shop(1_762_799_351)
    before = shop.sell(2500)
    shop.account.pass_time(3)
    now = shop.account.world.now()
    after = shop.account.switch(
        before,
        shop.yearly,
        proration_behavior="always_invoice",
        billing_cycle_anchor={"type": "now"},
    )
    invoice = shop.invoice(after["latest_invoice"])
    assert shop.amounts(invoice["id"]) == [-2500, 25000]
    assert invoice["total"] == 22500
    assert (invoice["period_start"], invoice["period_end"]) == (now, now)
    assert after["billing_cycle_anchor"] == period(after)[0] == now
    credit, full = invoice["lines"]["data"]
    for line, prorated in ((credit, True), (full, False)):
        assert line["parent"]["subscription_item_details"]["proration"] is prorated
        assert line["discountable"] is not prorated
    assert full["description"] == "1 × Gold product (at $250.00 / year)"


def test_4_an_upgrade_at_exactly_half() -> None:
    shop = Shop(moment("2026-04-01"))
    subscription = shop.sell(1000)
    shop.account.pass_to(moment("2026-04-16"))
    shop.account.switch(subscription, shop.prices[2000])
    assert shop.pending(subscription) == [-500, 1000]


def test_5_an_upgrade_in_mid_january_waits_for_february() -> None:
    shop = Shop(moment("2026-01-01"))
    subscription = shop.sell(5000)
    shop.account.pass_to(moment("2026-01-16T12:00"))
    latest = subscription["latest_invoice"]
    assert shop.account.switch(subscription, shop.prices[10000])["latest_invoice"] == latest
    assert shop.pending(subscription) == [-2500, 5000]
    shop.account.pass_to(moment("2026-02-01"))
    renewal = shop.account.fresh(subscription)["latest_invoice"]
    assert shop.amounts(renewal) == [-2500, 5000, 10000]
    assert shop.invoice(renewal)["total"] == 12500
    assert shop.pending(subscription) == []


def test_5_half_a_day_earlier_it_is_the_formula() -> None:
    shop = Shop(moment("2026-01-01"))
    subscription = shop.sell(5000)
    shop.account.pass_to(moment("2026-01-16"))
    shop.account.switch(subscription, shop.prices[10000])
    assert shop.pending(subscription) == [-2581, 5161]


@pytest.mark.parametrize(("mode", "amounts"), [("classic", [-667, 333]), ("flexible", [-333, 333])])
def test_6_a_free_upgrade_is_credited_by_price_or_by_what_was_paid(
    mode: str, amounts: list[int]
) -> None:
    shop = Shop(moment("2026-04-01"), mode)
    subscription = shop.sell(1000)
    shop.account.pass_to(moment("2026-04-11"))
    subscription = shop.account.switch(subscription, shop.prices[2000], proration_behavior="none")
    assert shop.pending(subscription) == []
    shop.account.pass_to(moment("2026-04-21"))
    subscription = shop.account.switch(
        subscription, shop.prices[1000], proration_behavior="always_invoice"
    )
    assert shop.amounts(subscription["latest_invoice"]) == amounts
    assert shop.invoice(subscription["latest_invoice"])["total"] == sum(amounts)


def november() -> Shop:
    """19.00 or 49.00 a month in November 2026; 1 700 985 seconds are left at the change."""
    return Shop(moment("2026-11-01"))


CHANGE = moment("2026-11-11T07:30:15")


def test_8_an_upgrade_invoiced_at_once() -> None:
    shop = november()
    subscription = shop.sell(1900)
    shop.account.pass_to(CHANGE)
    after = shop.account.switch(
        subscription, shop.prices[4900], proration_behavior="always_invoice"
    )
    invoice = shop.invoice(after["latest_invoice"])
    assert shop.amounts(invoice["id"]) == [-1247, 3216]
    assert (invoice["amount_due"], invoice["amount_paid"], invoice["status"]) == (
        1969,
        1969,
        "paid",
    )


def test_9_a_downgrade_invoiced_at_once_becomes_credit_that_the_renewal_uses() -> None:
    shop = november()
    subscription = shop.sell(4900)
    shop.account.pass_to(CHANGE)
    after = shop.account.switch(
        subscription, shop.prices[1900], proration_behavior="always_invoice"
    )
    invoice = shop.invoice(after["latest_invoice"])
    assert shop.amounts(invoice["id"]) == [-3216, 1247]
    assert (invoice["total"], invoice["amount_due"]) == (-1969, 0)
    assert (invoice["status"], invoice["ending_balance"]) == ("paid", -1969)
    assert shop.account.customer_of(subscription)["balance"] == -1969
    shop.account.pass_to(period(after)[1])
    draft = shop.invoice(shop.account.fresh(subscription)["latest_invoice"])
    assert (draft["starting_balance"], draft["ending_balance"]) == (-1969, None)
    shop.account.pass_time(HOUR)
    renewal = shop.invoice(draft["id"])
    assert (renewal["total"], renewal["amount_due"], renewal["status"]) == (1900, 0, "paid")
    assert (renewal["starting_balance"], renewal["ending_balance"]) == (-1969, -69)
    assert shop.account.customer_of(subscription)["balance"] == -69


def test_10_the_same_left_pending_makes_the_renewal_negative() -> None:
    shop = november()
    subscription = shop.sell(4900)
    shop.account.pass_to(CHANGE)
    after = shop.account.switch(subscription, shop.prices[1900])
    assert after["latest_invoice"] == subscription["latest_invoice"]
    shop.account.pass_to(period(after)[1] + HOUR)
    renewal = shop.invoice(shop.account.fresh(subscription)["latest_invoice"])
    assert shop.amounts(renewal["id"]) == [-3216, 1247, 1900]
    assert (renewal["total"], renewal["amount_due"]) == (-69, 0)
    assert shop.account.customer_of(subscription)["balance"] == -69


def test_11_five_instead_of_one() -> None:
    shop = Shop(moment("2026-04-01"))
    subscription = shop.sell(1000)
    shop.account.pass_time(4)
    after = shop.account.post(
        f"subscriptions/{subscription['id']}",
        items=[{"id": only_item(subscription)["id"], "quantity": 5}],
    )
    assert shop.pending(subscription) == [-1000, 5000]
    assert after["latest_invoice"] == subscription["latest_invoice"]
    assert (after["quantity"], only_item(after)["quantity"]) == (5, 5)


def test_a_balance_is_used_up_before_a_card_is_charged() -> None:
    shop = Shop(moment("2026-04-01"))
    customer = shop.account.payer(balance=-300)
    subscription = shop.sell(1000, customer=customer)
    invoice = shop.invoice(subscription["latest_invoice"])
    assert (invoice["total"], invoice["amount_due"], invoice["amount_paid"]) == (1000, 700, 700)
    assert shop.account.get(f"customers/{customer}")["balance"] == 0


def test_a_new_price_without_a_quantity_means_one() -> None:
    shop = Shop(moment("2026-04-01"))
    items = [{"price": shop.prices[1000], "quantity": 3}]
    subscription = shop.account.subscribed(items=items)
    assert only_item(shop.account.switch(subscription, shop.prices[2000]))["quantity"] == 1


def test_a_price_without_an_item_id_is_added() -> None:
    shop = Shop(moment("2026-04-01"))
    subscription = shop.sell(1000)
    shop.account.pass_to(moment("2026-04-16"))
    after = shop.account.post(
        f"subscriptions/{subscription['id']}", items=[{"price": shop.prices[2000]}]
    )
    assert [item["price"]["unit_amount"] for item in after["items"]["data"]] == [1000, 2000]
    assert shop.pending(subscription) == [1000]
    assert (after["plan"], after["quantity"]) == (None, None)


def test_a_deleted_item_is_credited() -> None:
    shop = Shop(moment("2026-04-01"))
    items = [{"price": shop.prices[1000]}, {"price": shop.prices[2000]}]
    subscription = shop.account.subscribed(items=items)
    shop.account.pass_to(moment("2026-04-16"))
    gone = subscription["items"]["data"][0]["id"]
    after = shop.account.post(
        f"subscriptions/{subscription['id']}", items=[{"id": gone, "deleted": True}]
    )
    assert only_item(after)["price"]["id"] == shop.prices[2000]
    assert shop.pending(subscription) == [-500]


def test_the_last_item_cannot_be_deleted() -> None:
    shop = Shop(moment("2026-04-01"))
    subscription = shop.sell(1000)
    with pytest.raises(Refused, match="at least one active plan"):
        shop.account.post(
            f"subscriptions/{subscription['id']}",
            items=[{"id": only_item(subscription)["id"], "deleted": True}],
        )


def test_a_price_in_another_currency_is_refused() -> None:
    shop = Shop(moment("2026-04-01"))
    subscription = shop.sell(1000)
    with pytest.raises(Refused, match="only supports `eur`"):
        shop.account.switch(subscription, shop.account.plan(currency="eur"))


@pytest.mark.parametrize("seconds", [-1, 31 * DAY])
def test_a_proration_date_lies_in_the_current_period(seconds: int) -> None:
    shop = Shop(moment("2026-04-01"))
    subscription = shop.sell(1000)
    with pytest.raises(Refused) as refused:
        shop.account.switch(
            subscription, shop.prices[2000], proration_date=moment("2026-04-01") + seconds
        )
    assert refused.value.error["param"] == "proration_date"


def test_classic_mode_starts_anew_when_the_interval_changes() -> None:
    shop = Shop(moment("2026-04-01"), "classic")
    subscription = shop.sell(2500)
    shop.account.pass_to(moment("2026-04-16"))
    after = shop.account.switch(subscription, shop.yearly)
    assert after["billing_cycle_anchor"] == moment("2026-04-16")
    assert period(after) == (moment("2026-04-16"), moment("2027-04-16"))
    assert shop.amounts(after["latest_invoice"]) == [-1250, 25000]


def test_a_credit_names_the_line_it_gives_back() -> None:
    shop = Shop(moment("2026-04-01"))
    subscription = shop.sell(1000)
    (paid,) = shop.account.lines(subscription["latest_invoice"])
    shop.account.pass_to(moment("2026-04-16"))
    after = shop.account.switch(
        subscription, shop.prices[2000], proration_behavior="always_invoice"
    )
    credit, debit = shop.account.lines(after["latest_invoice"])
    details = [line["parent"]["subscription_item_details"] for line in (credit, debit)]
    assert details[0]["proration_details"]["credited_items"] == {
        "invoice": subscription["latest_invoice"],
        "invoice_line_items": [paid["id"]],
    }
    assert details[1]["proration_details"]["credited_items"] is None
    for line in (credit, debit):
        assert line["pricing"]["unit_amount_decimal"] is None
        assert line["discountable"] is False


@given(
    st.integers(0, 10**8),
    st.integers(0, 2 * 10**9),
    st.integers(1, 10**8),
    st.integers(-(10**8), 2 * 10**8),
)
def test_a_credit_is_never_more_than_the_debit_and_nothing_after_it(
    amount: int, start: int, length: int, offset: int
) -> None:
    debit, at = Debit(amount, start, start + length), start + offset
    credit = credit_for(debit, at)
    if at >= debit.end:
        assert credit is None
        return
    assert credit is not None
    assert -amount <= credit.amount <= 0
    assert debit.start <= credit.start < credit.end == debit.end


@given(st.integers(0, 10**8), st.integers(1, 10**8), st.data())
def test_switching_to_the_same_price_costs_nothing(
    amount: int, length: int, data: st.DataObject
) -> None:
    at = data.draw(st.integers(0, length - 1))
    credit = credit_for(Debit(amount, 0, length), at)
    assert credit is not None
    assert credit.amount + remaining(amount, at, 0, length) == 0
