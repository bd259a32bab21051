"""The fields of a cancellation, step by step (docs.stripe.com/billing/subscriptions/cancel).

Recorded traffic for the API's rows; docs.stripe.com/billing/subscriptions/billing-mode/compare for
the portal's.
"""

from __future__ import annotations

from typing import Any

import pytest

from simulator.billing import portal
from simulator.engine import DAY, Obj
from tests.billing.account import Account, Refused, period

WANTED = "cancellation_requested"
FIELDS = ("status", "cancel_at_period_end", "cancel_at", "canceled_at", "ended_at")


def row(subscription: Obj) -> tuple[Any, ...]:
    """The columns of the table, the reason last."""
    reason = subscription["cancellation_details"]["reason"]
    return (*(subscription[name] for name in FIELDS), reason)


def at_end(account: Account, subscription: Obj, wanted: bool = True) -> Obj:
    return account.post(f"subscriptions/{subscription['id']}", cancel_at_period_end=wanted)


def test_a_live_subscription_has_nothing_set(account: Account) -> None:
    assert row(account.subscribed()) == ("active", False, None, None, None, None)


def test_set_to_end_with_the_period(account: Account) -> None:
    subscription = account.subscribed()
    account.pass_time(DAY)
    now, (_, end) = account.world.now(), period(subscription)
    assert row(at_end(account, subscription)) == ("active", True, end, now, None, WANTED)


def test_asking_again_keeps_the_time_of_the_first_request(account: Account) -> None:
    subscription = account.subscribed()
    first = at_end(account, subscription)
    account.pass_time(DAY)
    assert row(at_end(account, subscription)) == row(first)


def test_reactivated(account: Account) -> None:
    subscription = account.subscribed()
    at_end(account, subscription)
    assert row(at_end(account, subscription, False)) == row(subscription)


def test_deleted_while_set_to_end(account: Account) -> None:
    subscription = account.subscribed()
    asked = at_end(account, subscription)["canceled_at"]
    account.pass_time(DAY)
    deleted = account.delete(f"subscriptions/{subscription['id']}")
    assert row(deleted) == ("canceled", False, None, asked, account.world.now(), WANTED)


def test_deleted_while_on_trial(account: Account) -> None:
    subscription = account.subscribed(trial_period_days=14)
    account.pass_time(DAY)
    now = account.world.now()
    deleted = account.delete(f"subscriptions/{subscription['id']}")
    assert row(deleted) == ("canceled", False, None, now, now, WANTED)
    for name in ("trial_end", "billing_cycle_anchor", "items"):
        assert deleted[name] == subscription[name]
    assert account.get(f"invoices/{deleted['latest_invoice']}")["status"] == "paid"


def test_the_end_of_the_period_comes(account: Account) -> None:
    subscription = account.subscribed()
    asked, (_, end) = at_end(account, subscription)["canceled_at"], period(subscription)
    account.pass_to(end - 1)
    assert account.fresh(subscription)["status"] == "active"
    account.pass_to(end)
    assert row(account.fresh(subscription)) == ("canceled", True, end, asked, end, WANTED)
    assert account.fresh(subscription)["latest_invoice"] == subscription["latest_invoice"]


@pytest.mark.parametrize(("mode", "flag"), [("flexible", False), ("classic", True)])
def test_canceled_in_the_portal(account: Account, mode: str, flag: bool) -> None:
    subscription = account.subscribed(billing_mode={"type": mode})
    session = account.post("billing_portal/sessions", customer=subscription["customer"])
    account.pass_time(60)
    now, (_, end) = account.world.now(), period(subscription)
    portal.cancel(account.world, session, subscription["id"], "too_expensive", "bye")
    canceled = account.fresh(subscription)
    assert row(canceled) == ("active", flag, end, now, None, WANTED)
    assert canceled["cancellation_details"] == {
        "comment": "bye",
        "feedback": "too_expensive",
        "reason": WANTED,
    }
    account.pass_to(end)
    assert row(account.fresh(subscription)) == ("canceled", flag, end, now, end, WANTED)


def test_the_portal_in_flexible_mode_tells_of_no_change_of_cancel_at_period_end(
    account: Account,
) -> None:
    subscription = account.subscribed()
    session = account.post("billing_portal/sessions", customer=subscription["customer"])
    account.news()
    portal.cancel(account.world, session, subscription["id"])
    (event,) = account.news()
    previous = event["data"]["previous_attributes"]
    assert set(previous) == {"cancel_at", "canceled_at", "cancellation_details"}


def test_dunning_exhausted(account: Account) -> None:
    subscription = account.subscribed()
    account.default_card(subscription["customer"], "pm_card_chargeCustomerFail")
    account.pass_time(60 * DAY)
    ended = account.fresh(subscription)
    status, flag, cancel_at, canceled_at, ended_at, reason = row(ended)
    assert (status, flag, cancel_at, reason) == ("canceled", False, None, "payment_failed")
    assert canceled_at == ended_at == period(subscription)[1] + 3600 + (3 + 5 + 7) * DAY


def test_cancel_at_is_cleared_by_an_empty_value(account: Account) -> None:
    subscription = account.subscribed()
    path = f"subscriptions/{subscription['id']}"
    set_to_end = account.post(path, cancel_at="max_period_end")
    end = period(subscription)[1]
    assert row(set_to_end)[:3] == ("active", False, end)
    assert row(account.post(path, cancel_at="")) == row(subscription)


def test_cancel_at_in_a_later_period_prorates_the_last_line(account: Account) -> None:
    subscription = account.subscribed(account.plan(3000))
    _, end = period(subscription)
    wanted = end + 15 * DAY
    account.post(f"subscriptions/{subscription['id']}", cancel_at=wanted)
    account.pass_to(end)
    renewed = account.fresh(subscription)
    assert period(renewed) == (end, wanted)
    (line,) = account.lines(renewed["latest_invoice"])
    whole = 31 * DAY  # 10 December to 10 January
    assert line["amount"] == round(3000 * 15 * DAY / whole)
    account.pass_to(wanted)
    assert account.fresh(subscription)["ended_at"] == wanted


def test_a_longer_interval_moves_the_end_of_the_period_and_with_it_the_end(
    account: Account,
) -> None:
    subscription = account.subscribed(cancel_at_period_end=True)
    changed = account.switch(
        subscription, account.plan(25000, "year"), proration_behavior="always_invoice"
    )
    assert changed["cancel_at"] == period(changed)[1] > period(subscription)[1]


def test_both_ways_to_end_at_once_are_refused(account: Account) -> None:
    subscription = account.subscribed()
    with pytest.raises(Refused, match="only specify one of these parameters"):
        account.post(
            f"subscriptions/{subscription['id']}",
            cancel_at_period_end=True,
            cancel_at=account.world.now() + 90 * DAY,
        )


def test_an_end_in_the_past_is_refused(account: Account) -> None:
    subscription = account.subscribed()
    with pytest.raises(Refused, match="must be in the future"):
        account.post(f"subscriptions/{subscription['id']}", cancel_at=account.world.now())


def test_what_has_ended_takes_only_metadata_and_details(account: Account) -> None:
    subscription = account.subscribed()
    path = f"subscriptions/{subscription['id']}"
    account.delete(path)
    with pytest.raises(Refused, match="can only update its cancellation_details and metadata"):
        account.post(path, cancel_at_period_end=False)
    changed = account.post(path, metadata={"k": "v"}, cancellation_details={"comment": "c"})
    assert (changed["metadata"], changed["cancellation_details"]["comment"]) == ({"k": "v"}, "c")
    with pytest.raises(Refused) as refused:
        account.delete(path)
    assert (refused.value.status, refused.value.error["code"]) == (404, "resource_missing")


def test_ending_stops_the_collection_of_what_is_open(account: Account) -> None:
    subscription = account.subscribed()
    account.default_card(subscription["customer"], "pm_card_chargeCustomerFail")
    account.pass_to(period(subscription)[1] + 3600)
    latest = account.fresh(subscription)["latest_invoice"]
    account.delete(f"subscriptions/{subscription['id']}")
    invoice = account.get(f"invoices/{latest}")
    assert (invoice["status"], invoice["auto_advance"]) == ("open", False)
    account.news()
    account.pass_time(60 * DAY)
    assert account.told() == []


def test_pending_prorations_are_dropped_unless_they_are_invoiced(account: Account) -> None:
    product = account.post("products", name="Gold")["id"]
    kept, dropped = (account.subscribed(account.plan(1000, product=product)) for _ in range(2))
    dear = account.plan(4000, product=product)
    account.pass_time(10 * DAY)
    for subscription in (kept, dropped):
        account.switch(subscription, dear)
    account.delete(f"subscriptions/{dropped['id']}")
    assert account.pending(dropped) == []
    final = account.delete(f"subscriptions/{kept['id']}", invoice_now=True)
    amounts = [line["amount"] for line in account.lines(final["latest_invoice"])]
    assert amounts == [-667, 2667]
    assert account.get(f"invoices/{final['latest_invoice']}")["status"] == "paid"


def test_prorating_an_immediate_end_credits_unused_time(account: Account) -> None:
    subscription = account.subscribed(account.plan(3000))
    account.pass_time(10 * DAY)
    account.delete(f"subscriptions/{subscription['id']}", prorate=True, invoice_now=True)
    assert account.customer_of(subscription)["balance"] == -2000
