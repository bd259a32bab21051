"""Test clocks: a customer's own time (docs.stripe.com/billing/testing/test-clocks)."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from simulator.engine import DAY, HOUR, Obj
from tests.billing.account import START, Account, Refused, only_item, period


def moment(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp())


JANUARY = moment("2026-01-01")


def clock(account: Account, at: int = JANUARY) -> str:
    name: str = account.post("test_helpers/test_clocks", frozen_time=at)["id"]
    return name


def advance(account: Account, name: str, to: int) -> None:
    account.post(f"test_helpers/test_clocks/{name}/advance", frozen_time=to)
    account.pass_time(0)


def latest(account: Account, subscription: Obj) -> Obj:
    return account.get(f"invoices/{account.fresh(subscription)['latest_invoice']}")


def test_a_clock_stands_ready_where_it_was_frozen(account: Account) -> None:
    made = account.post("test_helpers/test_clocks", frozen_time=JANUARY, name="n")
    assert (made["status"], made["frozen_time"]) == ("ready", JANUARY)
    assert made["deletes_after"] == made["created"] + 30 * DAY
    assert account.told() == ["test_helpers.test_clock.created"]


def test_an_advance_answers_at_once_and_is_ready_later(account: Account) -> None:
    name = clock(account)
    account.news()
    path = f"test_helpers/test_clocks/{name}"
    answer = account.post(f"{path}/advance", frozen_time=JANUARY + DAY)
    assert (answer["status"], answer["frozen_time"]) == ("advancing", JANUARY)
    assert answer["status_details"] == {"advancing": {"target_frozen_time": JANUARY + DAY}}
    with pytest.raises(Refused, match="already advancing"):
        account.post(f"{path}/advance", frozen_time=JANUARY + 2 * DAY)
    account.pass_time(0)
    ready = account.get(path)
    assert (ready["status"], ready["frozen_time"]) == ("ready", JANUARY + DAY)
    assert ready["status_details"] == {}
    assert account.told() == [
        "test_helpers.test_clock.advancing",
        "test_helpers.test_clock.ready",
    ]


@pytest.mark.parametrize("back", [0, 1])
def test_a_clock_never_goes_back(account: Account, back: int) -> None:
    name = clock(account)
    with pytest.raises(Refused) as refused:
        account.post(f"test_helpers/test_clocks/{name}/advance", frozen_time=JANUARY - back)
    assert refused.value.error["param"] == "frozen_time"


def test_at_most_two_intervals_of_the_shortest_subscription(account: Account) -> None:
    frozen, most = moment("2024-11-23"), moment("2025-01-23")
    name = clock(account, frozen)
    customer = account.payer(test_clock=name)
    account.subscribed(account.plan(interval="year"), customer=customer)
    account.subscribed(account.plan(), customer=customer)
    with pytest.raises(Refused) as refused:
        account.post(f"test_helpers/test_clocks/{name}/advance", frozen_time=most + 1)
    message = refused.value.error["message"]
    assert f"You can only advance it up to {most} (2025-01-23 00:00:00 UTC)." in message
    assert "up to two intervals from the current frozen time at a time" in message
    advance(account, name, most)
    assert account.get(f"test_helpers/test_clocks/{name}")["frozen_time"] == most


def test_two_years_without_subscriptions(account: Account) -> None:
    name = clock(account)
    with pytest.raises(Refused):
        advance(account, name, moment("2028-01-01") + 1)
    advance(account, name, moment("2028-01-01"))


def test_walk_through_a_a_renewal_is_a_draft_and_then_paid(account: Account) -> None:
    name = clock(account)
    subscription = account.subscribed(account.plan(5000), customer=account.payer(test_clock=name))
    advance(account, name, moment("2026-02-01"))
    draft = latest(account, subscription)
    assert (draft["status"], draft["amount_due"]) == ("draft", 5000)
    assert account.fresh(subscription)["status"] == "active"
    advance(account, name, moment("2026-02-01") + HOUR)
    assert latest(account, subscription)["status"] == "paid"
    assert len(account.get("invoices", subscription=subscription["id"])["data"]) == 2


def test_walk_through_b_an_upgrade_waits_for_february(account: Account) -> None:
    name = clock(account)
    subscription = account.subscribed(account.plan(5000), customer=account.payer(test_clock=name))
    advance(account, name, moment("2026-01-16T12:00"))
    account.news()
    account.switch(subscription, account.plan(10000))
    assert "invoice.created" not in account.told()
    amounts = [item["amount"] for item in account.pending(subscription)]
    assert amounts == [-2500, 5000]
    advance(account, name, moment("2026-02-01"))
    assert latest(account, subscription)["total"] == 12500


def test_walk_through_c_a_trial_and_what_follows(account: Account) -> None:
    name = clock(account)
    customer = account.payer(test_clock=name)
    subscription = account.subscribed(account.plan(5000), customer=customer, trial_period_days=7)
    assert subscription["status"] == "trialing"
    assert latest(account, subscription)["total"] == 0
    account.news()
    advance(account, name, moment("2026-01-05"))
    assert "customer.subscription.trial_will_end" in account.told()
    advance(account, name, moment("2026-01-08"))
    assert account.fresh(subscription)["status"] == "active"
    assert latest(account, subscription)["amount_due"] == 5000
    advance(account, name, moment("2026-02-08"))
    assert len(account.get("invoices", subscription=subscription["id"])["data"]) == 3


def test_one_advance_does_all_that_is_due_in_order(account: Account) -> None:
    name = clock(account)
    customer = account.payer(test_clock=name)
    subscription = account.subscribed(customer=customer)
    account.default_card(customer, "pm_card_chargeCustomerFail")
    account.news()
    advance(account, name, moment("2026-02-01") + 20 * DAY)
    told = account.told()
    assert told[0] == "test_helpers.test_clock.advancing"
    assert told[-1] == "test_helpers.test_clock.ready"
    assert told.count("invoice.payment_failed") == 4
    assert told[-2] == "customer.subscription.deleted"
    assert account.fresh(subscription)["status"] == "canceled"


def test_objects_on_a_clock_carry_its_time_and_events_the_accounts(account: Account) -> None:
    name = clock(account)
    customer = account.payer(test_clock=name)
    subscription = account.subscribed(customer=customer)
    assert subscription["created"] == subscription["start_date"] == JANUARY
    assert subscription["test_clock"] == name
    assert period(subscription)[1] == moment("2026-02-01")
    assert only_item(subscription)["created"] == JANUARY
    advance(account, name, moment("2026-02-01") + HOUR)
    renewal = latest(account, subscription)
    assert renewal["test_clock"] == name
    assert renewal["created"] == moment("2026-02-01")
    assert renewal["status_transitions"]["paid_at"] == moment("2026-02-01") + HOUR
    assert {event["created"] for event in account.world.events} == {START}


def test_the_accounts_time_does_not_move_a_clock_nor_the_other_way_round(account: Account) -> None:
    name = clock(account)
    on_clock = account.subscribed(customer=account.payer(test_clock=name))
    off_clock = account.subscribed()
    account.pass_time(40 * DAY)
    assert period(account.fresh(on_clock)) == period(on_clock)
    assert period(account.fresh(off_clock)) != period(off_clock)
    now = account.world.now()
    held = account.fresh(off_clock)
    name = clock(account)
    advance(account, name, moment("2027-06-01"))
    assert account.world.now() == now
    assert account.fresh(off_clock) == held


def test_deleting_a_clock_takes_its_customers_along(account: Account) -> None:
    name = clock(account)
    customer = account.payer(test_clock=name)
    subscription = account.subscribed(customer=customer)
    account.news()
    assert account.delete(f"test_helpers/test_clocks/{name}")["deleted"] is True
    assert account.told() == [
        "customer.subscription.deleted",
        "customer.deleted",
        "test_helpers.test_clock.deleted",
    ]
    assert account.get(f"customers/{customer}")["deleted"] is True
    assert account.fresh(subscription)["status"] == "canceled"
    with pytest.raises(Refused, match="No such test_helpers"):
        account.get(f"test_helpers/test_clocks/{name}")


def test_a_clock_is_deleted_after_thirty_days(account: Account) -> None:
    name = clock(account)
    account.payer(test_clock=name)
    account.pass_time(30 * DAY)
    with pytest.raises(Refused):
        account.get(f"test_helpers/test_clocks/{name}")


def test_lists_leave_out_what_is_on_clocks_unless_it_is_asked_for(account: Account) -> None:
    name = clock(account)
    subscription = account.subscribed(customer=account.payer(test_clock=name))
    for resource in ("customers", "subscriptions", "invoices"):
        assert account.get(resource)["data"] == []
    for resource in ("customers", "subscriptions"):
        assert len(account.get(resource, test_clock=name)["data"]) == 1
    for resource in ("subscriptions", "invoices"):
        assert len(account.get(resource, customer=subscription["customer"])["data"]) == 1


def test_an_unknown_clock_is_refused(account: Account) -> None:
    with pytest.raises(Refused) as refused:
        account.post("customers", test_clock="clock_none")
    assert refused.value.error["param"] == "test_clock"


# --- limits, and what is refused meanwhile -------------------------------------------------------


def test_a_clock_holds_three_customers(account: Account) -> None:
    name = clock(account)
    for _ in range(3):
        account.post("customers", test_clock=name)
    with pytest.raises(Refused, match="already has 3 customers"):
        account.post("customers", test_clock=name)
    assert len(account.get("customers", test_clock=name)["data"]) == 3
    account.post("customers", test_clock=clock(account))


def test_a_customer_on_a_clock_has_three_subscriptions(account: Account) -> None:
    customer, price = account.payer(test_clock=clock(account)), account.plan()
    made = [account.subscribed(price, customer=customer) for _ in range(3)]
    account.news()
    with pytest.raises(Refused, match="already has 3 subscriptions"):
        account.subscribed(price, customer=customer)
    assert account.told() == []
    account.delete(f"subscriptions/{made[0]['id']}")
    account.subscribed(price, customer=customer)


def test_others_have_as_many_as_they_like(account: Account) -> None:
    customer, price = account.payer(), account.plan()
    for _ in range(4):
        account.subscribed(price, customer=customer)


def test_nothing_on_a_clock_is_changed_while_it_advances(account: Account) -> None:
    name = clock(account)
    customer, price = account.payer(test_clock=name), account.plan()
    subscription = account.subscribed(price, customer=customer)
    account.post(f"test_helpers/test_clocks/{name}/advance", frozen_time=JANUARY + DAY)
    account.news()
    path = f"subscriptions/{subscription['id']}"
    for write in (
        lambda: account.post(f"customers/{customer}", name="Ada"),
        lambda: account.post("customers", test_clock=name),
        lambda: account.post(path, metadata={"a": "b"}),
        lambda: account.delete(path),
        lambda: account.subscribed(price, customer=customer),
        lambda: account.post("invoices", customer=customer),
    ):
        with pytest.raises(Refused, match="advancement underway") as refused:
            write()
        assert refused.value.status == 429
    assert account.told() == []
    assert account.get(path)["status"] == "active"
    account.post("customers", name="Somebody else")
    account.pass_time(0)
    assert account.post(path, metadata={"a": "b"})["metadata"] == {"a": "b"}


def test_what_is_left_of_a_deleted_clock_can_still_be_seen(account: Account) -> None:
    name = clock(account)
    subscription = account.subscribed(customer=account.payer(test_clock=name))
    account.delete(f"test_helpers/test_clocks/{name}")
    changed = account.post(f"subscriptions/{subscription['id']}", metadata={"a": "b"})
    assert (changed["status"], changed["metadata"]) == ("canceled", {"a": "b"})
    assert account.get(f"invoices/{subscription['latest_invoice']}")["status"] == "paid"
    account.news()
    account.pass_time(90 * DAY)
    assert account.told() == []
