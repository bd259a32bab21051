"""A preview is what then happens, and changes nothing (docs.stripe.com, create_preview)."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.engine import DAY, HOUR, Obj
from tests.billing.account import Account, Refused, only_item, open_account, period
from tests.engine.things import digest

ALIKE = ("amount", "description", "period", "quantity", "currency", "discountable")


def preview(account: Account, subscription: Obj, **details: Any) -> Obj:
    more = {"subscription_details": details} if details else {}
    return account.post("invoices/create_preview", subscription=subscription["id"], **more)


def shown(invoice: Obj) -> list[tuple[Any, ...]]:
    return [tuple(line[name] for name in ALIKE) for line in invoice["lines"]["data"]]


@given(
    offset=st.integers(0, 61 * DAY),
    prices=st.tuples(st.integers(0, 20_000), st.integers(0, 20_000)),
    quantities=st.tuples(st.integers(1, 4), st.integers(1, 4)),
    interval=st.sampled_from(["month", "year", "week"]),
    behavior=st.sampled_from(["create_prorations", "always_invoice", "none"]),
    mode=st.sampled_from(["flexible", "classic"]),
)
@settings(max_examples=40, deadline=None)
def test_a_preview_equals_what_then_happens(
    offset: int,
    prices: tuple[int, int],
    quantities: tuple[int, int],
    interval: str,
    behavior: str,
    mode: str,
) -> None:
    account = open_account()
    items = [{"price": account.plan(prices[0]), "quantity": quantities[0]}]
    subscription = account.subscribed(items=items, billing_mode={"type": mode})
    account.pass_time(offset)
    subscription = account.fresh(subscription)
    wanted = {
        "items": [
            {
                "id": only_item(subscription)["id"],
                "price": account.plan(prices[1], interval),
                "quantity": quantities[1],
            }
        ],
        "proration_behavior": behavior,
    }
    before = digest(account.world)
    foreseen = preview(account, subscription, **wanted)
    assert digest(account.world) == before
    changed = account.post(f"subscriptions/{subscription['id']}", **wanted)
    if changed["latest_invoice"] == subscription["latest_invoice"]:
        account.pass_to(period(changed)[1])
        changed = account.fresh(subscription)
    happened = account.get(f"invoices/{changed['latest_invoice']}")
    assert shown(foreseen) == shown(happened)
    for name in ("total", "subtotal", "amount_due", "period_start", "period_end", "currency"):
        assert foreseen[name] == happened[name]


def test_a_preview_looks_like_a_draft_that_is_yet_to_come(account: Account) -> None:
    subscription = account.subscribed()
    foreseen = preview(account, subscription)
    end = period(subscription)[1]
    assert foreseen["id"].startswith("upcoming_in_")
    assert (foreseen["status"], foreseen["billing_reason"]) == ("draft", "upcoming")
    assert foreseen["number"] is foreseen["hosted_invoice_url"] is None
    assert foreseen["next_payment_attempt"] == end + HOUR
    assert all(line["id"].startswith("il_tmp") for line in foreseen["lines"]["data"])
    assert foreseen["lines"]["data"][0]["period"]["start"] == end


def test_a_preview_emits_nothing(account: Account) -> None:
    subscription = account.subscribed()
    account.news()
    preview(account, subscription)
    assert account.told() == []


def test_the_proration_date_of_a_preview_is_kept_in_the_change(account: Account) -> None:
    subscription = account.subscribed()
    account.pass_time(10 * DAY)
    date = account.world.now()
    wanted: dict[str, Any] = {
        "items": [{"id": only_item(subscription)["id"], "price": account.plan(9000)}],
        "proration_behavior": "always_invoice",
        "proration_date": date,
    }
    foreseen = preview(account, subscription, **wanted)
    account.pass_time(2 * HOUR)
    changed = account.post(f"subscriptions/{subscription['id']}", **wanted)
    assert account.get(f"invoices/{changed['latest_invoice']}")["total"] == foreseen["total"]


def test_there_is_none_of_what_has_ended_or_will_end(account: Account) -> None:
    subscription = account.subscribed(cancel_at_period_end=True)
    with pytest.raises(Refused) as refused:
        preview(account, subscription)
    assert refused.value.error["code"] == "invoice_upcoming_none"
    account.delete(f"subscriptions/{subscription['id']}")
    with pytest.raises(Refused) as refused:
        preview(account, subscription)
    assert refused.value.error["code"] == "invoice_upcoming_none"
