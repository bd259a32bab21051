"""Which events each transition emits, in which order, and what their updates say changed.

The orders are those of publicly posted `stripe listen` logs where there are any, else those of the
documentation's lists (docs.stripe.com/billing/subscriptions/webhooks).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

from simulator.engine import DAY, HOUR, Obj, Settings
from tests.billing.account import Account, period

Story = Callable[[Account], None]
BAD_CARD = "pm_card_chargeCustomerFail"
RETRY_AFTER = tuple(days * DAY for days in Settings().retry_days)
PAID = [
    "charge.succeeded",
    "customer.updated",
    "customer.subscription.created",
    "payment_intent.succeeded",
    "payment_intent.created",
    "invoice.created",
    "invoice.finalized",
    "invoice.paid",
    "invoice.payment_succeeded",
    "invoice_payment.paid",
]
RENEWAL_PAID = [
    "payment_intent.created",
    "payment_intent.succeeded",
    "charge.succeeded",
    "invoice.updated",
    "invoice.finalized",
    "invoice.paid",
    "invoice.payment_succeeded",
    "invoice_payment.paid",
]
RENEWAL_FAILED = [
    "charge.failed",
    "payment_intent.created",
    "payment_intent.payment_failed",
    "invoice.finalized",
    "invoice.payment_failed",
    "invoice.updated",
    "customer.subscription.updated",
    "customer.updated",
]
RETRY_FAILED = [
    "charge.failed",
    "payment_intent.payment_failed",
    "invoice.payment_failed",
    "invoice.updated",
]
PAID_AT_LAST = [
    "payment_intent.succeeded",
    "charge.succeeded",
    "invoice.updated",
    "invoice.paid",
    "invoice.payment_succeeded",
    "customer.updated",
    "customer.subscription.updated",
    "invoice_payment.paid",
]


@dataclass(frozen=True, slots=True)
class Transition:
    """What leads up to it, what is done, and the events of that alone.

    `changed` names, for each `*.updated` type, the attributes that its `previous_attributes` hold.
    """

    name: str
    before: Callable[[Account], Any]
    act: Callable[[Account, Any], Any]
    told: list[str]
    changed: dict[str, set[str]] = field(default_factory=dict)


def renewing(account: Account) -> Obj:
    """A subscription whose period is about to end."""
    subscription = account.subscribed()
    account.pass_to(period(subscription)[1] - 1)
    return subscription


def renewed(account: Account) -> Obj:
    """A subscription whose renewal is still a draft."""
    subscription = renewing(account)
    account.pass_time(1)
    return subscription


def losing_card(account: Account) -> Obj:
    """A subscription whose card will fail at its renewal, which is still a draft."""
    subscription = account.subscribed()
    account.default_card(subscription["customer"], BAD_CARD)
    account.pass_to(period(subscription)[1])
    return subscription


def past_due(account: Account) -> Obj:
    subscription = losing_card(account)
    account.pass_time(HOUR)
    return account.fresh(subscription)


def on_trial(account: Account, days: int = 7) -> Obj:
    return account.subscribed(trial_period_days=days)


def cardless_trial(account: Account, then: str) -> Obj:
    customer = account.post("customers", email="ada@example.org")["id"]
    settings = {"end_behavior": {"missing_payment_method": then}}
    return account.subscribed(customer=customer, trial_period_days=7, trial_settings=settings)


def switchable(account: Account) -> tuple[Obj, str]:
    product = account.post("products", name="Gold")["id"]
    subscription = account.subscribed(account.plan(2500, product=product))
    price = account.plan(5000, product=product)
    account.pass_time(10 * DAY)
    return subscription, price


def past_last_retry(account: Account) -> Obj:
    subscription = past_due(account)
    account.pass_time(sum(RETRY_AFTER) - 1)
    return subscription


def pay_latest(account: Account, subscription: Obj) -> None:
    account.post(f"invoices/{account.fresh(subscription)['latest_invoice']}/pay")


def new_card_and_pay(account: Account, subscription: Obj) -> None:
    account.default_card(subscription["customer"], "pm_card_visa")
    account.news()
    pay_latest(account, subscription)


def incomplete(account: Account) -> Obj:
    return account.subscribed(customer=account.payer(BAD_CARD))


def to_come(subscription: Obj) -> int:
    return int(period(subscription)[1])


TRANSITIONS = [
    Transition(
        "1 created and paid at once",
        lambda a: (a.payer(), a.plan()),
        lambda a, held: a.subscribed(held[1], customer=held[0]),
        PAID,
        {"customer.updated": {"currency"}},
    ),
    Transition(
        "3 created default_incomplete",
        lambda a: (a.payer(), a.plan()),
        lambda a, held: a.subscribed(
            held[1], customer=held[0], payment_behavior="default_incomplete"
        ),
        [
            "customer.updated",
            "customer.subscription.created",
            "invoice.created",
            "invoice.finalized",
            "payment_intent.created",
        ],
    ),
    Transition(
        "4 created and declined",
        lambda a: (a.payer(BAD_CARD), a.plan()),
        lambda a, held: a.subscribed(held[1], customer=held[0]),
        [
            "customer.updated",
            "customer.subscription.created",
            "invoice.created",
            "invoice.finalized",
            "payment_intent.created",
            "charge.failed",
            "payment_intent.payment_failed",
            "invoice.payment_failed",
        ],
    ),
    Transition(
        "5 incomplete becomes active",
        incomplete,
        new_card_and_pay,
        [event for event in PAID_AT_LAST if event != "customer.updated"],
        {"customer.subscription.updated": {"status"}},
    ),
    Transition(
        "6 incomplete expires after 23 hours",
        incomplete,
        lambda a, _: a.pass_time(23 * HOUR),
        ["invoice.voided", "payment_intent.canceled", "customer.subscription.updated"],
        {"customer.subscription.updated": {"status", "ended_at"}},
    ),
    Transition(
        "7 created on trial",
        lambda a: (a.payer(), a.plan()),
        lambda a, held: a.subscribed(held[1], customer=held[0], trial_period_days=7),
        [
            "customer.updated",
            "customer.subscription.created",
            "invoice.created",
            "invoice.finalized",
            "invoice.paid",
            "invoice.payment_succeeded",
        ],
    ),
    Transition(
        "7' a trial of under three days is about to end at once",
        lambda a: on_trial(a, 2),
        lambda a, _: a.pass_time(0),
        ["customer.subscription.trial_will_end"],
    ),
    Transition(
        "8 three days before the trial ends",
        on_trial,
        lambda a, s: a.pass_to(s["trial_end"] - 3 * DAY),
        ["customer.subscription.trial_will_end"],
    ),
    Transition(
        "9 the trial ends with a card",
        lambda a: (s := on_trial(a), a.pass_to(s["trial_end"] - 1))[0],
        lambda a, s: a.pass_to(s["trial_end"]),
        ["invoice.created", "customer.subscription.updated"],
        {"customer.subscription.updated": {"status", "items", "latest_invoice"}},
    ),
    Transition(
        "10 the trial ends without a card: cancel",
        lambda a: (s := cardless_trial(a, "cancel"), a.pass_to(s["trial_end"] - 1))[0],
        lambda a, s: a.pass_to(s["trial_end"]),
        ["customer.subscription.deleted"],
    ),
    Transition(
        "10 the trial ends without a card: create_invoice",
        lambda a: (s := cardless_trial(a, "create_invoice"), a.pass_to(s["trial_end"]))[0],
        lambda a, _: a.pass_time(HOUR),
        [
            "payment_intent.created",
            "invoice.finalized",
            "invoice.payment_failed",
            "invoice.updated",
            "customer.subscription.updated",
            "customer.updated",
        ],
        {"customer.subscription.updated": {"status"}},
    ),
    Transition(
        "11a the period ends",
        renewing,
        lambda a, _: a.pass_time(1),
        ["invoice.created", "customer.subscription.updated"],
        {"customer.subscription.updated": {"items", "latest_invoice"}},
    ),
    Transition("11b the renewal is paid", renewed, lambda a, _: a.pass_time(HOUR), RENEWAL_PAID),
    Transition(
        "11c the renewal fails",
        losing_card,
        lambda a, _: a.pass_time(HOUR),
        RENEWAL_FAILED,
        {
            "invoice.updated": {"next_payment_attempt"},
            "customer.subscription.updated": {"status"},
            "customer.updated": {"delinquent", "next_invoice_sequence"},
        },
    ),
    Transition(
        "12 a retry fails",
        past_due,
        lambda a, _: a.pass_time(RETRY_AFTER[0]),
        RETRY_FAILED,
        {"invoice.updated": {"next_payment_attempt"}},
    ),
    Transition(
        "13 paid by hand with a new card",
        past_due,
        new_card_and_pay,
        PAID_AT_LAST,
        {
            "customer.subscription.updated": {"status"},
            "customer.updated": {"delinquent"},
        },
    ),
    Transition(
        "14 the last retry fails",
        past_last_retry,
        lambda a, _: a.pass_time(1),
        [*RETRY_FAILED, "customer.subscription.deleted"],
        {"invoice.updated": {"auto_advance", "next_payment_attempt"}},
    ),
    Transition(
        "15 canceled now",
        lambda a: a.subscribed(),
        lambda a, s: a.delete(f"subscriptions/{s['id']}"),
        ["customer.subscription.deleted"],
    ),
    Transition(
        "16 set to end with the period",
        lambda a: a.subscribed(),
        lambda a, s: a.post(f"subscriptions/{s['id']}", cancel_at_period_end=True),
        ["customer.subscription.updated"],
        {
            "customer.subscription.updated": {
                "cancel_at",
                "cancel_at_period_end",
                "canceled_at",
                "cancellation_details",
            }
        },
    ),
    Transition(
        "16 reactivated",
        lambda a: a.subscribed(cancel_at_period_end=True),
        lambda a, s: a.post(f"subscriptions/{s['id']}", cancel_at_period_end=False),
        ["customer.subscription.updated"],
        {
            "customer.subscription.updated": {
                "cancel_at",
                "cancel_at_period_end",
                "canceled_at",
                "cancellation_details",
            }
        },
    ),
    Transition(
        "17 the scheduled end is reached",
        lambda a: a.subscribed(cancel_at_period_end=True),
        lambda a, s: a.pass_to(to_come(s)),
        ["customer.subscription.deleted"],
    ),
    Transition(
        "18 another price, create_prorations",
        switchable,
        lambda a, held: a.switch(*held),
        ["invoiceitem.created", "invoiceitem.created", "customer.subscription.updated"],
        {"customer.subscription.updated": {"items", "plan"}},
    ),
    Transition(
        "18 another quantity, create_prorations",
        switchable,
        lambda a, held: a.switch(held[0], held[1], item={"quantity": 5}),
        ["invoiceitem.created", "invoiceitem.created", "customer.subscription.updated"],
        {"customer.subscription.updated": {"items", "plan", "quantity"}},
    ),
    Transition(
        "19 another price, always_invoice",
        switchable,
        lambda a, held: a.switch(*held, proration_behavior="always_invoice"),
        [
            "invoiceitem.created",
            "invoiceitem.created",
            "invoice.created",
            "invoice.finalized",
            "payment_intent.created",
            "payment_intent.succeeded",
            "charge.succeeded",
            "invoice.paid",
            "invoice.payment_succeeded",
            "customer.subscription.updated",
            "invoice_payment.paid",
        ],
        {"customer.subscription.updated": {"items", "plan", "latest_invoice"}},
    ),
    Transition(
        "24 another default payment method",
        lambda a: (
            s := a.subscribed(),
            a.post("payment_methods/pm_card_mastercard/attach", customer=s["customer"])["id"],
        ),
        lambda a, held: a.post(f"subscriptions/{held[0]['id']}", default_payment_method=held[1]),
        ["customer.subscription.updated"],
        {"customer.subscription.updated": {"default_payment_method"}},
    ),
]


@pytest.mark.parametrize("transition", TRANSITIONS, ids=lambda transition: transition.name)
def test_a_transition_emits_these_events_in_this_order(
    account: Account, transition: Transition
) -> None:
    held = transition.before(account)
    account.news()
    transition.act(account, held)
    news = account.news()
    assert [event["type"] for event in news] == transition.told
    for event in news:
        previous = event["data"].get("previous_attributes")
        assert (previous is not None) == event["type"].endswith(".updated")
        if event["type"] in transition.changed:
            assert previous is not None
            assert set(previous) == transition.changed[event["type"]]


def last(account: Account, event_type: str) -> Obj:
    """The data of the latest event of that type."""
    found = [event for event in account.world.events if event["type"] == event_type]
    data: Obj = found[-1]["data"]
    return data


def test_the_subscription_is_told_of_as_active_when_it_was_paid_at_once(account: Account) -> None:
    account.subscribed()
    assert last(account, "customer.subscription.created")["object"]["status"] == "active"


def test_a_payment_intent_is_told_of_as_unpaid_after_it_was_told_of_as_paid(
    account: Account,
) -> None:
    account.subscribed()
    assert last(account, "payment_intent.succeeded")["object"]["status"] == "succeeded"
    assert last(account, "payment_intent.created")["object"]["status"] == "requires_payment_method"


def test_the_first_subscription_fixes_the_currency_of_the_customer(account: Account) -> None:
    account.subscribed()
    assert last(account, "customer.updated")["previous_attributes"]["currency"] is None


def test_a_renewal_tells_the_old_period_inside_the_whole_old_items(account: Account) -> None:
    subscription = renewing(account)
    account.pass_time(1)
    previous = last(account, "customer.subscription.updated")["previous_attributes"]
    assert previous["items"]["data"] == subscription["items"]["data"]
    assert previous["latest_invoice"] == subscription["latest_invoice"]


def test_a_trial_that_ends_tells_that_it_was_trialing(account: Account) -> None:
    subscription = on_trial(account)
    account.pass_to(subscription["trial_end"])
    data = last(account, "customer.subscription.updated")
    assert data["previous_attributes"]["status"] == "trialing"
    assert data["object"]["status"] == "active"


def test_a_failed_renewal_tells_that_all_was_well(account: Account) -> None:
    past_due(account)
    subscription = last(account, "customer.subscription.updated")
    assert subscription["previous_attributes"] == {"status": "active"}
    customer = last(account, "customer.updated")
    assert customer["previous_attributes"]["delinquent"] is False


def test_the_created_event_of_a_subscription_born_to_end_says_so(account: Account) -> None:
    account.subscribed(cancel_at_period_end=True)
    told = last(account, "customer.subscription.created")["object"]
    assert told["cancel_at_period_end"] is True
    assert told["cancel_at"] == to_come(told)


def test_a_renewal_that_fails_on_a_change_is_kept_and_past_due(account: Account) -> None:
    subscription, price = switchable(account)
    account.default_card(subscription["customer"], BAD_CARD)
    account.news()
    changed = account.switch(subscription, price, proration_behavior="always_invoice")
    told = account.told()
    assert changed["status"] == "past_due"
    assert changed["items"]["data"][0]["price"]["id"] == price
    assert told[:3] == ["invoiceitem.created", "invoiceitem.created", "invoice.created"]
    assert "invoice.payment_failed" in told
    assert "customer.subscription.updated" in told


def test_events_caused_by_a_request_name_it_and_others_name_none(account: Account) -> None:
    subscription = account.subscribed()
    for event in account.news():
        assert event["request"]["id"].startswith("req_")
        assert event["request"]["idempotency_key"]
    account.pass_to(to_come(subscription))
    for event in account.news():
        assert event["request"] == {"id": None, "idempotency_key": None}


def test_events_of_payments_carry_ids_that_begin_with_3(account: Account) -> None:
    account.subscribed()
    for event in account.world.events:
        paying = event["type"].startswith(("payment_intent.", "charge."))
        assert event["id"].startswith("evt_3" if paying else "evt_1")
